using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using MicroscopeStream.Client;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Server.Hosting;
using MicroscopeStream.Simulator;
using MicroscopeStream.Simulator.Scenes;
using PixelType = MicroscopeStream.Core.Frames.PixelType;

namespace MicroscopeStream.Benchmarks.Video;

/// <summary>A long run at full rate, service and client in one process: latency, rate, drops and memory, minute by minute.</summary>
internal static class VideoSoak
{
    private const int SceneFrames = 600;

    public static Command Create()
    {
        var model = new Option<string>("--model") { Description = "Video method.", DefaultValueFactory = _ => "dblink-small" };
        var lookAhead = new Option<int>("--look-ahead") { Description = "Look-ahead of the refined pictures, slices.", DefaultValueFactory = _ => 5 };
        var minutes = new Option<double>("--minutes") { Description = "How long.", DefaultValueFactory = _ => 30 };
        var rate = new Option<double>("--fps") { Description = "Camera frames per second.", DefaultValueFactory = _ => 100 };
        var command = new Command("video-soak", "Video of 64 × 64 camera pixels at full rate for long: latency, rate, drops, memory.") { model, lookAhead, minutes, rate };
        command.SetAction((result, cancellation) => RunAsync(
            result.GetValue(model)!, result.GetValue(lookAhead), result.GetValue(minutes), result.GetValue(rate), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string method, int lookAhead, double minutes, double rate, CancellationToken cancellationToken)
    {
        List<byte[]> frames = Frames(rate);
        var options = new MicroscopeStreamServerOptions { GrpcUrl = "http://127.0.0.1:0", HttpUrl = null, ModelFolders = ModelDirectories.Resolve() };
        await using MicroscopeStreamServer server = await MicroscopeStreamServer.StartAsync(options, cancellationToken).ConfigureAwait(false);
        await using var client = MicroscopeClient.Connect(server.GrpcAddress.ToString());
        var scene = new VideoScene();
        await using AcquisitionSession session = await client.OpenAsync(
            new AcquisitionRequest
            {
                Width = scene.Width,
                Height = scene.Height,
                PixelType = PixelType.UInt16,
                PixelSizeNm = scene.PixelSizeNm,
                Method = method,
                Task = "video",
                Camera = scene.Camera,
                FrameRate = rate,
                Parameters = new Dictionary<string, double> { ["look_ahead"] = lookAhead },
            },
            cancellationToken).ConfigureAwait(false);
        long start = TimeProvider.System.GetTimestamp() + TimeProvider.System.TimestampFrequency;
        var minute = new Minute();
        double Due(long frame) => frame / rate;
        double Now() => TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        session.UpdateReceived += update =>
        {
            if (update is VideoUpdate { Picture: var picture })
            {
                minute.Add(picture, Now(), Due);
            }
            else if (update is DropUpdate drop)
            {
                minute.Dropped += drop.Count;
            }
        };
        Console.WriteLine("minute,frames_per_s,pictures,p50_ms,p99_ms,max_ms,refined_p99_ms,dropped,working_set_mb,managed_mb");
        long total = (long)(minutes * 60 * rate);
        for (long frame = 0; frame < total; frame++)
        {
            double wait = Due(frame) - Now();
            if (wait > 0)
            {
                await Task.Delay(TimeSpan.FromSeconds(wait), TimeProvider.System, cancellationToken).ConfigureAwait(false);
            }

            // To and fro, so that the sample never jumps.
            long place = frame % (2 * SceneFrames);
            await session.SendAsync(frames[(int)(place < SceneFrames ? place : (2 * SceneFrames) - 1 - place)], cancellationToken).ConfigureAwait(false);
            if ((frame + 1) % (long)(60 * rate) == 0)
            {
                Minute done = Interlocked.Exchange(ref minute, new Minute());
                Console.WriteLine(done.Describe((frame + 1) / (60 * rate), (frame + 1) / Now()));
            }
        }

        SessionSummary summary = await session.CompleteAsync(cancellationToken).ConfigureAwait(false);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"received {summary.Frames.Received}, processed {summary.Frames.Processed}, dropped {summary.Frames.Dropped}, leaked buffers {summary.LeakedBuffers}"));
        return 0;
    }

    private static List<byte[]> Frames(double rate)
    {
        var scene = new VideoScene { Seed = 77, FrameRate = rate };
        var microscope = new VideoMicroscope(scene);
        var frames = new List<byte[]>();
        var pixels = new ushort[scene.Grid.PixelCount];
        for (int frame = 0; frame < SceneFrames; frame++)
        {
            microscope.Expose(frame, pixels);
            frames.Add(MemoryMarshal.AsBytes(pixels.AsSpan()).ToArray());
        }

        return frames;
    }

    private sealed class Minute
    {
        private readonly List<double> _first = new(6000);
        private readonly List<double> _refined = new(600);
        private int _pictures;

        public long Dropped { get; set; }

        public void Add(VideoPicture picture, double now, Func<long, double> due)
        {
            lock (_first)
            {
                if (picture.Revision == VideoRevision.Refined)
                {
                    _refined.Add(1000 * (now - due(picture.LastFrame)));
                    return;
                }

                _pictures++;
                for (long frame = picture.FirstFrame; frame <= picture.LastFrame; frame++)
                {
                    _first.Add(1000 * (now - due(frame)));
                }
            }
        }

        public string Describe(double minute, double rate)
        {
            lock (_first)
            {
                using var process = System.Diagnostics.Process.GetCurrentProcess();
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"{minute:f0},{rate:f2},{_pictures},{At(_first, 0.5):f0},{At(_first, 0.99):f0},{At(_first, 1):f0},{At(_refined, 0.99):f0},{Dropped},{process.WorkingSet64 / 1e6:f0},{GC.GetTotalMemory(false) / 1e6:f1}");
            }
        }

        private static double At(List<double> values, double share)
        {
            double[] sorted = [.. values.Order()];
            return sorted.Length == 0 ? double.NaN : sorted[(int)Math.Min(sorted.Length - 1, share * sorted.Length)];
        }
    }
}
