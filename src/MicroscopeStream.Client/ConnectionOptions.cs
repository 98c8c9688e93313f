using System.Security.Cryptography.X509Certificates;

namespace MicroscopeStream.Client;

/// <summary>What a client shows a service, and what it expects of it. Immutable.</summary>
public sealed record ConnectionOptions
{
    /// <summary>Shows nothing, and trusts the certificates that this machine trusts.</summary>
    public static ConnectionOptions Default { get; } = new();

    /// <summary>Token, sent with every call; null (default): none. Never sent without TLS, except to this machine itself.</summary>
    public string? Token { get; init; }

    /// <summary>
    /// Certificates that the service's must go back to, in place of those that this machine trusts: a laboratory's own authority, or the
    /// service's self-signed one. Empty (default): those of the machine.
    /// </summary>
    public X509Certificate2Collection TrustedRoots { get; init; } = [];

    /// <summary>The clock for timestamps and for waiting between reconnects; null (default): the system's.</summary>
    public TimeProvider? TimeProvider { get; init; }
}
