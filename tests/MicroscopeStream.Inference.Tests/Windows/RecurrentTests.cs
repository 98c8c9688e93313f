using System.Text.Json.Nodes;
using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;
using MicroscopeStream.Inference.Tests.Tools;
using MicroscopeStream.Inference.Windows;

namespace MicroscopeStream.Inference.Tests.Windows;

/// <summary>A network with a state: state' = blur(state) / 2 + frame, map = blur(state').</summary>
public class RecurrentTests
{
    private TinyModels _models = null!;

    [SetUp]
    public void SetUp() => _models = new TinyModels();

    [TearDown]
    public void TearDown() => _models.Dispose();

    [Test]
    public async Task The_state_of_a_frame_meets_the_next_one()
    {
        using var hosts = new ExecutionHosts(threads: new InferenceThreads(1));
        using ITemporalNetwork network = await OpenAsync(hosts, _models, 12, 12);
        Assert.That(network.FramesAfterTarget, Is.Zero);
        float[] light = new float[144], dark = new float[144];
        light[(6 * 12) + 6] = 81;

        // Each blur is nine equal weights: 81 in the middle becomes 9, and after n blurs (central trinomial coefficient)² of 9ⁿ.
        Assert.That(await CentreAsync(network, 0, light), Is.EqualTo(9).Within(1e-4));
        Assert.That(await CentreAsync(network, 1, dark), Is.EqualTo(4.5).Within(1e-4));
        Assert.That(await CentreAsync(network, 2, dark), Is.EqualTo(Pyramid(3) / 4).Within(1e-3));
    }

    [Test]
    public async Task A_missing_frame_and_the_end_of_a_series_start_the_state_anew()
    {
        using var hosts = new ExecutionHosts(threads: new InferenceThreads(1));
        using ITemporalNetwork network = await OpenAsync(hosts, _models, 12, 12);
        float[] light = new float[144], dark = new float[144];
        light[(6 * 12) + 6] = 81;
        await CentreAsync(network, 0, light);
        Assert.That(await network.PassGapAsync(2, CancellationToken.None), Is.False);
        Assert.That(await CentreAsync(network, 2, dark), Is.Zero);
        await CentreAsync(network, 3, light);
        Assert.That(await network.FlushAsync(CancellationToken.None), Is.False);
        Assert.That(await CentreAsync(network, 0, dark), Is.Zero);
    }

    [Test]
    public async Task Tiles_leave_no_seam_in_space_or_time([Values(1, 3)] int lanes)
    {
        List<float[]> whole = await RunAsync(new TilingOptions(), 1);
        List<float[]> tiled = await RunAsync(new TilingOptions { MaximumPixels = 600, SideBySide = lanes > 1 }, lanes);
        Assert.That(whole, Has.Count.EqualTo(12));
        foreach ((float[] a, float[] b) in whole.Zip(tiled))
        {
            Assert.That(b, Is.EqualTo(a).Within(1e-5f));
        }

        async Task<List<float[]>> RunAsync(TilingOptions tiling, int threads)
        {
            using var hosts = new ExecutionHosts(threads: new InferenceThreads(threads), tiling: tiling);
            using ITemporalNetwork network = await OpenAsync(hosts, _models, 61, 83);
            Assert.That(network.Tiles, tiling.MaximumPixels == 600 ? Is.GreaterThan(8) : Is.EqualTo(1));
            var random = new Random(3);
            var maps = new List<float[]>();
            for (int t = 0; t < 12; t++)
            {
                network.WriteFrame([.. Enumerable.Range(0, 61 * 83).Select(_ => random.NextSingle())]);
                Assert.That(await network.SubmitAsync(t, CancellationToken.None), Is.True);
                maps.Add(Copy(network.Maps));
            }

            return maps;
        }
    }

    [TestCase("inputs", "from", "nothing", "graphs.net.inputs[1].from")]
    [TestCase("inputs", "stride", "3", "graphs.net.inputs[1].stride")]
    [TestCase("inputs", "channels", "5", "graphs.net.inputs[1].is")]
    public void A_state_that_does_not_come_back_is_refused(string side, string field, string value, string blamed)
    {
        string folder = Write(_models, manifest =>
        {
            JsonNode one = manifest["graphs"]!["net"]![side]![1]!;
            one[field] = int.TryParse(value, out int number) ? number : value;
        });
        Assert.That(
            Assert.Throws<ModelPackageException>(() => ModelPackageLoader.Load(folder))!.Problems.Select(problem => problem.Field), Has.Member(blamed));
    }

    [Test]
    public async Task Frames_may_be_padded_with_zeros()
    {
        using var hosts = new ExecutionHosts(threads: new InferenceThreads(1));
        ModelPackage model = ModelPackageLoader.Load(Write(_models, manifest => manifest["input"]!["size"]!["padding"] = "zero"));
        using ITemporalNetwork network = await hosts.OpenAsync(model, 11, 11, ExecutionProvider.Cpu, CancellationToken.None);
        network.WriteFrame([.. Enumerable.Repeat(9f, 121)]);
        await network.SubmitAsync(0, CancellationToken.None);
        Assert.That(Copy(network.Maps)[120], Is.EqualTo(4).Within(1e-4), "a corner has four neighbours with light, itself included");
    }

    // What n blurs leave of 81 in the middle.
    private static double Pyramid(int blurs)
    {
        double[] line = [1];
        for (int i = 0; i < blurs; i++)
        {
            line = [.. Enumerable.Range(0, line.Length + 2).Select(x => Enumerable.Range(x - 2, 3).Sum(k => k >= 0 && k < line.Length ? line[k] : 0))];
        }

        return 81 * Math.Pow(line[line.Length / 2], 2) / Math.Pow(9, blurs);
    }

    private static async Task<float> CentreAsync(ITemporalNetwork network, long sequence, float[] frame)
    {
        network.WriteFrame(frame);
        Assert.That(await network.SubmitAsync(sequence, CancellationToken.None), Is.True);
        return Copy(network.Maps)[(6 * 12) + 6];
    }

    private static float[] Copy(NetworkMaps maps)
    {
        var copy = new float[maps.Height * maps.Width];
        for (int y = 0; y < maps.Height; y++)
        {
            maps.Row(0, y).CopyTo(copy.AsSpan(y * maps.Width));
        }

        return copy;
    }

    private static Task<ITemporalNetwork> OpenAsync(ExecutionHosts hosts, TinyModels models, int height, int width) =>
        hosts.OpenAsync(ModelPackageLoader.Load(Write(models, null)), height, width, ExecutionProvider.Cpu, CancellationToken.None);

    private static string Write(TinyModels models, Action<JsonObject>? change)
    {
        float[] ninth = [.. Enumerable.Repeat(1 / 9f, 9)];
        byte[] graph = new OnnxModelBuilder()
            .Input("frame", 1, 1, -1, -1).Input("before", 1, 1, -1, -1).Output("maps", 1, 1, -1, -1).Output("after", 1, 1, -1, -1)
            .Weight("w", [1, 1, 3, 3], ninth).Weight("half", [1], [0.5f])
            .Node("Conv", ["before", "w"], "blurred", ("pads", [1, 1, 1, 1])).Node("Mul", ["blurred", "half"], "faded")
            .Node("Add", ["faded", "frame"], "after").Node("Conv", ["after", "w"], "maps", ("pads", [1, 1, 1, 1])).Build();
        var graphs = new JsonObject
        {
            ["net"] = new JsonObject
            {
                ["file"] = "net.onnx",
                ["inputs"] = new JsonArray(
                    new JsonObject { ["name"] = "frame", ["is"] = "frame" },
                    new JsonObject { ["name"] = "before", ["is"] = "state", ["from"] = "after", ["channels"] = 1, ["stride"] = 1 }),
                ["outputs"] = new JsonArray(
                    new JsonObject { ["name"] = "maps", ["is"] = "maps" }, new JsonObject { ["name"] = "after", ["is"] = "state" }),
            },
        };
        return models.Write(
            $"recurrent-{Guid.NewGuid():N}"[..24], graphs, 1, 0, 4, "zero-frame", ["density"],
            manifest =>
            {
                manifest["input"]!["size"]!["overlap"] = 2;
                change?.Invoke(manifest);
            },
            ("net.onnx", graph));
    }
}
