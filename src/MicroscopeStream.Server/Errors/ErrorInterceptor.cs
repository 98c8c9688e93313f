using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using MicroscopeStream.Pipeline.Sessions;
using Microsoft.Extensions.Logging;

namespace MicroscopeStream.Server.Errors;

/// <summary>
/// The last line before a client: turns what a service threw into a status. What nobody foresaw becomes INTERNAL with an id
/// that is also logged, so that a report from the field finds its stack trace, and never ends the process.
/// </summary>
internal sealed partial class ErrorInterceptor(ILogger<ErrorInterceptor> logger) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw Translate(e, context);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw Translate(e, context);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(requestStream, responseStream, context).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw Translate(e, context);
        }
    }

    private RpcException Translate(Exception exception, ServerCallContext context)
    {
        switch (exception)
        {
            case SessionRefusedException refused:
                return RefusedSessions.ToRpc(refused);
            case InvalidProtocolBufferException malformed:
                return new RpcException(new Status(StatusCode.InvalidArgument, $"The bytes received are no message of {context.Method}: {malformed.Message}"));
            case OperationCanceledException or IOException when DeadlinePassed(context):
                return new RpcException(new Status(StatusCode.DeadlineExceeded, "The call's deadline has passed."));
            case OperationCanceledException or IOException when context.CancellationToken.IsCancellationRequested:
                return new RpcException(new Status(StatusCode.Cancelled, "The call was cancelled."));
            default:
                var id = Guid.NewGuid();
                LogUnexpected(logger, exception, context.Method, id);
                return RpcErrors.Make(
                    StatusCode.Internal,
                    new Fault(FaultCodes.Internal, "", $"The service failed unexpectedly (error {id})", "", "Report it with this id: the service's log has the details."));
        }
    }

    // The engine cancels the call at its deadline by the system's clock, and timers may be a little early.
    private static bool DeadlinePassed(ServerCallContext context) =>
        context.CancellationToken.IsCancellationRequested
        && context.Deadline != DateTime.MaxValue
        && TimeProvider.System.GetUtcNow().UtcDateTime >= context.Deadline.AddMilliseconds(-20);

    [LoggerMessage(Diagnostics.EventIds.UnexpectedError, LogLevel.Error, "{Method} failed unexpectedly, error {Id}")]
    private static partial void LogUnexpected(ILogger logger, Exception exception, string method, Guid id);
}
