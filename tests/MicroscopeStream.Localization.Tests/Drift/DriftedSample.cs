using MicroscopeStream.Core.Results;
using MicroscopeStream.Localizations.Drift;
using MicroscopeStream.Localizations.Tests.Fitting;

namespace MicroscopeStream.Localizations.Tests.Drift;

/// <summary>Filaments seen through a drifting microscope, with the drift that they were given.</summary>
internal static class DriftedSample
{
    public static (double X, double Y)[] Walk(Random random, int frames, double stepNm, int jumps)
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
    public static List<Localization> Blink(Random random, (double X, double Y)[] drift, int perFrame)
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
    public static double Residual(DriftCurve curve, (double X, double Y)[] drift)
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
