namespace Grpc.Core;

// What an engine provides. Each member is the source of the public one without "Core" in its name.
public abstract partial class ServerCallContext
{
    private IDictionary<object, object>? _userState;

    /// <summary>Source of <see cref="Method"/>.</summary>
    protected abstract string MethodCore { get; }

    /// <summary>Source of <see cref="Host"/>.</summary>
    protected abstract string HostCore { get; }

    /// <summary>Source of <see cref="Peer"/>.</summary>
    protected abstract string PeerCore { get; }

    /// <summary>Source of <see cref="Deadline"/>.</summary>
    protected abstract DateTime DeadlineCore { get; }

    /// <summary>Source of <see cref="RequestHeaders"/>.</summary>
    protected abstract Metadata RequestHeadersCore { get; }

    /// <summary>Source of <see cref="CancellationToken"/>.</summary>
    protected abstract CancellationToken CancellationTokenCore { get; }

    /// <summary>Source of <see cref="ResponseTrailers"/>.</summary>
    protected abstract Metadata ResponseTrailersCore { get; }

    /// <summary>Source of <see cref="Status"/>.</summary>
    protected abstract Status StatusCore { get; set; }

    /// <summary>Source of <see cref="WriteOptions"/>.</summary>
    protected abstract WriteOptions? WriteOptionsCore { get; set; }

    /// <summary>Source of <see cref="AuthContext"/>.</summary>
    protected abstract AuthContext AuthContextCore { get; }

    /// <summary>Source of <see cref="UserState"/>; by default a dictionary made on first use.</summary>
    protected virtual IDictionary<object, object> UserStateCore => _userState ??= new Dictionary<object, object>();

    /// <summary>Source of <see cref="CreatePropagationToken"/>.</summary>
    /// <param name="options">What to pass on; null for everything.</param>
    /// <returns>The token.</returns>
    protected abstract ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options);

    /// <summary>Source of <see cref="WriteResponseHeadersAsync"/>.</summary>
    /// <param name="responseHeaders">The headers.</param>
    /// <returns>Completes when they are on their way.</returns>
    protected abstract Task WriteResponseHeadersAsyncCore(Metadata responseHeaders);
}
