using MicroscopeStream.Core.Results;
using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;
using MicroscopeStream.Inference.Tests.Tools;
using MicroscopeStream.Inference.Windows;
using MicroscopeStream.Localizations.ReadOut;

namespace MicroscopeStream.Inference.Tests.Windows;

/// <summary>
/// The committed network over frames in tiles: no seam in the maps, and the very emitters of the frame in one piece, with emitters
/// on every cut between tiles.
/// </summary>
public class TiledEmittersTests
{
    private const double PixelNm = 100;
    private const float SigmaPx = 1.2f;

    // A tile may have as few as 16 times the squared margin: (4 × 52)².
    private static readonly TilingOptions Smallest = new() { MaximumPixels = 1 };

    [TestCase(330, 276, 1)]
    [TestCase(237, 418, 2)]
    [TestCase(213, 211, 3)]
    [TestCase(64, 700, 4)]
    public async Task Tiles_leave_no_seam_and_neither_double_nor_lose_an_emitter(int height, int width, int seed)
    {
        string? folder = TestPaths.InRepository("onnx-models/decode-2d-small");
        if (folder is null || !File.Exists(Path.Combine(folder, "model.json")))
        {
            Assert.Ignore("onnx-models/decode-2d-small is not in this checkout.");
        }

        ModelPackage model = ModelPackageLoader.Load(folder);
        TilePlan plan = TilePlan.For(model.Manifest, height, width, Smallest, lanes: 2);
        (float X, float Y)[] onCuts = [.. OnCuts(plan, height, width)];
        Assert.That(onCuts, Has.Length.GreaterThanOrEqualTo(5));
        float[][] frames = [.. Enumerable.Range(0, 3).Select(i => Frame(height, width, onCuts, (seed * 100) + i))];
        (int one, List<float[]> whole, List<Localization>[] expected) =
            await RunAsync(model, frames, height, width, new TilingOptions(), threads: 1);
        (int tiles, List<float[]> tiled, List<Localization>[] found) =
            await RunAsync(model, frames, height, width, Smallest, threads: 2);
        Assert.That((one, tiles), Is.EqualTo((1, plan.Count)));
        Assert.That(tiles, Is.GreaterThan(1));
        Assert.That(whole.Zip(tiled, TilingTests.Difference).Max(), Is.LessThan(1e-4), "maps, in their units or relative where above 1");
        for (int i = 0; i < frames.Length; i++)
        {
            int seen = expected[i].Count(one => onCuts.Any(cut => Distance(one, cut) < 1));
            Assert.That(seen, Is.GreaterThan(0.8 * onCuts.Length), "those on the cuts are seen");
            Assert.That(found[i], Has.Count.EqualTo(expected[i].Count));
            for (int k = 0; k < found[i].Count; k++)
            {
                (Localization got, Localization want) = (found[i][k], expected[i][k]);
                Assert.That(Math.Abs(got.X - want.X) + Math.Abs(got.Y - want.Y), Is.LessThan(0.05), "nm");
                Assert.That(got.Photons, Is.EqualTo(want.Photons).Within(0.01).Percent);
                Assert.That(got.Probability, Is.EqualTo(want.Probability).Within(1e-4));
            }
        }
    }

    private static double Distance(in Localization one, (float X, float Y) cut) =>
        Math.Max(Math.Abs((one.X / PixelNm) - cut.X), Math.Abs((one.Y / PixelNm) - cut.Y));

    /// <summary>Places along every cut, exactly on it, half a pixel before and after it, and where two cuts cross, px.</summary>
    private static IEnumerable<(float X, float Y)> OnCuts(TilePlan plan, int height, int width)
    {
        int[] rows = [.. plan.Rows.Spans.Skip(1).Select(span => span.KeepStart)];
        int[] columns = [.. plan.Columns.Spans.Skip(1).Select(span => span.KeepStart)];
        float[] offsets = [0, -0.5f, 0.5f, 0.03f, -0.03f];
        int next = 0;
        foreach (int cut in rows)
        {
            for (float x = 8; x < width - 8; x += 11)
            {
                if (columns.All(column => Math.Abs(column - x) > 9))
                {
                    yield return (x + 0.37f, cut + offsets[next++ % offsets.Length]);
                }
            }
        }

        foreach (int cut in columns)
        {
            for (float y = 8; y < height - 8; y += 11)
            {
                if (rows.All(row => Math.Abs(row - y) > 9))
                {
                    yield return (cut + offsets[next++ % offsets.Length], y + 0.37f);
                }
            }

            foreach (int row in rows)
            {
                yield return (cut, row);
            }
        }
    }

    /// <summary>Gaussian spots of 2500 photons on the cuts, as many again anywhere, background and shot noise.</summary>
    private static float[] Frame(int height, int width, (float X, float Y)[] onCuts, int seed)
    {
        var random = new Random(seed);
        var frame = new float[height * width];
        Array.Fill(frame, 20);
        IEnumerable<(float X, float Y)> anywhere = Enumerable.Range(0, onCuts.Length)
            .Select(_ => (random.NextSingle() * width, random.NextSingle() * height))
            .Where(place => onCuts.All(cut => Math.Max(Math.Abs(cut.X - place.Item1), Math.Abs(cut.Y - place.Item2)) > 8)).ToArray();
        foreach ((float x, float y) in onCuts.Concat(anywhere))
        {
            for (int py = Math.Max(0, (int)y - 6); py <= Math.Min(height - 1, (int)y + 6); py++)
            {
                for (int px = Math.Max(0, (int)x - 6); px <= Math.Min(width - 1, (int)x + 6); px++)
                {
                    (float dx, float dy) = (px + 0.5f - x, py + 0.5f - y);
                    float spot = MathF.Exp(-((dx * dx) + (dy * dy)) / (2 * SigmaPx * SigmaPx)) / (2 * MathF.PI * SigmaPx * SigmaPx);
                    frame[(py * width) + px] += 2500 * spot;
                }
            }
        }

        // Shot noise as a Gaussian of the same variance.
        return [.. frame.Select(mean => mean + (MathF.Sqrt(mean) * Normal(random)))];
    }

    /// <summary>By Box and Muller.</summary>
    private static float Normal(Random random) =>
        MathF.Sqrt(-2 * MathF.Log(1 - random.NextSingle())) * MathF.Cos(2 * MathF.PI * random.NextSingle());

    private static async Task<(int Tiles, List<float[]> Maps, List<Localization>[] Found)> RunAsync(
        ModelPackage model, float[][] frames, int height, int width, TilingOptions tiling, int threads)
    {
        using var hosts = new ExecutionHosts(threads: new InferenceThreads(threads), tiling: tiling);
        using ITemporalNetwork network = await hosts.OpenAsync(model, height, width, ExecutionProvider.Cpu, CancellationToken.None);
        var readOut = new EmitterReadOut(EmitterMapChannels.Standard2D, new ReadOutThresholds());
        var maps = new List<float[]>();
        List<Localization>[] found = [.. frames.Select(_ => new List<Localization>())];
        for (int i = 0; i < frames.Length; i++)
        {
            network.WriteFrame(frames[i]);
            if (await network.SubmitAsync(i, CancellationToken.None))
            {
                Keep(network.Maps);
            }
        }

        while (await network.FlushAsync(CancellationToken.None))
        {
            Keep(network.Maps);
        }

        return (network.Tiles, maps, found);

        void Keep(NetworkMaps of)
        {
            maps.Add(of.Values.ToArray());
            var view = new EmitterMaps(of.Values, of.Width, of.Height, of.RowStride, of.PlaneStride);
            readOut.Read(of.Sequence, view, PixelNm, found[of.Sequence]);
        }
    }
}
