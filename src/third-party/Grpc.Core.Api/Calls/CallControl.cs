using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>What all kinds of client call share: headers, status, trailers, and giving up.</summary>
/// <remarks>The engine passes static functions and one state object, so that a call allocates no closure.</remarks>
internal readonly struct CallControl
{
    private readonly Func<object, Task<Metadata>> _responseHeaders;
    private readonly Func<object, Status> _status;
    private readonly Func<object, Metadata> _trailers;
    private readonly Action<object> _dispose;
    private readonly object _state;

    public CallControl(
        Func<object, Task<Metadata>> responseHeadersAsync,
        Func<object, Status> getStatusFunc,
        Func<object, Metadata> getTrailersFunc,
        Action<object> disposeAction,
        object state)
    {
        _responseHeaders = GrpcPreconditions.CheckNotNull(responseHeadersAsync, nameof(responseHeadersAsync));
        _status = GrpcPreconditions.CheckNotNull(getStatusFunc, nameof(getStatusFunc));
        _trailers = GrpcPreconditions.CheckNotNull(getTrailersFunc, nameof(getTrailersFunc));
        _dispose = GrpcPreconditions.CheckNotNull(disposeAction, nameof(disposeAction));
        _state = state;
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

    public Task<Metadata> ResponseHeadersAsync => _responseHeaders(_state);

    public Status GetStatus() => _status(_state);

    public Metadata GetTrailers() => _trailers(_state);

    public void Dispose() => _dispose(_state);
}
