using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace MicroscopeStream.Server.Hosting;

/// <summary>Kestrel for streams of megabyte frames that last for hours.</summary>
internal sealed class KestrelSetup(MicroscopeStreamServerOptions options)
{
    // Pixels are taken while they arrive, so a window need only cover the way to the sender and back (1 MiB is 0.8 ms of a
    // 10 GbE line), not a frame: what waits in it is memory that has left the cache.
    private const int ConnectionWindow = 4 * 1024 * 1024;
    private const int StreamWindow = 1024 * 1024;

    private readonly ListenAddress _grpcAddress = ListenAddress.Parse(options.GrpcUrl, ListenAddress.GrpcOption, options);
    private readonly ListenAddress? _httpAddress =
        string.IsNullOrEmpty(options.HttpUrl) ? null : ListenAddress.Parse(options.HttpUrl, ListenAddress.HttpOption, options);

    private HttpsConnectionAdapterOptions? _tls;

    private ListenOptions? _grpc;
    private ListenOptions? _http;

    /// <summary>Address that gRPC is bound to; meaningful once the host has started.</summary>
    public Uri GrpcAddress => AddressOf(_grpc!, _grpcAddress.Tls);

    /// <summary>Address that HTTP/1.1 is bound to; meaningful once the host has started.</summary>
    public Uri? HttpAddress => _http is null ? null : AddressOf(_http, _httpAddress!.Value.Tls);

    /// <summary>Reads what is needed before anything listens.</summary>
    /// <exception cref="ArgumentException">The certificate cannot be used, or no address asks for it.</exception>
    public void Prepare()
    {
        if (string.IsNullOrEmpty(options.TlsCertificatePath))
        {
            return;
        }

        if (!_grpcAddress.Tls && _httpAddress?.Tls != true)
        {
            throw new ArgumentException($"A certificate is given with --tls-cert, and neither {ListenAddress.GrpcOption} nor {ListenAddress.HttpOption} begins with https://.");
        }

        _tls = TlsCertificate.Load(options.TlsCertificatePath, options.TlsKeyPath, options.TlsPassword, options.TimeProvider);
    }

    public void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.Http2.InitialConnectionWindowSize = ConnectionWindow;
        kestrel.Limits.Http2.InitialStreamWindowSize = StreamWindow;
        kestrel.Limits.Http2.MaxFrameSize = 1024 * 1024;

        // A cable that is pulled sends no FIN: without pings, the session would count as streaming for ever.
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(10);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(10);

        kestrel.Listen(_grpcAddress.EndPoint, listen =>
        {
            ForGrpc(listen);
            Encrypt(listen, _grpcAddress.Tls);
            _grpc = listen;
        });
        if (_httpAddress is { } http)
        {
            kestrel.Listen(http.EndPoint, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                Encrypt(listen, http.Tls);
                _http = listen;
            });
        }

        if (options.UnixSocketPath is { Length: > 0 } path)
        {
            RemoveStaleSocket(path);
            kestrel.ListenUnixSocket(path, ForGrpc);
        }
    }

    /// <summary>Lets only this user connect to the Unix socket.</summary>
    public void RestrictSocket()
    {
        if (options.UnixSocketPath is { Length: > 0 } path && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    private void ForGrpc(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http2;
        listen.UseLingeringClose(options.TimeProvider);
    }

    private void Encrypt(ListenOptions listen, bool tls)
    {
        if (tls)
        {
            listen.UseHttps(_tls!);
        }
    }

    private static Uri AddressOf(ListenOptions listen, bool tls) => new($"{(tls ? "https" : "http")}://{listen.IPEndPoint}");

    // A killed service leaves its socket file, on which the next one could not bind.
    private static void RemoveStaleSocket(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
            return;
        }
        catch (SocketException e)
        {
            throw new IOException($"The Unix socket '{path}' cannot be used: {e.Message}. Choose another path, or remove the file.", e);
        }

        throw new IOException($"Another service is listening on the Unix socket '{path}'. Stop it, or choose another path.");
    }
}
