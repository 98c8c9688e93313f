using System.CommandLine;
using System.Text.Json;
using MicroscopeStream.Benchmarks.Measuring;
using MicroscopeStream.Client;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Server.Hosting;

namespace MicroscopeStream.Benchmarks.Ingest;

/// <summary>MB/s of frames into the service over gRPC, beside C++ gRPC doing the same job.</summary>
internal static class IngestBenchmark
{
    private const int Edge = 1024;
    private const int FrameBytes = Edge * Edge * 2;

    public static Command Create()
    {
        var frames = new Option<int>("--frames") { Description = "Frames of 2 MiB per round.", DefaultValueFactory = _ => 300 };
        var rounds = new Option<int>("--rounds") { Description = "Rounds; ours and the peer's alternate.", DefaultValueFactory = _ => 5 };
        var peer = new Option<string?>("--peer") { Description = "Folder that peers/grpc-cpp/build.sh built the C++ peer into." };
        var command = new Command("ingest", "2 MiB frames in one gRPC stream, both ends on this machine, beside C++ gRPC.") { frames, rounds, peer };
        command.SetAction((result, cancellation) => RunAsync(result.GetValue(frames), result.GetValue(rounds), result.GetValue(peer), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(int frames, int rounds, string? peer, CancellationToken cancellationToken)
    {
        foreach (string transport in new[] { "TCP", "Unix socket" })
        {
            await CompareAsync(transport == "TCP", frames, rounds, peer, cancellationToken).ConfigureAwait(false);
        }

        return 0;
    }

    private static async Task CompareAsync(bool tcp, int frames, int rounds, string? peer, CancellationToken cancellationToken)
    {
        Samples wire = new(), service = new(), theirs = new(), ratios = new();
        for (int round = 0; round < rounds; round++)
        {
            double ours = await WireAsync(tcp, frames).ConfigureAwait(false);
            wire.Add(ours);
            service.Add(await ServiceAsync(tcp, frames, cancellationToken).ConfigureAwait(false));
            if (peer is null)
            {
                continue;
            }

            string address = tcp ? $"127.0.0.1:{FreePort()}" : $"unix:{SocketPath()}";
            if (await Peer.RunAsync(Path.Combine(peer, "peer"), [address, $"{frames}", $"{FrameBytes}"], cancellationToken).ConfigureAwait(false) is JsonElement answer)
            {
                double rate = answer.GetProperty("megabytes_per_s").GetDouble();
                theirs.Add(rate);
                ratios.Add(ours / rate);
            }
        }

        Console.WriteLine(tcp ? "TCP" : "Unix socket");
        Console.WriteLine($"  MicroscopeStream, frames into pooled slots        {wire.Describe("N0", "MB/s")}");
        Console.WriteLine($"  MicroscopeStream, whole service, method 'none'    {service.Describe("N0", "MB/s")}");
        Console.WriteLine($"  C++ gRPC                                          {theirs.Describe("N0", "MB/s")}");
        Console.WriteLine($"  ratio, pooled slots to C++                        {ratios.Describe("N2", "×")}");
    }

    private static async Task<double> WireAsync(bool tcp, int frames)
    {
        await using WireIngest ingest = await WireIngest.StartAsync(tcp ? null : SocketPath(), FrameBytes).ConfigureAwait(false);
        await ingest.PushAsync((frames / 10) + 1, FrameBytes).ConfigureAwait(false);
        return frames * (FrameBytes / 1e6) / await ingest.PushAsync(frames, FrameBytes).ConfigureAwait(false);
    }

    private static async Task<double> ServiceAsync(bool tcp, int frames, CancellationToken cancellationToken)
    {
        string? socket = tcp ? null : SocketPath();
        var options = new MicroscopeStreamServerOptions { GrpcUrl = "http://127.0.0.1:0", HttpUrl = null, UnixSocketPath = socket };
        await using MicroscopeStreamServer server = await MicroscopeStreamServer.StartAsync(options, cancellationToken).ConfigureAwait(false);
        await using var client = MicroscopeClient.Connect(tcp ? server.GrpcAddress.ToString() : $"unix:{socket}");
        var pixels = new byte[FrameBytes];
        double seconds = 0;
        foreach (int count in new[] { (frames / 10) + 1, frames })
        {
            await using AcquisitionSession session = await client.OpenAsync(
                new AcquisitionRequest
                {
                    Width = Edge,
                    Height = Edge,
                    PixelType = PixelType.UInt16,
                    PixelSizeNm = 100,
                    Method = "none",
                    Task = "image",
                    Camera = new(),
                    PreviewRate = -1,
                },
                cancellationToken).ConfigureAwait(false);
            long start = TimeProvider.System.GetTimestamp();
            for (int i = 0; i < count; i++)
            {
                await session.SendAsync(pixels, cancellationToken).ConfigureAwait(false);
            }

            await session.CompleteAsync(cancellationToken).ConfigureAwait(false);
            seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        }

        return frames * (FrameBytes / 1e6) / seconds;
    }

    private static string SocketPath() => Path.Combine(Path.GetTempPath(), $"mstream-{Guid.NewGuid():N}.sock");

    private static int FreePort()
    {
        using var probe = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        probe.Start();
        return ((System.Net.IPEndPoint)probe.LocalEndpoint).Port;
    }
}
