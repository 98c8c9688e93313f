using System.CommandLine;
using System.Globalization;
using System.Text;
using MicroscopeStream.Client;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Server.Hosting;
using MicroscopeStream.Simulator;
using MicroscopeStream.Simulator.Scenes;

namespace MicroscopeStream.Benchmarks.Video;

/// <summary>
/// Video of simulated motion through the whole service, frames to pictures: the network and every baseline, whose window is chosen in
/// hindsight for each condition, against the truth, at three speeds and three densities.
/// </summary>
internal static class VideoBenchmark
{
    private static readonly (string Name, double PerUm)[] Densities = [("sparse", 0.02), ("middle", 0.12), ("dense", 0.8)];
    private static readonly (string Name, double NmPerS)[] Speeds = [("slow", 25), ("middle", 100), ("fast", 300)];
    private static readonly int[] Windows = [1, 2, 3, 5, 8, 12, 20, 30];

    /// <summary>Blur in hindsight too: σ of 1 px, which the methods have, 2 and 2.8 px in all.</summary>
    private static readonly double[] MoreBlurs = [0, Math.Sqrt(3), Math.Sqrt(6.84)];

    public static Command Create()
    {
        var models = new Option<string[]>("--model") { Description = "Video models.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => ["dblink-small"] };
        var lookAhead = new Option<int>("--look-ahead") { Description = "Look-ahead of the refined pictures, slices.", DefaultValueFactory = _ => 5 };
        var frames = new Option<int>("--frames") { Description = "Camera frames per condition.", DefaultValueFactory = _ => 500 };
        var seed = new Option<int>("--seed") { Description = "Seed of the samples.", DefaultValueFactory = _ => 1000 };
        var folder = new Option<string?>("--out") { Description = "Folder for video.csv, video-plot.svg, video-strip.png and video-animation.png." };
        var plot = new Option<bool>("--plot") { Description = "Only draw video-plot.svg anew from the folder's video.csv." };
        var command = new Command("video", "Video of moving filaments against the truth: network and baselines, three speeds and three densities.") { models, lookAhead, frames, seed, folder, plot };
        command.SetAction((result, cancellation) => result.GetValue(plot) && result.GetValue(folder) is { } drawn ? Draw(drawn) : RunAsync(
            result.GetValue(models)!, result.GetValue(lookAhead), result.GetValue(frames), result.GetValue(seed), result.GetValue(folder), cancellation));
        return command;
    }

    private static Task<int> Draw(string folder)
    {
        VideoPlot.Write(folder);
        return Task.FromResult(0);
    }

    private static async Task<int> RunAsync(string[] models, int lookAhead, int frames, int seed, string? folder, CancellationToken cancellationToken)
    {
        var options = new MicroscopeStreamServerOptions { GrpcUrl = "http://127.0.0.1:0", HttpUrl = null, ModelFolders = ModelDirectories.Resolve() };
        await using MicroscopeStreamServer server = await MicroscopeStreamServer.StartAsync(options, cancellationToken).ConfigureAwait(false);
        await using var client = MicroscopeClient.Connect(server.GrpcAddress.ToString());
        var table = new StringBuilder("density,speed_nm_per_s,method,number,blur_px,pearson,ssim,frc_nm\n");
        var conditions = new List<string>();
        var plotted = new Dictionary<string, List<double>>();
        foreach ((string density, double perUm) in Densities)
        {
            foreach ((string speed, double nmPerS) in Speeds)
            {
                var scene = new VideoScene { Seed = (ulong)(seed + conditions.Count), EmittersPerUm = perUm, SpeedNmPerS = nmPerS };
                conditions.Add($"{density}, {speed}");
                var condition = new Condition(client, scene, frames, cancellationToken);
                IReadOnlyList<Row> rows = await condition.MeasureAsync(models, lookAhead).ConfigureAwait(false);
                foreach (Row row in rows)
                {
                    string line = string.Create(
                        CultureInfo.InvariantCulture,
                        $"{density},{nmPerS},{row.Method},{row.Number},{row.Blur:f1},{row.Score.Pearson:f4},{row.Score.Ssim:f4},{row.Score.FrcNm:f0}");
                    Console.WriteLine(line);
                    table.Append(line).Append('\n');
                    (plotted.TryGetValue(row.Method, out List<double>? list) ? list : plotted[row.Method] = []).Add(row.Score.Pearson);
                }

                if (folder is not null && density == "middle" && speed == "middle")
                {
                    condition.Draw(Directory.CreateDirectory(folder).FullName);
                }
            }
        }

        double[] best = [.. plotted["sliding, best window and blur"]], plain = [.. plotted["sliding, best window"]];
        foreach (string model in models)
        {
            Tell($"{model} above the best sliding window in hindsight, blur 1 px", [.. plotted[model]], plain);
            Tell($"{model} above the best sliding window and blur in hindsight", [.. plotted[model]], best);
        }

        if (folder is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "video.csv"), table.ToString(), cancellationToken).ConfigureAwait(false);
            VideoPlot.Write(folder);
        }

        return 0;
    }

    private static void Tell(string what, double[] network, double[] other)
    {
        double[] gains = [.. network.Zip(other, (a, b) => a - b)];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {gains.Average():+0.000;-0.000} on average, {gains.Min():+0.000;-0.000} at the least"));
    }

    private sealed record Row(string Method, int Number, double Blur, VideoScore Score);

    private sealed class Condition
    {
        private readonly MicroscopeClient _client;
        private readonly VideoScene _scene;
        private readonly CancellationToken _cancellation;
        private readonly List<ushort[]> _frames = [];
        private readonly float[][] _truth;
        private readonly int _from;
        private readonly List<VideoRun> _networks = [];
        private VideoRun? _sliding;

        public Condition(MicroscopeClient client, VideoScene scene, int frames, CancellationToken cancellation)
        {
            (_client, _scene, _cancellation) = (client, scene, cancellation);
            var microscope = new VideoMicroscope(scene);
            for (int frame = 0; frame < frames; frame++)
            {
                var pixels = new ushort[scene.Grid.PixelCount];
                microscope.Expose(frame, pixels);
                _frames.Add(pixels);
            }

            _truth = new float[frames / scene.SliceFrames][];
            for (int slice = 0; slice < _truth.Length; slice++)
            {
                microscope.Truth(slice, _truth[slice] = new float[scene.TruthGrid.PixelCount]);
            }

            // By then every window that is tried first is full, and the network has seen enough to start from.
            _from = Math.Min(20, _truth.Length / 2);
        }

        public async Task<IReadOnlyList<Row>> MeasureAsync(string[] models, int lookAhead)
        {
            PixelGrid grid = _scene.TruthGrid;
            var rows = new List<Row>();
            foreach (string model in models)
            {
                VideoRun network = await StreamAsync(model, ("look_ahead", lookAhead)).ConfigureAwait(false);
                _networks.Add(network);
                rows.Add(new Row(model, 0, 0, Score(network.Provisional, 0)));
                rows.Add(new Row(model + ", refined", lookAhead, 0, VideoScore.Of(grid, network.Refined, _truth, _from)));
            }

            (VideoRun Run, int Window, double R, double Blur) plain = default, best = default;
            foreach (int window in Windows)
            {
                VideoRun run = await StreamAsync("sliding", ("window", window), ("look_ahead", 0)).ConfigureAwait(false);
                foreach (double more in MoreBlurs)
                {
                    double r = VideoScore.PearsonOf(grid, run.Provisional, _truth, _from, more);
                    plain = more == 0 && (plain.Run is null || r > plain.R) ? (run, window, r, more) : plain;
                    best = best.Run is null || r > best.R ? (run, window, r, more) : best;
                }
            }

            _sliding = plain.Run;
            rows.Add(new Row("sliding, best window", plain.Window, 1, Score(plain.Run!.Provisional, 0)));
            rows.Add(new Row("sliding, best window and blur", best.Window, Math.Sqrt(1 + (best.Blur * best.Blur)), Score(best.Run!.Provisional, best.Blur)));
            foreach (string method in (string[])["decay", "rolling-ml"])
            {
                Row? top = null;
                foreach (int window in (int[])[2, 5, 12, 30])
                {
                    VideoRun run = await StreamAsync(method, ("window", window), ("look_ahead", 0)).ConfigureAwait(false);
                    var row = new Row($"{method}, best", window, 1, Score(run.Provisional, 0));
                    top = top is null || row.Score.Pearson > top.Score.Pearson ? row : top;
                }

                rows.Add(top!);
            }

            return rows;
        }

        public void Draw(string folder)
        {
            int last = _truth.Length - 1;
            int[] slices = [.. Enumerable.Range(0, 5).Select(i => _from + ((last - _from) * i / 4))];
            float[][][] videos = [_truth, _sliding!.Provisional, .. _networks.Select(network => network.Provisional)];
            VideoPictures.Strip(Path.Combine(folder, "video-strip.png"), _scene.TruthGrid, videos, slices);
            VideoPictures.Animate(Path.Combine(folder, "video-animation.png"), _scene.TruthGrid, videos, _from, 100);
        }

        private VideoScore Score(float[][] video, double moreBlur) => VideoScore.Of(_scene.TruthGrid, video, _truth, _from, moreBlur);

        private Task<VideoRun> StreamAsync(string method, params (string Name, double Value)[] numbers) => VideoRun.StreamAsync(
            _client, _scene, _frames, method, numbers.ToDictionary(number => number.Name, number => number.Value), _cancellation);
    }
}
