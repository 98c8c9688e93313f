using Grpc.Core;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Contract.Wire;
using MicroscopeStream.Pipeline.Methods;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Server.Diagnostics;
using MicroscopeStream.Server.Errors;
using MicroscopeStream.Server.Hosting;
using MicroscopeStream.Server.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MicroscopeStream.Server.Sessions;

/// <summary>SessionService over the pipeline's sessions.</summary>
internal sealed partial class SessionGrpcService(
    SessionManager sessions,
    MethodRegistry methods,
    ModelShelf shelf,
    MicroscopeStreamServerOptions options,
    ShutdownDrain drain,
    ILogger<SessionGrpcService> logger) : SessionServiceBase
{
    private static readonly TimeSpan TakeOverRetry = TimeSpan.FromMilliseconds(20);

    public override async Task<OpenResponse> Open(OpenRequest request, ServerCallContext context)
    {
        long received = NowNs();
        if (drain.Stopping.IsCancellationRequested)
        {
            throw ShuttingDown();
        }

        Session session = await sessions.OpenAsync(Check(request), context.CancellationToken).ConfigureAwait(false);
        return new OpenResponse
        {
            SessionId = session.Id,
            ResumeToken = session.ResumeToken,
            Plan = PlanMessages.ToMessage(session),
            Warnings = { session.Warnings.Select(UpdateMessages.ToMessage) },
            ServerReceivedNs = (ulong)received,
            ServerSentNs = (ulong)NowNs(),
        };
    }

    public override async Task Stream(
        IAsyncStreamReader<WireStreamRequest> requestStream, IServerStreamWriter<StreamResponse> responseStream, ServerCallContext context)
    {
        drain.Streams.Enter(context.GetHttpContext());
        HttpRequest request = context.GetHttpContext().Request;
        var requests = new StreamRequestReader(request.BodyReader, request.Headers["grpc-encoding"], options.MaxMessageBytes);
        Session session = await StartAsync(requests, context.CancellationToken).ConfigureAwait(false);
        using StreamConnection connection = await ConnectAsync(session, context.CancellationToken).ConfigureAwait(false);
        using var handler = new StreamHandler(connection, requests, responseStream, options.TimeProvider);
        Streaming(logger, session.Id, context.Peer, session.NextSequence);
        try
        {
            await handler.RunAsync(drain.Stopping, context.CancellationToken).ConfigureAwait(false);
            StreamEnded(logger, session.Id);
        }
        catch (OperationCanceledException) when (drain.Stopping.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested)
        {
            throw ShuttingDown();
        }
        catch (Exception e)
        {
            StreamBroken(logger, session.Id, session.NextSequence, e.Message);
            throw;
        }
    }

    public override async Task Watch(WatchRequest request, IServerStreamWriter<WatchResponse> responseStream, ServerCallContext context)
    {
        drain.Streams.Enter(context.GetHttpContext());
        WatchRequests.Check(request);
        Session session = sessions.Find(request.SessionId);
        using UpdateSubscription updates = session.Subscribe(WatchRequests.OptionsOf(request));
        var response = new WatchResponse { Session = SessionMessages.ToMessage(session) };
        var messages = new UpdateMessages(session, new PreviewView(request));
        while (await updates.WaitToReadAsync(context.CancellationToken).ConfigureAwait(false))
        {
            while (updates.TryRead(out SessionUpdate update))
            {
                try
                {
                    response.Update = messages.ToMessage(update);
                    response.Missed = (ulong)updates.Missed;
                    await responseStream.WriteAsync(response, context.CancellationToken).ConfigureAwait(false);
                    response.Session = null;
                }
                finally
                {
                    update.Release();
                }
            }
        }
    }

    public override async Task<CloseResponse> Close(CloseRequest request, ServerCallContext context)
    {
        Session session = sessions.Authenticate(request.SessionId, request.ResumeToken);
        Pipeline.Accounting.SessionSummary summary = await sessions.CloseAsync(session, request.Abort, context.CancellationToken).ConfigureAwait(false);
        return new CloseResponse { Summary = ReportMessages.ToMessage(summary) };
    }

    public override Task<ResumeResponse> Resume(ResumeRequest request, ServerCallContext context)
    {
        Session session = sessions.Authenticate(request.SessionId, request.ResumeToken);
        return Task.FromResult(new ResumeResponse
        {
            NextSequence = (ulong)session.NextSequence,
            Plan = PlanMessages.ToMessage(session),
            KeptForS = sessions.Options.KeepDisconnected.TotalSeconds,
        });
    }

    public override Task<ListSessionsResponse> ListSessions(ListSessionsRequest request, ServerCallContext context) => Task.FromResult(List());

    /// <summary>The sessions that have not ended.</summary>
    public ListSessionsResponse List() => new() { Sessions = { sessions.Sessions.Where(s => s.State != SessionState.Ended).Select(SessionMessages.ToMessage) } };

    private static RpcException ShuttingDown() => RpcErrors.Make(
        StatusCode.Unavailable,
        new Fault(FaultCodes.ShuttingDown, "", "The service is shutting down", "", "Start it again and open a new session; what was received has been worked off."));

    // Everything that is wrong at once, so that a user does not correct field after field: the contract's own faults, the
    // specification's, and the method's name.
    private SessionSpecification Check(OpenRequest request)
    {
        (SessionSpecification specification, IReadOnlyList<Fault> untranslatable) = OpenRequests.Translate(request);
        List<Fault> faults = [.. untranslatable, .. specification.Validate().Select(RefusedSessions.ToFault)];
        if (faults.Count == 0)
        {
            long bytes = (long)specification.Acquisition.Width * specification.Acquisition.Height * Core.Frames.PixelTypes.BytesPerPixel(specification.Acquisition.PixelType);
            if (bytes > options.MaxFrameBytes)
            {
                faults.Add(new Fault(
                    FaultCodes.InvalidValue,
                    "acquisition.width",
                    $"a frame of {bytes} bytes",
                    $"at most {options.MaxFrameBytes} bytes per frame",
                    "Crop the region of interest, or raise the service's limit."));
            }
        }

        bool unknown = specification.Method.Id.Length > 0 && !methods.TryFind(specification.Method.Id, out _);
        if (unknown)
        {
            faults.Add(UnknownMethods.Fault("method.id", specification.Method.Id, methods, shelf));
        }

        return faults.Count == 0
            ? specification
            : throw RpcErrors.Make(unknown && faults.Count == 1 ? StatusCode.NotFound : StatusCode.InvalidArgument, faults);
    }

    private async Task<Session> StartAsync(StreamRequestReader requests, CancellationToken cancellationToken)
    {
        bool any = await requests.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (!any || requests.Message.Start is not { } start)
        {
            throw RpcErrors.Make(
                StatusCode.InvalidArgument,
                new Fault(FaultCodes.NoStart, "start", any ? requests.Message.Body.ToString() : "nothing", "a StreamStart as the first message", "Send the session id and token from Open first."));
        }

        return sessions.Authenticate(start.SessionId, start.ResumeToken);
    }

    // A client that lost its connection is often back before this side has noticed the loss.
    private async Task<StreamConnection> ConnectAsync(Session session, CancellationToken cancellationToken)
    {
        long since = options.TimeProvider.GetTimestamp();
        while (true)
        {
            try
            {
                return session.Connect();
            }
            catch (SessionRefusedException) when (options.TimeProvider.GetElapsedTime(since) < options.TakeOverPatience)
            {
                await Task.Delay(TakeOverRetry, options.TimeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private long NowNs() => (long)(options.TimeProvider.GetTimestamp() * (1e9 / options.TimeProvider.TimestampFrequency));

    [LoggerMessage(EventIds.StreamStarted, LogLevel.Information, "Session {Session}: {Peer} streams from frame {Next} on")]
    private static partial void Streaming(ILogger logger, string session, string peer, long next);

    [LoggerMessage(EventIds.StreamEnded, LogLevel.Information, "Session {Session}: the stream ended with its summary")]
    private static partial void StreamEnded(ILogger logger, string session);

    [LoggerMessage(EventIds.StreamBroken, LogLevel.Warning, "Session {Session}: the stream broke before frame {Next}: {Why} The session is kept for a while")]
    private static partial void StreamBroken(ILogger logger, string session, long next, string why);
}
