namespace Grpc.Core;

/// <summary>
/// The call that a handler handles. Valid until the handler ends. Reading is thread-safe; change status, trailers and
/// write options from one thread at a time.
/// </summary>
public abstract partial class ServerCallContext
{
    /// <summary>Creates a context; for engines and test doubles.</summary>
    protected ServerCallContext()
    {
    }

    /// <summary>The path of the call, for example <c>/grpc.health.v1.Health/Check</c>.</summary>
    public string Method => MethodCore;

    /// <summary>The <c>:authority</c> that the client sent.</summary>
    public string Host => HostCore;

    /// <summary>The address of the client, for example <c>ipv4:192.0.2.7:50122</c>; the engine on Kestrel says <c>unknown</c> over a Unix socket.</summary>
    public string Peer => PeerCore;

    /// <summary>When the call must have ended, in UTC; <see cref="DateTime.MaxValue"/> for never.</summary>
    public DateTime Deadline => DeadlineCore;

    /// <summary>The request headers.</summary>
    public Metadata RequestHeaders => RequestHeadersCore;

    /// <summary>Cancelled when the client gives up, the deadline passes or the connection breaks.</summary>
    public CancellationToken CancellationToken => CancellationTokenCore;

    /// <summary>Sent after the last response; to be filled by the handler.</summary>
    public Metadata ResponseTrailers => ResponseTrailersCore;

    /// <summary>How the call shall end where the handler returns without an exception; OK unless set.</summary>
    public Status Status
    {
        get => StatusCore;
        set => StatusCore = value;
    }

    /// <summary>For the responses that follow; null for the defaults.</summary>
    public WriteOptions? WriteOptions
    {
        get => WriteOptionsCore;
        set => WriteOptionsCore = value;
    }

    /// <summary>What TLS says about the client.</summary>
    public AuthContext AuthContext => AuthContextCore;

    /// <summary>For interceptors and handlers to share per call. Not thread-safe.</summary>
    public IDictionary<object, object> UserState => UserStateCore;

    /// <summary>Makes a token that passes deadline and cancellation on to calls made while handling this one.</summary>
    /// <param name="options">What to pass on; null for everything.</param>
    /// <returns>The token.</returns>
    /// <exception cref="NotImplementedException">The engine does not pass context on this way.</exception>
    public ContextPropagationToken CreatePropagationToken(ContextPropagationOptions? options = null)
        => CreatePropagationTokenCore(options);

    /// <summary>Sends the response headers now, instead of with the first response. Once, before the first response.</summary>
    /// <param name="responseHeaders">The headers.</param>
    /// <returns>Completes when they are on their way.</returns>
    /// <exception cref="InvalidOperationException">The headers have been sent already.</exception>
    public Task WriteResponseHeadersAsync(Metadata responseHeaders) => WriteResponseHeadersAsyncCore(responseHeaders);
}
