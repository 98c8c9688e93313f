using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;

namespace MicroscopeStream.Client;

/// <summary>From an address to a channel.</summary>
internal static class Transport
{
    private const string UnixScheme = "unix:";

    /// <exception cref="ArgumentException">The address is neither an http(s) URL nor unix:path, or everybody on the way there could read the token.</exception>
    internal static GrpcChannel CreateChannel(string address, ConnectionOptions options, out bool sameHost)
    {
        var handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = TimeSpan.FromSeconds(15),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        };
        Uri uri;
        if (address.StartsWith(UnixScheme, StringComparison.OrdinalIgnoreCase))
        {
            // unix:/path and unix:///path are both in use (gRPC's own naming).
            string path = address[UnixScheme.Length..];
            path = path.StartsWith("///", StringComparison.Ordinal) ? path[2..] : path;
            var endPoint = new UnixDomainSocketEndPoint(path);
            handler.ConnectCallback = (_, cancellationToken) => ConnectAsync(endPoint, cancellationToken);
            handler.UseProxy = false;
            uri = new Uri("http://localhost");
            sameHost = true;
        }
        else if (Uri.TryCreate(address, UriKind.Absolute, out Uri? parsed) && parsed.Scheme is "http" or "https")
        {
            uri = parsed;
            sameHost = uri.IsLoopback;

            // A machine-wide HTTP proxy cannot carry cleartext HTTP/2, and has no business between two processes on one machine.
            handler.UseProxy = !sameHost && uri.Scheme == "https";
        }
        else
        {
            throw new ArgumentException(
                $"'{address}' is no address of a service. Expected http://host:port, https://host:port or unix:/path/to/socket.", nameof(address));
        }

        if (!sameHost && uri.Scheme == "http" && options.Token is not null)
        {
            throw new ArgumentException($"A token would be read by everybody on the way to '{address}'. Use https://.", nameof(address));
        }

        if (options.TrustedRoots.Count > 0)
        {
            handler.SslOptions.CertificateChainPolicy = TrustOnly(options.TrustedRoots);
        }

        return GrpcChannel.ForAddress(uri, new GrpcChannelOptions
        {
            HttpHandler = options.Token is { } token ? new TokenHandler(token, handler) : handler,
            DisposeHttpClient = true,

            // One 2048 × 2048 frame of 16 bits is 8.4 MB: gRPC's limit of 4 MiB is meant for records, not for images.
            MaxSendMessageSize = null,
            MaxReceiveMessageSize = null,
        });
    }

    private static X509ChainPolicy TrustOnly(X509Certificate2Collection roots)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(roots);
        return policy;
    }

    private static async ValueTask<Stream> ConnectAsync(UnixDomainSocketEndPoint endPoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
