using System.Text.Json.Nodes;
using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;
using MicroscopeStream.Inference.Tests.Tools;
using MicroscopeStream.Inference.Windows;

namespace MicroscopeStream.Inference.Tests.Windows;

/// <summary>Whole windows through image networks: normalizations that take their numbers from the frames, channel orders, tiles.</summary>
public sealed class ImageNetworkTests
{
    private const int Height = 21, Width = 34;

    private TinyModels _models = null!;

    [SetUp]
    public void SetUp() => _models = new TinyModels();

    [TearDown]
    public void TearDown() => _models.Dispose();

    [Test]
    public async Task Percentiles_of_a_frame_become_zero_and_one()
    {
        // 0…713 in any order: the percentiles with linear interpolation are known in closed form.
        float[] frame = Shuffled(Height * Width);
        float[][] maps = await RunAsync(Load(1, "percentile", "frame", low: 3, high: 99.8), [frame]);
        const double low = 0.03 * 713, high = 0.998 * 713;
        Assert.That(maps[0], Is.EqualTo(frame.Select(v => (float)((v - low) / (high - low)))).Within(1e-5));
    }

    [Test]
    public async Task Smallest_and_largest_value_become_zero_and_one_in_each_frame_or_over_all([Values("frame", "stack")] string scope)
    {
        float[][] frames = [Ramp(10, 30), Ramp(20, 50), Ramp(0, 5)];
        float[][] maps = await RunAsync(Load(3, "min-max", scope), frames);
        for (int i = 0; i < frames.Length; i++)
        {
            (float low, float high) = scope == "stack" ? (0, 50) : (frames[i].Min(), frames[i].Max());
            Assert.That(maps[i], Is.EqualTo(frames[i].Select(v => (v - low) / (high - low))).Within(1e-5), $"frame {i}");
        }
    }

    [Test]
    public async Task Mean_and_standard_deviation_become_zero_and_one_then_offset_and_scale_apply()
    {
        float[] frame = Ramp(100, 900);
        float[][] maps = await RunAsync(Load(1, "mean-std", "frame", offset: 2, scale: 0.5), [frame]);
        double mean = maps[0].Average(v => (double)v), deviation = Math.Sqrt(maps[0].Average(v => (v - mean) * (v - mean)));
        Assert.Multiple(() =>
        {
            Assert.That(mean, Is.EqualTo(-1).Within(1e-4));
            Assert.That(deviation, Is.EqualTo(0.5).Within(1e-4));
        });
    }

    [Test]
    public async Task Where_photons_are_promised_what_was_taken_from_the_frame_is_put_back()
    {
        float[] frame = Ramp(3, 4000);
        float[][] maps = await RunAsync(Load(1, "percentile", "frame", low: 2, high: 99.9, unit: "photons"), [frame]);
        Assert.That(maps[0], Is.EqualTo(frame).Within(1e-3 * 4000));
    }

    [Test]
    public async Task An_even_frame_becomes_even_and_finite()
    {
        float[][] maps = await RunAsync(Load(1, "percentile", "frame", low: 3, high: 99.8), [Ramp(7, 7)]);
        Assert.That(maps[0], Is.All.EqualTo(0).Within(1e-3));
    }

    [Test]
    public async Task A_missing_frame_is_zero_and_does_not_count_among_the_numbers()
    {
        float[]?[] frames = [Ramp(10, 20), null, Ramp(10, 30)];
        float[][] maps = await RunAsync(Load(3, "min-max", "stack"), frames);
        Assert.Multiple(() =>
        {
            Assert.That(maps[1], Is.All.Zero);
            Assert.That(maps[0].Max(), Is.EqualTo(0.5).Within(1e-5));
            Assert.That(maps[2].Max(), Is.EqualTo(1).Within(1e-5));
        });
    }

    [Test]
    public async Task Runs_do_not_depend_on_the_runs_before()
    {
        ModelPackage model = Load(3, "min-max", "stack");
        using var hosts = new ExecutionHosts();
        using IImageNetwork network = await hosts.OpenImageAsync(model, Height, Width, ExecutionProvider.Cpu, CancellationToken.None);
        float[][] first = await RunAsync(network, [Ramp(0, 1), Ramp(2, 3), Ramp(1, 9)]);
        _ = await RunAsync(network, [Ramp(50, 100), null, Ramp(2, 30)]);
        float[][] again = await RunAsync(network, [Ramp(0, 1), Ramp(2, 3), Ramp(1, 9)]);
        Assert.That(again, Is.EqualTo(first));
    }

    [Test]
    public async Task Tiles_are_normalized_by_the_numbers_of_the_whole_frame([Values("frame", "stack")] string scope)
    {
        ModelPackage model = Load(3, "percentile", scope, low: 1, high: 90, change: manifest =>
        {
            manifest["input"]!["size"]!["overlap"] = 2;
            manifest["input"]!["size"]!["multiple"] = 4;
        });
        float[][] frames = [Ramp(10, 30), Shuffled(Height * Width), Ramp(0, 5)];
        float[][] whole = await RunAsync(model, frames);
        float[][] tiled = await RunAsync(model, frames, new TilingOptions { MaximumPixels = 200 }, tiles => Assert.That(tiles, Is.GreaterThan(3)));
        Assert.That(tiled, Is.EqualTo(whole));
    }

    [Test]
    public async Task Channels_last_run_for_one_frame_and_one_channel()
    {
        byte[] graph = new OnnxModelBuilder().Input("x", 1, -1, -1, 1).Output("y", 1, -1, -1, 1).Weight("two", [1], [2])
            .Node("Mul", ["x", "two"], "y").Build();
        ModelPackage model = ModelPackageLoader.Load(_models.Write(
            "keras",
            new JsonObject
            {
                ["net"] = new JsonObject
                {
                    ["file"] = "net.onnx",
                    ["inputs"] = new JsonArray(new JsonObject { ["name"] = "x", ["is"] = "frame" }),
                    ["outputs"] = new JsonArray(new JsonObject { ["name"] = "y", ["is"] = "maps" }),
                },
            },
            1, 0, 4, "zero-frame", ["image"],
            manifest =>
            {
                manifest["input"]!["layout"] = "NHWC";
                manifest["output"]!["layout"] = "NHWC";
            },
            ("net.onnx", graph)));
        float[] frame = Shuffled(Height * Width);
        Assert.That((await RunAsync(model, [frame]))[0], Is.EqualTo(frame.Select(v => 2 * v)));
    }

    [Test]
    public void Channels_last_of_several_frames_are_refused_in_words()
    {
        byte[] graph = new OnnxModelBuilder().Input("window", 1, -1, -1, 3).Output("maps", 1, -1, -1, 3).Node("Identity", ["window"], "maps").Build();
        ModelPackage model = ModelPackageLoader.Load(_models.Write(
            "keras3",
            new JsonObject
            {
                ["net"] = new JsonObject
                {
                    ["file"] = "net.onnx",
                    ["inputs"] = new JsonArray(new JsonObject { ["name"] = "window", ["is"] = "window" }),
                    ["outputs"] = new JsonArray(new JsonObject { ["name"] = "maps", ["is"] = "maps" }),
                },
            },
            3, 1, 1, "zero-frame", ["a", "b", "c"],
            manifest =>
            {
                manifest["input"]!["layout"] = "NHWC";
                manifest["output"]!["layout"] = "NHWC";
            },
            ("net.onnx", graph)));
        Assert.That(() => RunAsync(model, [Ramp(0, 1)]), Throws.TypeOf<ModelPackageException>().With.Message.Contains("channels first (NCHW)"));
    }

    [Test]
    public void Numbers_from_the_frames_are_refused_where_frames_come_one_by_one()
    {
        ModelPackage model = Load(3, "percentile", "frame", low: 3, high: 99);
        using var hosts = new ExecutionHosts();
        Assert.That(
            () => hosts.OpenAsync(model, Height, Width, ExecutionProvider.Cpu, CancellationToken.None),
            Throws.TypeOf<ModelPackageException>().With.Message.Contains("tasks image and sim"));
    }

    [TestCase("percentile", "constant", 3, 99.8, "input.normalization.scope")]
    [TestCase("photons", "frame", null, null, "input.normalization.scope")]
    [TestCase("percentile", "frame", 99.8, 3, "input.normalization.low")]
    [TestCase("percentile", "stack", null, 99, "input.normalization.low")]
    public void A_normalization_that_contradicts_itself_is_named(string kind, string scope, double? low, double? high, string field) =>
        Assert.That(() => Load(1, kind, scope, low, high), Throws.TypeOf<ModelPackageException>().With.Message.Contains(field));

    private static float[] Ramp(float from, float to) =>
        [.. Enumerable.Range(0, Height * Width).Select(i => from + ((to - from) * i / ((Height * Width) - 1)))];

    private static float[] Shuffled(int count)
    {
        float[] values = [.. Enumerable.Range(0, count).Select(i => (float)i)];
        new Random(7).Shuffle(values);
        return values;
    }

    private static async Task<float[][]> RunAsync(ModelPackage model, float[]?[] frames, TilingOptions? tiling = null, Action<int>? tiles = null)
    {
        using var hosts = new ExecutionHosts(tiling: tiling);
        using IImageNetwork network = await hosts.OpenImageAsync(model, Height, Width, ExecutionProvider.Cpu, CancellationToken.None);
        tiles?.Invoke(network.Tiles);
        return await RunAsync(network, frames);
    }

    private static async Task<float[][]> RunAsync(IImageNetwork network, float[]?[] frames)
    {
        for (int i = 0; i < frames.Length; i++)
        {
            if (frames[i] is { } pixels)
            {
                pixels.CopyTo(network.Frame(i));
            }
            else
            {
                network.MarkMissing(i);
            }
        }

        await network.RunAsync(5, CancellationToken.None);
        return Copy(network.Maps);
    }

    private static float[][] Copy(NetworkMaps maps)
    {
        Assert.That(maps.Sequence, Is.EqualTo(5));
        float[][] channels = new float[maps.Channels][];
        for (int c = 0; c < maps.Channels; c++)
        {
            channels[c] = new float[maps.Height * maps.Width];
            for (int y = 0; y < maps.Height; y++)
            {
                maps.Row(c, y).CopyTo(channels[c].AsSpan(y * maps.Width));
            }
        }

        return channels;
    }

    private ModelPackage Load(
        int frames, string kind, string scope, double? low = null, double? high = null, double offset = 0, double scale = 1, string unit = "1",
        Action<JsonObject>? change = null) =>
        ModelPackageLoader.Load(_models.OneGraph($"m-{Guid.NewGuid():n}", frames, frames - 1, 1, manifest =>
        {
            JsonNode said = manifest["input"]!["normalization"]!;
            (said["kind"], said["scope"], said["offset"], said["scale"]) = (kind, scope, offset, scale);
            if (low is not null)
            {
                said["low"] = low;
            }

            if (high is not null)
            {
                said["high"] = high;
            }

            foreach (JsonNode? channel in manifest["output"]!["channels"]!.AsArray())
            {
                channel!["unit"] = unit;
            }

            change?.Invoke(manifest);
        }));
}
