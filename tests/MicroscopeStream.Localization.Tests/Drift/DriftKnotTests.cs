using MicroscopeStream.Localizations.Drift;

namespace MicroscopeStream.Localizations.Tests.Drift;

public sealed class DriftKnotTests
{
    [Test]
    public void Knots_keep_lines_and_jumps_with_few_numbers()
    {
        // Two lines with a jump between frames 499 and 500.
        var knots = new DriftKnot[] { new(10, 0, 5), new(499, 40, -20), new(500, 100, -60), new(999, 120, 0) };
        DriftCurve curve = DriftCurve.FromKnots(knots);
        (IReadOnlyList<DriftKnot> found, double tolerance) = curve.ToKnots(100);
        Assert.That(found, Has.Count.EqualTo(4));
        Assert.That(tolerance, Is.LessThan(0.1));
        Assert.That(found.Select(k => k.Frame), Is.EqualTo(new long[] { 10, 499, 500, 999 }));
        Assert.That(curve.At(3), Is.EqualTo((0.0, 5.0)));
        Assert.That(curve.At(5000), Is.EqualTo((120.0, 0.0)));
        Assert.That(curve.Range(), Is.EqualTo(Math.Sqrt((120 * 120) + 25)).Within(15));
    }

    [Test]
    public void The_lines_stay_within_the_tolerance_told([Values(20, 200, 5000)] int most)
    {
        var random = new Random(7);
        (double X, double Y)[] drift = DriftedSample.Walk(random, 4000, 1.5, 3);
        DriftCurve curve = DriftCurve.FromKnots([.. drift.Select((d, i) => new DriftKnot(i, (float)d.X, (float)d.Y))]);
        (IReadOnlyList<DriftKnot> knots, double tolerance) = curve.ToKnots(most);
        DriftCurve again = DriftCurve.FromKnots(knots);
        double worst = Enumerable.Range(0, 4000).Max(f => Math.Max(Math.Abs(again.At(f).X - curve.At(f).X), Math.Abs(again.At(f).Y - curve.At(f).Y)));
        TestContext.Out.WriteLine($"{knots.Count} knots of at most {most}: {worst:F3} nm, told {tolerance:F3} nm");
        Assert.That(knots, Has.Count.LessThanOrEqualTo(most));
        Assert.That(worst, Is.LessThanOrEqualTo(tolerance + 1e-4));
        Assert.That(curve.ResidualTo(f => (drift[f].X + 7, drift[f].Y - 3)), Is.EqualTo(0).Within(1e-3), "the mean does not matter");
    }

    [Test]
    public void Impossible_knots_are_refused()
    {
        Assert.That(() => DriftCurve.FromKnots([new DriftKnot(5, 0, 0), new DriftKnot(5, 1, 1)]), Throws.ArgumentException);
        Assert.That(() => DriftCurve.FromKnots([new DriftKnot(0, 0, 0), new DriftKnot(100_000_000, 1, 1)]), Throws.ArgumentException);
        Assert.That(() => DriftCurve.FromKnots([new DriftKnot(0, 0, 0), new DriftKnot(5, float.NaN, 1)]), Throws.ArgumentException);
        Assert.That(DriftCurve.FromKnots([]).At(7), Is.EqualTo((0.0, 0.0)));
    }
}
