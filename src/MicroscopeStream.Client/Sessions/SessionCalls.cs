using Grpc.Core;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Contract.Wire;

namespace MicroscopeStream.Client;

/// <summary>The calls that a session makes.</summary>
internal sealed record SessionCalls(CallInvoker Invoker, SessionService.SessionServiceClient Sessions, string Address)
{
    internal AsyncDuplexStreamingCall<WireStreamRequest, StreamResponse> OpenStream(CancellationToken cancellationToken) =>
        Invoker.OpenStream(new CallOptions(cancellationToken: cancellationToken));

    internal async Task<ResumeResponse> ResumeAsync(SessionTicket ticket, CancellationToken cancellationToken)
    {
        using AsyncUnaryCall<ResumeResponse> call = Sessions.ResumeAsync(
            new ResumeRequest { SessionId = ticket.SessionId, ResumeToken = ticket.ResumeToken }, cancellationToken: cancellationToken);
        return await call.ResponseAsync;
    }

    internal async Task<SessionSummary> CloseAsync(SessionTicket ticket, bool abort, CancellationToken cancellationToken)
    {
        using AsyncUnaryCall<CloseResponse> call = Sessions.CloseAsync(
            new CloseRequest { SessionId = ticket.SessionId, ResumeToken = ticket.ResumeToken, Abort = abort }, cancellationToken: cancellationToken);
        return (await call.ResponseAsync).Summary;
    }
}
