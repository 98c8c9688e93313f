using MicroscopeStream.Core.Results;
using MicroscopeStream.Localizations.Drift;

namespace MicroscopeStream.Localizations.Tests.Drift;

public sealed class DriftEstimatorTests
{
    [TestCase(10_000, 12, 2.0, 0)]
    [TestCase(10_000, 12, 2.0, 3)]
    public void A_random_walk_of_200_nm_is_undone_within_5_nm(int frames, int perFrame, double stepNm, int jumps)
    {
        var random = new Random(20260301);
        (double X, double Y)[] drift = DriftedSample.Walk(random, frames, stepNm, jumps);
        List<Localization> table = DriftedSample.Blink(random, drift, perFrame);
        DriftCurve curve = DriftEstimator.Estimate(table);
        double residual = DriftedSample.Residual(curve, drift);
        TestContext.Out.WriteLine($"range {curve.Range():F0} nm, residual {residual:F2} nm RMS (2D)");
        Assert.That(residual, Is.LessThan(5));
    }

    [Test]
    public void A_jump_is_placed_at_its_frame()
    {
        // Between two slices a line would be up to 36 nm wrong for ten frames.
        var random = new Random(77);
        (double X, double Y)[] drift = DriftedSample.Walk(random, 4000, 1, 3);
        DriftCurve curve = DriftEstimator.Estimate(DriftedSample.Blink(random, drift, 12));
        double offsetX = drift.Average(d => d.X) - Enumerable.Range(0, 4000).Average(f => curve.At(f).X);
        foreach (int jump in new[] { 1000, 2000, 3000 })
        {
            double before = curve.At(jump - 2).X + offsetX - drift[jump - 2].X, after = curve.At(jump + 2).X + offsetX - drift[jump + 2].X;
            TestContext.Out.WriteLine($"jump of 60 nm at {jump}: {before:F1} nm off two frames before, {after:F1} nm off two frames after");
            Assert.That(before, Is.EqualTo(0).Within(10));
            Assert.That(after, Is.EqualTo(0).Within(10));
        }
    }

    [Test]
    public void A_sample_at_rest_stays_at_rest()
    {
        var random = new Random(5);
        var drift = new (double X, double Y)[2000];
        DriftCurve curve = DriftEstimator.Estimate(DriftedSample.Blink(random, drift, 20));
        double residual = DriftedSample.Residual(curve, drift);
        TestContext.Out.WriteLine($"range {curve.Range():F2} nm, residual {residual:F2} nm RMS (2D)");
        Assert.That(residual, Is.LessThan(0.3), "nm RMS; the slices' own noise is about 2");
    }

    [Test]
    public void A_slow_drift_is_followed_more_closely_than_one_slice_could()
    {
        var random = new Random(6);
        (double X, double Y)[] drift = [.. Enumerable.Range(0, 4000).Select(f => (60 * Math.Sin(f / 1500.0), 0.01 * f))];
        double residual = DriftedSample.Residual(DriftEstimator.Estimate(DriftedSample.Blink(random, drift, 12)), drift);
        TestContext.Out.WriteLine($"residual {residual:F2} nm RMS (2D)");
        Assert.That(residual, Is.LessThan(1.2), "nm RMS");
    }

    [Test]
    public void Too_little_to_go_by_gives_no_drift_rather_than_a_guess()
    {
        Assert.That(DriftEstimator.Estimate([]).At(7), Is.EqualTo((0.0, 0.0)));
        DriftCurve one = DriftEstimator.Estimate([new Localization { Frame = 3, X = 5, Y = 5 }]);
        Assert.That(one.At(100), Is.EqualTo((0.0, 0.0)));
        Assert.That(DriftEstimator.Estimate([new Localization { Frame = 3, X = 5, Y = 5 }, new Localization { Frame = 300, X = 900, Y = 5 }]).Range(), Is.Zero);
    }

    [Test]
    public void Correction_is_the_position_less_the_drift()
    {
        var curve = DriftEstimator.Estimate(DriftedSample.Blink(new Random(9), DriftedSample.Walk(new Random(8), 3000, 2, 0), 15));
        var localization = new Localization { Frame = 1500, X = 1000, Y = 2000 };
        (double x, double y) = curve.At(1500);
        Localization corrected = curve.Correct(localization);
        Assert.That(corrected.X, Is.EqualTo(1000 - x));
        Assert.That(corrected.Y, Is.EqualTo(2000 - y));
    }
}
