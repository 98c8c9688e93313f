using System.Net;
using System.Security.Cryptography;
using System.Text;
using MicroscopeStream.Server.Hosting;
using Microsoft.Extensions.Logging;

namespace MicroscopeStream.Server.Security;

/// <summary>
/// Who may do what. Without tokens, whoever reaches the service may do all; with a token file, whoever comes over TCP shows one. A
/// viewer's token, as it is printed where none is given, allows watching in a browser alone.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class AccessPolicy
{
    private readonly byte[]? _viewerToken;
    private readonly TokenFile? _file;

    /// <exception cref="ArgumentException">The token file cannot be used.</exception>
    public AccessPolicy(MicroscopeStreamServerOptions options, ILogger<AccessPolicy> logger)
    {
        Time = options.TimeProvider;
        _file = string.IsNullOrEmpty(options.TokenFilePath) ? null : new TokenFile(options.TokenFilePath, options.TimeProvider, logger);
        ViewerToken = !string.IsNullOrEmpty(options.ViewerToken) ? options.ViewerToken
            : _file is null && ReachesBeyond(options) ? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))
            : null;
        _viewerToken = ViewerToken is null ? null : Encoding.UTF8.GetBytes(ViewerToken);
    }

    /// <summary>A token that is there for viewers alone, beside those of a file; null: none.</summary>
    public string? ViewerToken { get; }

    /// <summary>The service's clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Whether gRPC asks for tokens.</summary>
    public bool GuardsGrpc => _file is not null;

    /// <summary>Whether viewers must show a token.</summary>
    public bool GuardsViewers => _viewerToken is not null || _file is not null;

    /// <summary>What a token allows over gRPC.</summary>
    public AccessScopes ScopesOf(string token) => _file?.ScopesOf(token) ?? AccessScopes.None;

    /// <summary>Whether a token allows watching in a browser; any will do where none is asked for.</summary>
    public bool MayWatch(string token) =>
        !GuardsViewers
        || (_viewerToken is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), _viewerToken))
        || ScopesOf(token).HasFlag(AccessScopes.Watch);

    private static bool ReachesBeyond(MicroscopeStreamServerOptions options) =>
        !string.IsNullOrEmpty(options.HttpUrl) && !IPAddress.IsLoopback(ListenAddress.Parse(options.HttpUrl, "--http-url", options).EndPoint.Address);
}
