using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Rendering;
using MicroscopeStream.Localizations.Drift;

namespace MicroscopeStream.Localizations.Tests.Drift;

public sealed class DriftCorrectedRendererTests
{
    private static readonly PixelGrid Grid = new(600, 600, 20);

    [TestCase(false)]
    [TestCase(true)]
    public void The_image_becomes_what_it_would_have_been_with_the_curve_known(bool gaussian)
    {
        LocalizationRenderer Make() => gaussian
            ? new GaussianRenderer(Grid, GaussianWidth.FromPrecision(10, 50, 20))
            : new HistogramRenderer(Grid);
        (List<Localization> table, DriftCurve curve) = Drifted(20_000);
        var renderer = new DriftCorrectedRenderer(Make);
        renderer.Add([.. table.Take(15_000)]);
        float[] before = renderer.Snapshot().Pixels;
        renderer.Apply(curve);
        renderer.Add([.. table.Skip(15_000)]);
        Assert.That(renderer.Snapshot().Pixels, Is.EqualTo(Direct(Make(), table, curve)).Within(1e-4));
        Assert.That(before, Is.EqualTo(Direct(Make(), table.Take(15_000), DriftCurve.None)).Within(1e-4));
    }

    [Test]
    public void What_is_no_longer_kept_stays_in_the_image_once()
    {
        (List<Localization> table, DriftCurve curve) = Drifted(60_000);
        var renderer = new DriftCorrectedRenderer(() => new HistogramRenderer(Grid), 16_384);
        long inside = 0;
        foreach (Localization[] batch in table.Chunk(5000))
        {
            renderer.Add(batch);
            inside += batch.Count(l => l.X >= 0 && l.Y >= 0 && l.X <= 12000 && l.Y <= 12000);
            Assert.That(renderer.Snapshot().Pixels.Sum(), Is.EqualTo((float)inside));
        }

        Assert.That(renderer.Frozen, Is.InRange(60_000 - 16_384, 60_000 - 8192));
        renderer.Apply(curve);
        renderer.Apply(curve);

        // Only the kept ones moved: a few at the border may have gone in or out.
        Assert.That(renderer.Snapshot().Pixels.Sum(), Is.EqualTo((float)inside).Within(2000));
        int frozen = (int)renderer.Frozen;
        float[] expected = Direct(new HistogramRenderer(Grid), table.Take(frozen), DriftCurve.None);
        float[] moved = Direct(new HistogramRenderer(Grid), table.Skip(frozen), curve);
        Assert.That(renderer.Snapshot().Pixels, Is.EqualTo(expected.Zip(moved, (a, b) => a + b)));
    }

    [Test]
    public void A_copy_that_takes_only_what_changed_is_the_image()
    {
        (List<Localization> table, DriftCurve curve) = Drifted(60_000);
        var renderer = new DriftCorrectedRenderer(() => new HistogramRenderer(Grid), 16_384);
        float[] kept = new float[Grid.PixelCount];
        var changed = new ChangedTiles(Grid);
        foreach (Localization[] batch in table.Chunk(10_000))
        {
            renderer.Add(batch);
            renderer.CopyChangesTo(kept, changed);
            Assert.That(kept, Is.EqualTo(renderer.Snapshot().Pixels));

            // From here on the oldest have left: they are added to what is copied.
            renderer.Apply(curve);
            renderer.CopyChangesTo(kept, changed);
            Assert.That(kept, Is.EqualTo(renderer.Snapshot().Pixels));
        }

        Assert.That(renderer.Frozen, Is.Positive);
    }

    [Test]
    public void Times_that_are_asked_for_late_are_those_of_everything_kept()
    {
        var coarse = new PixelGrid(300, 300, 40);
        GaussianWidth width = GaussianWidth.FromPrecision(10, 50, 20);
        LocalizationRenderer Plain() => new GaussianRenderer(Grid, width);
        LocalizationRenderer Timed() => new GaussianRenderer(Grid, width) { Times = new DepthRenderer(coarse, width) };
        (List<Localization> table, DriftCurve curve) = Drifted(20_000);
        (float[] weights, float[] frames, var changed) = (new float[coarse.PixelCount], new float[coarse.PixelCount], new ChangedTiles(coarse));
        var renderer = new DriftCorrectedRenderer(Plain);
        renderer.Add([.. table.Take(15_000)]);
        Assert.That(renderer.CopyTimesTo(weights, frames, changed), Is.False, "nobody asked");
        renderer.Apply(curve);
        renderer.Remake(Timed);
        renderer.Add([.. table.Skip(15_000)]);
        Assert.That(renderer.CopyTimesTo(weights, frames, changed), Is.True);

        LocalizationRenderer expected = Timed();
        float[] image = Direct(expected, table, curve);
        (float[] expectedWeights, float[] expectedFrames) = (new float[coarse.PixelCount], new float[coarse.PixelCount]);
        expected.Times!.CopyTo(expectedWeights, expectedFrames);
        Assert.That(renderer.Snapshot().Pixels, Is.EqualTo(image).Within(1e-4));
        Assert.That(frames.Where((_, i) => expectedWeights[i] > 1e-3), Is.EqualTo(expectedFrames.Where((_, i) => expectedWeights[i] > 1e-3)).Within(0.1).Percent);

        // A later curve draws on renderers of the new make too.
        renderer.Apply(DriftCurve.None);
        Assert.That(renderer.CopyTimesTo(weights, frames, changed), Is.True);
    }

    [Test]
    public async Task Adding_goes_on_while_the_image_is_drawn_again()
    {
        (List<Localization> table, DriftCurve curve) = Drifted(60_000);
        var renderer = new DriftCorrectedRenderer(() => new HistogramRenderer(Grid));
        renderer.Add([.. table.Take(20_000)]);
        Task apply = Task.Run(() =>
        {
            for (int i = 0; i < 5; i++)
            {
                renderer.Apply(i % 2 == 0 ? curve : DriftCurve.None);
            }
        });
        foreach (Localization[] batch in table.Skip(20_000).Chunk(100))
        {
            renderer.Add(batch);
        }

        await apply;
        renderer.Apply(curve);
        Assert.That(renderer.Snapshot().Pixels, Is.EqualTo(Direct(new HistogramRenderer(Grid), table, curve)));
    }

    [Test]
    public void Depth_stays_with_what_is_drawn_again()
    {
        (List<Localization> table, DriftCurve curve) = Drifted(20_000);
        Localization[] deep = [.. table.Select(l => l with { Z = (int)(l.X / 100) })];
        var renderer = new DriftCorrectedRenderer(() => new DepthRenderer(Grid, GaussianWidth.Constant(15)));
        renderer.Add(deep);
        renderer.Apply(curve);
        var direct = new DepthRenderer(Grid, GaussianWidth.Constant(15));
        direct.Add([.. deep.Select(curve.Correct)]);
        Assert.That(renderer.Read(r => ((DepthRenderer)r).Colour(0, 120).Pixels), Is.EqualTo(direct.Colour(0, 120).Pixels));
    }

    private static (List<Localization>, DriftCurve) Drifted(int count)
    {
        var random = new Random(3);
        (double X, double Y)[] drift = DriftedSample.Walk(random, count / 20, 3, 0);

        // Positions as the renderer keeps them, so that rounding moves none into the next pixel.
        List<Localization> table = [.. DriftedSample.Blink(random, drift, 20).Select(l => l with { X = (float)l.X, Y = (float)l.Y, SigmaX = 16, SigmaY = 24 })];
        return (table, DriftEstimator.Estimate(table));
    }

    private static float[] Direct(LocalizationRenderer renderer, IEnumerable<Localization> table, DriftCurve curve)
    {
        renderer.Add([.. table.Select(curve.Correct)]);
        return renderer.Snapshot().Pixels;
    }
}
