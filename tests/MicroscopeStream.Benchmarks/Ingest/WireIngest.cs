using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Contract.Wire;
using MicroscopeStream.Core.Frames;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace MicroscopeStream.Benchmarks.Ingest;

/// <summary>
/// What the C++ peer does, with our marshallers and frame pool: one stream of frames over real gRPC, both ends in this process,
/// each frame copied into a pooled slot and returned at once.
/// </summary>
internal sealed class WireIngest : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;
    private readonly Counter _counter;

    private WireIngest(WebApplication app, GrpcChannel channel, Counter counter) => (_app, _channel, _counter) = (app, channel, counter);

    /// <summary>Starts both ends.</summary>
    /// <param name="socket">Path of a Unix socket, or null for TCP.</param>
    /// <param name="frameBytes">Bytes per frame.</param>
    public static async Task<WireIngest> StartAsync(string? socket, int frameBytes)
    {
        var counter = new Counter(new FramePool("benchmark", 8, frameBytes));
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.Http2.InitialConnectionWindowSize = 32 << 20;
            kestrel.Limits.Http2.InitialStreamWindowSize = 16 << 20;
            kestrel.Limits.Http2.MaxFrameSize = 1 << 20;
            if (socket is null)
            {
                kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            }
            else
            {
                kestrel.ListenUnixSocket(socket, listen => listen.Protocols = HttpProtocols.Http2);
            }
        });
        builder.Services.AddRouting();
        builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = null);
        builder.Services.AddSingleton(counter);
        WebApplication app = builder.Build();
        app.UseRouting();
        app.MapGrpcService<IngestService>();
        await app.StartAsync().ConfigureAwait(false);
        return new WireIngest(app, Connect(socket, app.Urls.First()), counter);
    }

    /// <summary>Sends frames and waits until all have arrived; seconds.</summary>
    public async Task<double> PushAsync(int frames, int frameBytes)
    {
        var pixels = new byte[frameBytes];
        Array.Fill(pixels, (byte)42);
        long before = _counter.Bytes;
        using AsyncDuplexStreamingCall<WireStreamRequest, StreamResponse> call = _channel.CreateCallInvoker().OpenStream(default);
        var message = new WireStreamRequest();
        long start = TimeProvider.System.GetTimestamp();
        for (int i = 0; i < frames; i++)
        {
            await call.RequestStream.WriteAsync(message.SetFrame(new WireFrameHeader { Sequence = (ulong)i }, pixels)).ConfigureAwait(false);
        }

        await call.RequestStream.CompleteAsync().ConfigureAwait(false);
        while (await call.ResponseStream.MoveNext(CancellationToken.None).ConfigureAwait(false))
        {
        }

        double seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        return _counter.Bytes - before == (long)frames * frameBytes ? seconds : throw new InvalidOperationException("Frames were lost.");
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _app.DisposeAsync().ConfigureAwait(false);
        _counter.Pool.Dispose();
    }

    private static GrpcChannel Connect(string? socket, string url)
    {
        var handler = new SocketsHttpHandler { UseProxy = false };
        if (socket is not null)
        {
            handler.ConnectCallback = async (_, cancellationToken) =>
            {
                var unix = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await unix.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellationToken).ConfigureAwait(false);
                return new NetworkStream(unix, ownsSocket: true);
            };
        }

        return GrpcChannel.ForAddress(socket is null ? url : "http://localhost", new GrpcChannelOptions { HttpHandler = handler, MaxSendMessageSize = null });
    }

    private sealed class Counter(FramePool pool) : IFrameSink
    {
        public FramePool Pool => pool;

        public WireStreamRequest Message { get; } = new();

        public long Bytes { get; private set; }

        public void Receive(in WireFrameHeader header, in ReadOnlySequence<byte> pixels)
        {
            if (!pool.TryRent(out FrameLease lease))
            {
                throw new InvalidOperationException("No frame was free.");
            }

            lease.Frame.LengthBytes = (int)pixels.Length;
            pixels.CopyTo(lease.Frame.Bytes);
            Bytes += pixels.Length;
            lease.Dispose();
        }
    }

    // The engine looks a handler up on the class that derives from the one that binds.
    [BindServiceMethod(typeof(IngestServiceBase), nameof(Bind))]
    private abstract class IngestServiceBase
    {
        public static void Bind(ServiceBinderBase binder, IngestServiceBase? service) =>
            binder.AddMethod(SessionMethods.Stream, service is null ? null : service.Stream);

        public abstract Task Stream(
            IAsyncStreamReader<WireStreamRequest> requests, IServerStreamWriter<StreamResponse> responses, ServerCallContext context);
    }

    private sealed class IngestService(Counter counter) : IngestServiceBase
    {
        public override async Task Stream(
            IAsyncStreamReader<WireStreamRequest> requests, IServerStreamWriter<StreamResponse> responses, ServerCallContext context)
        {
            FrameSink.Use(counter);
            while (await requests.MoveNext(context.CancellationToken).ConfigureAwait(false))
            {
            }
        }
    }
}
