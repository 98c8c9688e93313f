using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>What all kinds of client call share: headers, status, trailers, and giving up.</summary>
/// <remarks>The engine passes static functions and one state object, so that a call allocates no closure.</remarks>
internal readonly struct CallControl
{
    private readonly Func<object, Task<Metadata>> responseHeaders;
    private readonly Func<object, Status> status;
    private readonly Func<object, Metadata> trailers;
    private readonly Action<object> dispose;
    private readonly object state;

    public CallControl(
        Func<object, Task<Metadata>> responseHeadersAsync,
        Func<object, Status> getStatusFunc,
        Func<object, Metadata> getTrailersFunc,
        Action<object> disposeAction,
        object state)
    {
        responseHeaders = GrpcPreconditions.CheckNotNull(responseHeadersAsync, nameof(responseHeadersAsync));
        status = GrpcPreconditions.CheckNotNull(getStatusFunc, nameof(getStatusFunc));
        trailers = GrpcPreconditions.CheckNotNull(getTrailersFunc, nameof(getTrailersFunc));
        dispose = GrpcPreconditions.CheckNotNull(disposeAction, nameof(disposeAction));
        this.state = state;
    }

    public CallControl(
        Task<Metadata> responseHeadersAsync,
        Func<Status> getStatusFunc,
        Func<Metadata> getTrailersFunc,
        Action disposeAction)
        : this(
            _ => responseHeadersAsync,
            _ => getStatusFunc(),
            _ => getTrailersFunc(),
            _ => disposeAction(),
            responseHeadersAsync)
    {
    }

    public Task<Metadata> ResponseHeadersAsync => responseHeaders(state);

    public Status GetStatus() => status(state);

    public Metadata GetTrailers() => trailers(state);

    public void Dispose() => dispose(state);
}
