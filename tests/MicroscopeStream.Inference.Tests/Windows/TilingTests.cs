using System.Text.Json.Nodes;
using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;
using MicroscopeStream.Inference.Tests.Tools;
using MicroscopeStream.Inference.Windows;

namespace MicroscopeStream.Inference.Tests.Windows;

/// <summary>Frames in tiles against the same frames in one piece.</summary>
public class TilingTests
{
    private TinyModels _models = null!;

    [SetUp]
    public void SetUp() => _models = new TinyModels();

    [TearDown]
    public void TearDown() => _models.Dispose();

    [Test]
    public async Task Any_window_passes_through_tiles_unchanged([Values] bool two, [Values] bool sideBySide)
    {
        void Change(JsonObject manifest)
        {
            manifest["input"]!["size"]!["overlap"] = 3;
            manifest["input"]!["normalization"]!["kind"] = "anscombe";
            manifest["output"]!["channels"]![1]!["scale"] = 0.25;
        }

        ModelPackage model = ModelPackageLoader.Load(
            two
                ? _models.TwoGraphs(frames: 5, target: 2, missing: "zero-frame", change: Change)
                : _models.OneGraph(frames: 5, target: 2, change: Change));
        (_, List<float[]> whole) = await RunAsync(model, 61, 83, new TilingOptions(), 1);
        var tiling = new TilingOptions { MaximumPixels = 500, SideBySide = sideBySide };
        (int tiles, List<float[]> tiled) = await RunAsync(model, 61, 83, tiling, 3);
        Assert.That(tiles, Is.GreaterThanOrEqualTo(12));
        Assert.That(whole, Has.Count.EqualTo(8));
        Assert.That(tiled, Is.EqualTo(whole));
    }

    [Test]
    public async Task Maps_finer_than_the_frame_are_joined_on_their_own_grid()
    {
        byte[] graph = new OnnxModelBuilder().Input("frame", 1, 1, -1, -1).Output("maps", 1, 1, -1, -1)
            .Weight("w", [1, 1, 2, 2], [1, 2, 3, 4])
            .Node("ConvTranspose", ["frame", "w"], "maps", ("strides", [2, 2])).Build();
        string folder = _models.Write(
            "finer",
            new JsonObject
            {
                ["net"] = new JsonObject
                {
                    ["file"] = "net.onnx",
                    ["inputs"] = new JsonArray(new JsonObject { ["name"] = "frame", ["is"] = "frame" }),
                    ["outputs"] = new JsonArray(new JsonObject { ["name"] = "maps", ["is"] = "maps" }),
                },
            },
            1, 0, 1, "zero-frame", ["image"],
            manifest =>
            {
                manifest["output"]!["upscale"] = 2;
                manifest["input"]!["size"]!["overlap"] = 0;
            },
            ("net.onnx", graph));
        ModelPackage model = ModelPackageLoader.Load(folder);
        (_, List<float[]> whole) = await RunAsync(model, 41, 30, new TilingOptions(), 1);
        (int tiles, List<float[]> tiled) = await RunAsync(model, 41, 30, new TilingOptions { MaximumPixels = 200 }, 2);
        Assert.That(tiles, Is.GreaterThan(4));
        Assert.That(tiled, Is.EqualTo(whole));
    }

    [Test]
    public async Task An_overlap_below_what_the_network_sees_shows_as_seams_and_the_right_one_does_not()
    {
        // Five 3×3 convolutions see five pixels far.
        string folder = _models.Convolutions("five", 5);
        Assert.That(await DifferenceAsync(folder, 4), Is.GreaterThan(1e-3));
        Assert.That(await DifferenceAsync(folder, 5), Is.LessThan(1e-5));

        async Task<double> DifferenceAsync(string folder, int overlap)
        {
            ModelPackage model = await WithOverlapAsync(folder, overlap);
            (_, List<float[]> whole) = await RunAsync(model, 90, 70, new TilingOptions(), 1);
            (int tiles, List<float[]> tiled) = await RunAsync(model, 90, 70, new TilingOptions { MaximumPixels = 900 }, 2);
            Assert.That(tiles, Is.GreaterThan(6));
            return whole.Zip(tiled, Difference).Max();
        }
    }

    [Test]
    public async Task Frames_larger_than_the_network_takes_run_in_tiles()
    {
        ModelPackage model = ModelPackageLoader.Load(_models.OneGraph());
        using var hosts = new ExecutionHosts(threads: new InferenceThreads(2));
        using ITemporalNetwork network = await hosts.OpenAsync(model, 600, 20, ExecutionProvider.Cpu, CancellationToken.None);
        Assert.That(network.Tiles, Is.EqualTo(2));
        string fixedShape = _models.OneGraph("fixed", change: manifest => manifest["input"]!["size"]!["fixed"] = new JsonArray(160, 140));
        using ITemporalNetwork other = await hosts.OpenAsync(
            ModelPackageLoader.Load(fixedShape), 200, 100, ExecutionProvider.Cpu, CancellationToken.None);
        Assert.That(other.Tiles, Is.EqualTo(3), "28 rows further each, with 64 of overlap unknown on both sides");
        foreach (ITemporalNetwork one in (ITemporalNetwork[])[network, other])
        {
            Assert.That(
                await TemporalNetworkTests.FeedAsync(one, [0, 1, 3, 4], 1), Is.EqualTo("0:-01 1:01- 3:-34 4:34-"));
        }
    }

    [Test]
    public async Task The_time_of_a_frame_is_that_of_all_its_tiles()
    {
        ModelPackage model = await WithOverlapAsync(_models.Convolutions("slow", 3), 3);
        using var hosts = new ExecutionHosts(threads: new InferenceThreads(1), tiling: new TilingOptions { MaximumPixels = 100 * 100 });
        double one = double.MaxValue, all = double.MaxValue;
        for (int i = 0; i < 4; i++)
        {
            using ITemporalNetwork small = await hosts.OpenAsync(model, 100, 100, ExecutionProvider.Cpu, CancellationToken.None);
            using ITemporalNetwork large = await hosts.OpenAsync(model, 400, 400, ExecutionProvider.Cpu, CancellationToken.None);
            Assert.That((small.Tiles, large.Tiles), Is.EqualTo((1, 20)).Or.EqualTo((1, 25)));
            (one, all) = (Math.Min(one, small.MillisecondsPerFrame), Math.Min(all, large.MillisecondsPerFrame));
        }

        Assert.That(all, Is.GreaterThan(8 * one), "16 times the pixels, and the overlap");
        CostEstimate estimate = await hosts.EstimateCostAsync(model, 400, 400, ExecutionProvider.Cpu, CancellationToken.None);
        Assert.That(estimate.MillisecondsPerFrame, Is.GreaterThan(8 * one), "and Open can say so before a session");
    }

    [Test]
    [NonParallelizable]
    public async Task Nothing_is_allocated_per_frame()
    {
        ModelPackage model = ModelPackageLoader.Load(_models.TwoGraphs(change: manifest => manifest["input"]!["size"]!["overlap"] = 4));
        double inOnePiece = await BytesPerFrameAsync(new TilingOptions(), 1);
        double inTiles = await BytesPerFrameAsync(new TilingOptions { MaximumPixels = 400 }, 9);
        TestContext.Out.WriteLine($"{inOnePiece:F0} bytes per frame in one piece, {inTiles:F0} in tiles");

        // What is left is the test's own waiting, whether there are tiles or not; one array of a tile would be 1600 bytes.
        Assert.That(inTiles, Is.LessThan(inOnePiece + 200));

        async Task<double> BytesPerFrameAsync(TilingOptions tiling, int fewestTiles)
        {
            using var hosts = new ExecutionHosts(threads: new InferenceThreads(2), tiling: tiling);
            using ITemporalNetwork network = await hosts.OpenAsync(model, 60, 60, ExecutionProvider.Cpu, CancellationToken.None);
            Assert.That(network.Tiles, Is.GreaterThanOrEqualTo(fewestTiles));
            await FeedAsync(network, 0, 100);
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await FeedAsync(network, 100, 600);
            return (GC.GetTotalAllocatedBytes(precise: true) - before) / 500.0;
        }

        static async Task FeedAsync(ITemporalNetwork network, int from, int to)
        {
            for (int i = from; i < to; i++)
            {
                network.InputRow(i % 60).Fill(i);
                await network.SubmitAsync(i, CancellationToken.None);
            }
        }
    }

    private static async Task<ModelPackage> WithOverlapAsync(string folder, int overlap)
    {
        string file = Path.Combine(folder, "model.json");
        JsonNode manifest = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        manifest["input"]!["size"]!["overlap"] = overlap;
        await File.WriteAllTextAsync(file, manifest.ToJsonString());
        return ModelPackageLoader.Load(folder);
    }

    internal static double Difference(float[] one, float[] other) =>
        one.Zip(other, (a, b) => Math.Abs(a - b) / Math.Max(1.0, Math.Abs(a))).Max();

    /// <summary>Frames of noise with gaps, through a network of its own hosts: number of tiles, and the maps in order.</summary>
    internal static async Task<(int Tiles, List<float[]> Maps)> RunAsync(
        ModelPackage model, int height, int width, TilingOptions tiling, int threads)
    {
        using var hosts = new ExecutionHosts(threads: new InferenceThreads(threads), tiling: tiling);
        using ITemporalNetwork network = await hosts.OpenAsync(model, height, width, ExecutionProvider.Cpu, CancellationToken.None);
        var maps = new List<float[]>();
        foreach (long sequence in (long[])[0, 1, 2, 3, 5, 6, 9, 20])
        {
            while (await network.PassGapAsync(sequence, CancellationToken.None))
            {
                Keep(network.Maps);
            }

            var random = new Random((int)sequence);
            network.WriteFrame([.. Enumerable.Range(0, height * width).Select(_ => 20 + (random.NextSingle() * 300))]);
            if (await network.SubmitAsync(sequence, CancellationToken.None))
            {
                Keep(network.Maps);
            }
        }

        while (await network.FlushAsync(CancellationToken.None))
        {
            Keep(network.Maps);
        }

        return (network.Tiles, maps);

        void Keep(NetworkMaps of)
        {
            var values = new List<float>();
            for (int row = 0; row < of.Channels * of.Height; row++)
            {
                values.AddRange(of.Row(row / of.Height, row % of.Height));
            }

            maps.Add([.. values]);
        }
    }
}
