using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace MicroscopeStream.ThirdParty.Tests.Engine;

/// <summary>The official server engine on Kestrel and the official client on a channel to it, over TCP or a Unix socket.</summary>
internal sealed class EchoHost : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly string? _socketPath;

    private EchoHost(WebApplication application, string? socketPath)
    {
        _application = application;
        _socketPath = socketPath;
        Wire = new WireLog(CreateHandler(socketPath));
        Channel = GrpcChannel.ForAddress(
            socketPath is null ? application.Urls.Single() : "http://localhost",
            new GrpcChannelOptions { Credentials = ChannelCredentials.Insecure, HttpHandler = Wire, DisposeHttpClient = true });
    }

    public GrpcChannel Channel { get; }

    public WireLog Wire { get; }

    public CallLog Log => _application.Services.GetRequiredService<CallLog>();

    public Echo.EchoClient Client => new(Channel);

    public static async Task<EchoHost> StartAsync(Transport transport, Action<Grpc.AspNetCore.Server.GrpcServiceOptions>? configure = null)
    {
        // A Unix socket path holds at most 108 bytes, so the system's temporary folder and a short name.
        string? socketPath = transport == Transport.UnixSocket
            ? Path.Combine(Path.GetTempPath(), $"echo-{Guid.NewGuid():N}.sock")
            : null;
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            void Http2(ListenOptions listen) => listen.Protocols = HttpProtocols.Http2;
            if (socketPath is null)
            {
                options.Listen(IPAddress.Loopback, 0, Http2);
            }
            else
            {
                options.ListenUnixSocket(socketPath, Http2);
            }
        });
        builder.Services.AddRouting();
        builder.Services.AddSingleton<CallLog>();
        builder.Services.AddGrpc(options => configure?.Invoke(options));
        WebApplication application = builder.Build();
        application.MapGrpcService<EchoService>();
        await application.StartAsync();
        return new EchoHost(application, socketPath);
    }

    public Task StopListeningAsync() => _application.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _application.DisposeAsync();
        if (_socketPath is not null)
        {
            File.Delete(_socketPath);
        }
    }

    private static SocketsHttpHandler CreateHandler(string? socketPath)
    {
        var handler = new SocketsHttpHandler();
        if (socketPath is not null)
        {
            handler.ConnectCallback = (_, cancellationToken) => ConnectAsync(socketPath, cancellationToken);
        }

        return handler;
    }

    private static async ValueTask<Stream> ConnectAsync(string socketPath, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
