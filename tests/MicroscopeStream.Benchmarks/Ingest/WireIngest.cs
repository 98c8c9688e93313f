using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Contract.Wire;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Server.Hosting;
using MicroscopeStream.Server.Sessions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace MicroscopeStream.Benchmarks.Ingest;

/// <summary>
/// What the C++ peer does, with the service's own reader, endpoint and frame pool: one stream of frames over real gRPC, both ends in this process,
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
        var kestrel = new KestrelSetup(new MicroscopeStreamServerOptions { GrpcUrl = "http://127.0.0.1:0", HttpUrl = null, UnixSocketPath = socket });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel.Configure);
        builder.Services.AddRouting();
        builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = null);
        builder.Services.AddSingleton(counter);
        WebApplication app = builder.Build();
        app.UseRouting();
        app.MapGrpcService<IngestService>();
        await app.StartAsync().ConfigureAwait(false);
        return new WireIngest(app, Connect(socket, kestrel.GrpcAddress.ToString()), counter);
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
        private FrameLease _lease;

        public FramePool Pool => pool;

        public long Bytes { get; private set; }

        public Memory<byte> Begin(in WireFrameHeader header, int pixelBytes)
        {
            if (!pool.TryRent(out _lease))
            {
                throw new InvalidOperationException("No frame was free.");
            }

            _lease.Frame.LengthBytes = pixelBytes;
            return _lease.Frame.Memory;
        }

        public void Complete()
        {
            Bytes += _lease.Frame.LengthBytes;
            _lease.Dispose();
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
            var reader = new StreamRequestReader(context.GetHttpContext().Request.BodyReader, encoding: null, int.MaxValue) { Sink = counter };
            while (await reader.ReadAsync(context.CancellationToken).ConfigureAwait(false))
            {
            }
        }
    }
}
