using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>A call with one request and many responses. Its members may be used from any thread; dispose it to give the call up.</summary>
/// <typeparam name="TResponse">The response message.</typeparam>
public sealed class AsyncServerStreamingCall<TResponse> : IDisposable
{
    private readonly CallControl _control;

    /// <summary>Puts a call together from its parts; for engines and for test doubles.</summary>
    /// <param name="responseStream">The response stream.</param>
    /// <param name="responseHeadersAsync">The response headers.</param>
    /// <param name="getStatusFunc">Gets the status of an ended call.</param>
    /// <param name="getTrailersFunc">Gets the trailers of an ended call.</param>
    /// <param name="disposeAction">Gives the call up.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public AsyncServerStreamingCall(
        IAsyncStreamReader<TResponse> responseStream,
        Task<Metadata> responseHeadersAsync,
        Func<Status> getStatusFunc,
        Func<Metadata> getTrailersFunc,
        Action disposeAction)
    {
        ResponseStream = GrpcPreconditions.CheckNotNull(responseStream, nameof(responseStream));
        _control = new CallControl(
            GrpcPreconditions.CheckNotNull(responseHeadersAsync, nameof(responseHeadersAsync)),
            GrpcPreconditions.CheckNotNull(getStatusFunc, nameof(getStatusFunc)),
            GrpcPreconditions.CheckNotNull(getTrailersFunc, nameof(getTrailersFunc)),
            GrpcPreconditions.CheckNotNull(disposeAction, nameof(disposeAction)));
    }

    /// <summary>Puts a call together from its parts and one state, without a closure per call.</summary>
    /// <param name="responseStream">The response stream.</param>
    /// <param name="responseHeadersAsync">Gets the response headers from the state.</param>
    /// <param name="getStatusFunc">Gets the status of an ended call from the state.</param>
    /// <param name="getTrailersFunc">Gets the trailers of an ended call from the state.</param>
    /// <param name="disposeAction">Gives the call of the state up.</param>
    /// <param name="state">Passed to each function.</param>
    /// <exception cref="ArgumentNullException">An argument but the state is null.</exception>
    public AsyncServerStreamingCall(
        IAsyncStreamReader<TResponse> responseStream,
        Func<object, Task<Metadata>> responseHeadersAsync,
        Func<object, Status> getStatusFunc,
        Func<object, Metadata> getTrailersFunc,
        Action<object> disposeAction,
        object state)
    {
        ResponseStream = GrpcPreconditions.CheckNotNull(responseStream, nameof(responseStream));
        _control = new CallControl(responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction, state);
    }

    /// <summary>The response stream.</summary>
    public IAsyncStreamReader<TResponse> ResponseStream { get; }

    /// <summary>The response headers, once they have arrived.</summary>
    public Task<Metadata> ResponseHeadersAsync => _control.ResponseHeadersAsync;

    /// <summary>How the call ended.</summary>
    /// <returns>The status.</returns>
    /// <exception cref="InvalidOperationException">The call has not ended yet.</exception>
    public Status GetStatus() => _control.GetStatus();

    /// <summary>The response trailers.</summary>
    /// <returns>The trailers; empty where there were none.</returns>
    /// <exception cref="InvalidOperationException">The call has not ended yet.</exception>
    public Metadata GetTrailers() => _control.GetTrailers();

    /// <summary>
    /// Frees the call. One that has not ended is cancelled; after one that has ended this does nothing.
    /// </summary>
    public void Dispose() => _control.Dispose();
}
