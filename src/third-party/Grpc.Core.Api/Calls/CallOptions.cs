namespace Grpc.Core;

/// <summary>
/// What a caller may set per call. Immutable: each <c>With…</c> returns a changed copy. Thread-safe as far as the headers are.
/// </summary>
public struct CallOptions
{
    /// <summary>Creates options.</summary>
    /// <param name="headers">Request headers; null for none.</param>
    /// <param name="deadline">When the call must have ended, in UTC; null for never.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <param name="writeOptions">For the requests; null for the defaults.</param>
    /// <param name="propagationToken">From the call being handled, to pass on its deadline and cancellation.</param>
    /// <param name="credentials">Credentials of this call alone; null for the channel's.</param>
    public CallOptions(
        Metadata? headers = null,
        DateTime? deadline = null,
        CancellationToken cancellationToken = default,
        WriteOptions? writeOptions = null,
        ContextPropagationToken? propagationToken = null,
        CallCredentials? credentials = null)
    {
        Headers = headers;
        Deadline = deadline;
        CancellationToken = cancellationToken;
        WriteOptions = writeOptions;
        PropagationToken = propagationToken;
        Credentials = credentials;
    }

    /// <summary>Request headers; null for none.</summary>
    public Metadata? Headers { readonly get; private set; }

    /// <summary>When the call must have ended, in UTC; null for never.</summary>
    public DateTime? Deadline { readonly get; private set; }

    /// <summary>Cancels the call.</summary>
    public CancellationToken CancellationToken { readonly get; private set; }

    /// <summary>For the requests; null for the defaults.</summary>
    public WriteOptions? WriteOptions { readonly get; private set; }

    /// <summary>From the call being handled, to pass on its deadline and cancellation; or null.</summary>
    public ContextPropagationToken? PropagationToken { readonly get; private set; }

    /// <summary>Credentials of this call alone; null for the channel's.</summary>
    public CallCredentials? Credentials { readonly get; private set; }

    /// <summary>True where the call waits for a connection instead of failing at once without one.</summary>
    public bool IsWaitForReady { readonly get; private set; }

    /// <summary>Replaces <see cref="Headers"/>.</summary>
    /// <param name="headers">The new value.</param>
    /// <returns>A changed copy.</returns>
    public readonly CallOptions WithHeaders(Metadata headers) => this with { Headers = headers };

    /// <summary>Replaces <see cref="Deadline"/>.</summary>
    /// <param name="deadline">The new value, in UTC.</param>
    /// <returns>A changed copy.</returns>
    public readonly CallOptions WithDeadline(DateTime deadline) => this with { Deadline = deadline };

    /// <summary>Replaces <see cref="CancellationToken"/>.</summary>
    /// <param name="cancellationToken">The new value.</param>
    /// <returns>A changed copy.</returns>
    public readonly CallOptions WithCancellationToken(CancellationToken cancellationToken)
        => this with { CancellationToken = cancellationToken };

    /// <summary>Replaces <see cref="WriteOptions"/>.</summary>
    /// <param name="writeOptions">The new value.</param>
    /// <returns>A changed copy.</returns>
    public readonly CallOptions WithWriteOptions(WriteOptions writeOptions) => this with { WriteOptions = writeOptions };

    /// <summary>Replaces <see cref="PropagationToken"/>.</summary>
    /// <param name="propagationToken">The new value.</param>
    /// <returns>A changed copy.</returns>
    public readonly CallOptions WithPropagationToken(ContextPropagationToken propagationToken)
        => this with { PropagationToken = propagationToken };

    /// <summary>Replaces <see cref="Credentials"/>.</summary>
    /// <param name="credentials">The new value.</param>
    /// <returns>A changed copy.</returns>
    public readonly CallOptions WithCredentials(CallCredentials credentials) => this with { Credentials = credentials };

    /// <summary>Replaces <see cref="IsWaitForReady"/>.</summary>
    /// <param name="waitForReady">The new value.</param>
    /// <returns>A changed copy.</returns>
    public readonly CallOptions WithWaitForReady(bool waitForReady = true) => this with { IsWaitForReady = waitForReady };
}
