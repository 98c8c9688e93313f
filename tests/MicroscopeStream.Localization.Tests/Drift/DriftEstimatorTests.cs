using MicroscopeStream.Core.Results;
using MicroscopeStream.Localizations.Drift;
using MicroscopeStream.Localizations.Tests.Fitting;

namespace MicroscopeStream.Localizations.Tests.Drift;

public sealed class DriftEstimatorTests
{
    [TestCase(10_000, 12, 2.0, 0)]
    [TestCase(10_000, 12, 2.0, 3)]
    public void A_random_walk_of_200_nm_is_undone_within_5_nm(int frames, int perFrame, double stepNm, int jumps)
    {
        var random = new Random(20260301);
        (double X, double Y)[] drift = Walk(random, frames, stepNm, jumps);
        List<Localization> table = Blink(random, drift, perFrame);
        DriftCurve curve = DriftEstimator.Estimate(table);
        double residual = Residual(curve, drift);
        TestContext.Out.WriteLine($"range {curve.Range():F0} nm, residual {residual:F2} nm RMS (2D)");
        Assert.That(residual, Is.LessThan(5));
    }

    [Test]
    public void A_sample_at_rest_stays_at_rest()
    {
        var random = new Random(5);
        var drift = new (double X, double Y)[2000];
        DriftCurve curve = DriftEstimator.Estimate(Blink(random, drift, 20));
        Assert.That(Residual(curve, drift), Is.LessThan(2));
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
        var curve = DriftEstimator.Estimate(Blink(new Random(9), Walk(new Random(8), 3000, 2, 0), 15));
        var localization = new Localization { Frame = 1500, X = 1000, Y = 2000 };
        (double x, double y) = curve.At(1500);
        Localization corrected = curve.Correct(localization);
        Assert.That(corrected.X, Is.EqualTo(1000 - x));
        Assert.That(corrected.Y, Is.EqualTo(2000 - y));
    }

    private static (double X, double Y)[] Walk(Random random, int frames, double stepNm, int jumps)
    {
        var drift = new (double X, double Y)[frames];
        for (int f = 1; f < frames; f++)
        {
            drift[f] = (drift[f - 1].X + (stepNm * SpotMaker.Normal(random) / Math.Sqrt(2)), drift[f - 1].Y + (stepNm * SpotMaker.Normal(random) / Math.Sqrt(2)));
            if (jumps > 0 && f % (frames / (jumps + 1)) == 0)
            {
                drift[f] = (drift[f].X + 60, drift[f].Y - 40);
            }
        }

        return drift;
    }

    // Molecules on curved filaments in 12 × 12 µm, localized with 8 nm, a tenth of the localizations anywhere.
    private static List<Localization> Blink(Random random, (double X, double Y)[] drift, int perFrame)
    {
        var molecules = new (double X, double Y)[4000];
        for (int i = 0; i < molecules.Length; i++)
        {
            int filament = i % 25;
            double t = random.NextDouble() * 12000, phase = filament * 0.7;
            double across = (filament * 480) + (500 * Math.Sin((t / 2500) + phase));
            molecules[i] = filament % 2 == 0 ? (t, across) : (across, t);
        }

        var table = new List<Localization>(drift.Length * perFrame);
        for (int f = 0; f < drift.Length; f++)
        {
            for (int k = 0; k < perFrame; k++)
            {
                (double x, double y) = random.NextDouble() < 0.1
                    ? (random.NextDouble() * 12000, random.NextDouble() * 12000)
                    : molecules[random.Next(molecules.Length)];
                table.Add(new Localization
                {
                    Frame = f,
                    X = x + drift[f].X + (8 * SpotMaker.Normal(random)),
                    Y = y + drift[f].Y + (8 * SpotMaker.Normal(random)),
                });
            }
        }

        return table;
    }

    // The curve is known up to a constant: the image does not care where it lies as a whole.
    private static double Residual(DriftCurve curve, (double X, double Y)[] drift)
    {
        double sx = 0, sy = 0, sxx = 0, syy = 0;
        for (int f = 0; f < drift.Length; f++)
        {
            (double x, double y) = curve.At(f);
            (double ex, double ey) = (x - drift[f].X, y - drift[f].Y);
            (sx, sy, sxx, syy) = (sx + ex, sy + ey, sxx + (ex * ex), syy + (ey * ey));
        }

        int n = drift.Length;
        return Math.Sqrt((sxx / n) - (sx / n * (sx / n)) + (syy / n) - (sy / n * (sy / n)));
    }
}
