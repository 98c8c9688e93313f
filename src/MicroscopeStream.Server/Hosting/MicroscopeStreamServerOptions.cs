using MicroscopeStream.Pipeline.Methods;
using Microsoft.Extensions.Logging;

namespace MicroscopeStream.Server.Hosting;

/// <summary>Where the service listens and what it allows. Immutable: change it with <c>with</c>.</summary>
public sealed record MicroscopeStreamServerOptions
{
    /// <summary>The gRPC endpoint, HTTP/2: cleartext with http, encrypted with https. Port 0 takes a free one; <see cref="MicroscopeStreamServer.GrpcAddress"/> tells which.</summary>
    /// <value>Default <c>http://127.0.0.1:5090</c>.</value>
    public string GrpcUrl { get; init; } = "http://127.0.0.1:5090";

    /// <summary>The HTTP/1.1 endpoint (viewer, <c>/metrics</c>, <c>/status</c>, <c>/healthz</c>); null or empty: none.</summary>
    /// <value>Default <c>http://127.0.0.1:5080</c>.</value>
    public string? HttpUrl { get; init; } = "http://127.0.0.1:5080";

    /// <summary>A Unix socket that speaks gRPC too, readable by this user alone; null: none.</summary>
    /// <value>Default null. A socket file left behind by a service that was killed is replaced.</value>
    public string? UnixSocketPath { get; init; }

    /// <summary>Whether addresses other than loopback are allowed without TLS: for a proxy in front that encrypts, on a network that is trusted.</summary>
    /// <value>Default false: such an address is refused unless it is https.</value>
    public bool AllowRemote { get; init; }

    /// <summary>The certificate for https addresses: PEM, with what stands between it and its root, or PFX; null: none.</summary>
    /// <value>Default null.</value>
    public string? TlsCertificatePath { get; init; }

    /// <summary>The certificate's private key, PEM; null: it is in the certificate's file.</summary>
    /// <value>Default null.</value>
    public string? TlsKeyPath { get; init; }

    /// <summary>Password of a PFX; null: none.</summary>
    /// <value>Default null.</value>
    public string? TlsPassword { get; init; }

    /// <summary>
    /// A file of tokens: whoever comes over TCP, from this machine too, shows one that allows what he asks for. One per line, as
    /// <c>NAME SCOPES TOKEN [LAST-DAY]</c>; scopes are watch, stream, control and admin; in place of a token its hash, as sha256:HEX. Read
    /// again when it changes. Null: none.
    /// </summary>
    /// <value>Default null. Needed for gRPC beyond loopback.</value>
    public string? TokenFilePath { get; init; }

    /// <summary>
    /// What viewers and scrapers must show on the HTTP endpoint, unless they have a token of <see cref="TokenFilePath"/> with the scope
    /// watch; null or empty: nothing on loopback, a random token beyond it where there is no such file.
    /// </summary>
    /// <value>Default null. <see cref="MicroscopeStreamServer.ViewerAddress"/> carries it.</value>
    public string? ViewerToken { get; init; }

    /// <summary>Viewers connected at a time, at most, ≥ 1.</summary>
    /// <value>Default 64.</value>
    public int MaxViewers { get; init; } = 64;

    /// <summary>Folders that hold model packages, one folder each. Missing ones are reported, not fatal.</summary>
    /// <value>Default none.</value>
    public IReadOnlyList<string> ModelFolders { get; init; } = [];

    /// <summary>Adds methods, after those of <see cref="ModelFolders"/>.</summary>
    /// <value>Default null: none.</value>
    public Action<MethodRegistry>? ConfigureMethods { get; init; }

    /// <summary>Open sessions at most, connected or not, ≥ 1. Open beyond it is RESOURCE_EXHAUSTED.</summary>
    /// <value>Default 16.</value>
    public int MaxSessions { get; init; } = 16;

    /// <summary>Bytes of one frame's pixels at most, ≥ 1. Open with larger frames is INVALID_ARGUMENT; messages are limited to this plus 1 MiB.</summary>
    /// <value>Default 256 MiB (8192 × 8192 of float32).</value>
    public int MaxFrameBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>Bytes of one message at most: a frame's pixels and what stands around them.</summary>
    internal int MaxMessageBytes => (int)Math.Min(int.MaxValue, MaxFrameBytes + (1024L * 1024));

    /// <summary>How long a session outlives its connection and can be resumed.</summary>
    /// <value>Default 2 minutes.</value>
    public TimeSpan KeepDisconnected { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a stream waits for its predecessor on the same session to be noticed as dead, before FAILED_PRECONDITION.</summary>
    /// <value>Default 2 s.</value>
    public TimeSpan TakeOverPatience { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a shutdown lets sessions work off what they hold; then they are aborted.</summary>
    /// <value>Default 30 s.</value>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Where logs go; null: nowhere.</summary>
    /// <value>Default null.</value>
    public Action<ILoggingBuilder>? ConfigureLogging { get; init; }

    /// <summary>The clock of sessions and limits.</summary>
    /// <value>Default the system's.</value>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
