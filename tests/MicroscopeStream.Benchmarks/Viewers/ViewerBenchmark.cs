using System.CommandLine;
using MicroscopeStream.Client;
using MicroscopeStream.Contract.V1;
using PixelType = MicroscopeStream.Core.Frames.PixelType;

namespace MicroscopeStream.Benchmarks.Viewers;

/// <summary>What viewers get and what they cost: pictures per second, the service's processor time, the session's latency.</summary>
internal static class ViewerBenchmark
{
    private const double CameraPixelNm = 100, PreviewPixelNm = 25;
    private const double SpotsPerUm2 = 0.1;
    private const int FramesPerSecond = 30;

    public static Command Create()
    {
        var service = new Option<string>("--service")
        {
            Description = "The program that serves.",
            DefaultValueFactory = _ => Path.Combine("src", "MicroscopeStream.Cli", "bin", "Release", "net10.0", "mstream.dll"),
        };
        var seconds = new Option<int>("--seconds") { Description = "How long each case is measured, after two seconds of warm-up.", DefaultValueFactory = _ => 8 };
        var screen = new Option<uint>("--screen") { Description = "Largest edge that viewers ask for, px; 0: all that there is.", DefaultValueFactory = _ => 1024 };
        var command = new Command("viewers", "Viewers of a session with 30 previews per second asked for: pictures, cost, and the session's latency without and beside a stalled one.")
        {
            service, seconds, screen,
        };
        command.SetAction((result, cancellation) => RunAsync(result.GetValue(service)!, result.GetValue(seconds), result.GetValue(screen), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string program, int seconds, uint screen, CancellationToken cancellationToken)
    {
        foreach (int edge in (int[])[512, 2048])
        {
            foreach (double density in (double[])[0.01, SpotsPerUm2, 1])
            {
                PreviewCost.Run(edge, PreviewPixelNm, (int)(density * Math.Pow(edge * PreviewPixelNm / 1000, 2)));
            }
        }

        Console.WriteLine($"session: {FramesPerSecond} frames/s, previews asked for {FramesPerSecond}/s; viewers ask for at most {(screen == 0 ? "everything" : $"{screen} px")}");
        Console.WriteLine("preview    viewers  pictures/s (least)    MB/s each  service CPU cores   due→result p50 / p99 ms   dropped");
        foreach (int edge in (int[])[512, 2048])
        {
            foreach ((int viewers, int stalled) in ((int, int)[])[(0, 0), (1, 0), (8, 0), (1, 1)])
            {
                await CaseAsync(program, edge, viewers, stalled, seconds, screen, cancellationToken).ConfigureAwait(false);
            }
        }

        return 0;
    }

    private static async Task CaseAsync(string program, int edge, int viewers, int stalled, int seconds, uint screen, CancellationToken cancellationToken)
    {
        using ServiceProcess service = await ServiceProcess.StartAsync(program, cancellationToken).ConfigureAwait(false);
        await using MicroscopeClient client = MicroscopeClient.Connect(service.Grpc);
        int camera = (int)(edge * PreviewPixelNm / CameraPixelNm);
        await using AcquisitionSession session = await client.OpenAsync(
            new AcquisitionRequest
            {
                Width = camera,
                Height = camera,
                PixelType = PixelType.UInt16,
                PixelSizeNm = CameraPixelNm,
                FrameRate = FramesPerSecond,
                Method = "phasor",
                PreviewRate = FramesPerSecond,
                PreviewPixelSizeNm = PreviewPixelNm,
            },
            cancellationToken).ConfigureAwait(false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var latency = new DueLatency(FramesPerSecond);
        session.LocalizationsReceived += latency.Take;
        Task sending = SendAsync(session, Frames(camera), latency, stop.Token);
        var watching = new List<WatchingViewer>();
        for (int i = 0; i < viewers + stalled; i++)
        {
            watching.Add(await WatchingViewer.ConnectAsync(service.Http, screen, stalls: i >= viewers, cancellationToken).ConfigureAwait(false));
        }

        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, cancellationToken).ConfigureAwait(false);
        (int Previews, long Bytes)[] before = [.. watching.Select(v => (v.Previews, v.Bytes))];
        double cpu = service.CpuSeconds;
        latency.Begin();
        long begun = TimeProvider.System.GetTimestamp();
        await Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System, cancellationToken).ConfigureAwait(false);
        double took = TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
        double cores = (service.CpuSeconds - cpu) / took;
        (double p50, double p99) = latency.End();
        double[] rates = [.. watching.Take(viewers).Select((v, i) => (v.Previews - before[i].Previews) / took)];
        double megabytes = viewers == 0 ? 0 : watching.Take(viewers).Select((v, i) => (v.Bytes - before[i].Bytes) / took / 1e6).Average();
        foreach (WatchingViewer viewer in watching)
        {
            await viewer.DisposeAsync().ConfigureAwait(false);
        }

        await stop.CancelAsync().ConfigureAwait(false);
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        SessionSummary summary = await session.CompleteAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        string who = stalled > 0 ? $"{viewers} + {stalled} stalled" : $"{viewers}";
        Console.WriteLine(
            $"{edge,4} px  {who,11}  {(viewers == 0 ? "-" : $"{rates.Min():F1}"),18}  {megabytes,11:F1}  {cores,17:F2}  {p50,12:F1} / {p99,7:F1}  {summary.Frames.Dropped,8}");
    }

    /// <summary>A dim sample with a few bright spots that wander: there is something to localize, and little to do.</summary>
    private static byte[][] Frames(int edge)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, 8).Select(_ =>
        {
            byte[] frame = new byte[edge * edge * 2];
            for (int i = 0; i < frame.Length; i += 2)
            {
                BitConverter.TryWriteBytes(frame.AsSpan(i), (ushort)(100 + random.Next(20)));
            }

            for (int spot = 0; spot < SpotsPerUm2 * edge * edge * CameraPixelNm * CameraPixelNm / 1e6; spot++)
            {
                int x = random.Next(4, edge - 4), y = random.Next(4, edge - 4);
                for (int dy = -2; dy <= 2; dy++)
                {
                    for (int dx = -2; dx <= 2; dx++)
                    {
                        BitConverter.TryWriteBytes(frame.AsSpan((((y + dy) * edge) + x + dx) * 2), (ushort)(100 + (2000 * Math.Exp(-((dx * dx) + (dy * dy)) / 2.9))));
                    }
                }
            }

            return frame;
        })];
    }

    // Every frame at its own time, whatever the one before took.
    private static async Task SendAsync(AcquisitionSession session, byte[][] frames, DueLatency latency, CancellationToken cancellationToken)
    {
        for (int i = 0; !cancellationToken.IsCancellationRequested; i++)
        {
            TimeSpan early = latency.UntilDue(i);
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            }

            await session.SendAsync(frames[i % frames.Length], cancellationToken: cancellationToken).ConfigureAwait(false);
        }
    }
}
