using Grpc.Core;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Contract.Wire;

namespace MicroscopeStream.Server.Sessions;

/// <summary>
/// What protoc would generate for SessionService, but with the contract's own marshallers: frames arrive as
/// <see cref="WireStreamRequest"/>, their pixels already in a session's buffer.
/// </summary>
[BindServiceMethod(typeof(SessionServiceBase), nameof(Bind))]
internal abstract class SessionServiceBase
{
    public static void Bind(ServiceBinderBase binder, SessionServiceBase? service)
    {
        // The engine binds by name and passes no instance here; only other binders do.
        binder.AddMethod(SessionMethods.Open, service is null ? null : service.Open);
        binder.AddMethod(SessionMethods.Stream, service is null ? null : service.Stream);
        binder.AddMethod(SessionMethods.Watch, service is null ? null : service.Watch);
        binder.AddMethod(SessionMethods.Close, service is null ? null : service.Close);
        binder.AddMethod(SessionMethods.Resume, service is null ? null : service.Resume);
        binder.AddMethod(SessionMethods.ListSessions, service is null ? null : service.ListSessions);
    }

    public abstract Task<OpenResponse> Open(OpenRequest request, ServerCallContext context);

    public abstract Task Stream(
        IAsyncStreamReader<WireStreamRequest> requestStream, IServerStreamWriter<StreamResponse> responseStream, ServerCallContext context);

    public abstract Task Watch(WatchRequest request, IServerStreamWriter<WatchResponse> responseStream, ServerCallContext context);

    public abstract Task<CloseResponse> Close(CloseRequest request, ServerCallContext context);

    public abstract Task<ResumeResponse> Resume(ResumeRequest request, ServerCallContext context);

    public abstract Task<ListSessionsResponse> ListSessions(ListSessionsRequest request, ServerCallContext context);
}
