using MicroscopeStream.Core.Results;
using MicroscopeStream.Localizations.Fitting;
using MicroscopeStream.Localizations.Tables;
using MicroscopeStream.Simulator.Scenes;

namespace MicroscopeStream.Benchmarks.Accuracy;

/// <summary>Errors of emitters whose nearest neighbour is beyond 500 nm, against the bound of such an emitter.</summary>
internal static class IsolatedEmitters
{
    private const double Distance = 500;
    private const double Border = 450;

    /// <summary>Root-mean-square lateral error, nm, over isolated emitters that were found within 100 nm, and how many were.</summary>
    public static (double RmseNm, int Found, int Emitters) Measure(LocalizationTable found, LocalizationTable truth, SmlmScene scene)
    {
        ILookup<long, Localization> byFrame = found.ToLookup(static l => l.Frame);
        double squares = 0;
        int count = 0, emitters = 0;
        foreach (IGrouping<long, Localization> frame in truth.GroupBy(static l => l.Frame))
        {
            Localization[] all = [.. frame];
            foreach (Localization emitter in all.Where(e => Inside(e, scene) && all.All(o => o == e || Squared(o, e) > Distance * Distance)))
            {
                emitters++;
                double nearest = byFrame[frame.Key].Select(l => Squared(l, emitter)).DefaultIfEmpty(double.PositiveInfinity).Min();
                if (nearest < 100 * 100)
                {
                    count++;
                    squares += nearest;
                }
            }
        }

        return (Math.Sqrt(squares / count), count, emitters);
    }

    /// <summary>Cramér–Rao bound of the lateral error (both axes), nm: one emitter at a pixel's centre in a large region, width known.</summary>
    public static double Bound(SmlmScene scene)
    {
        const int Size = 15;
        double sigma = scene.PsfSigmaNm / scene.PixelSizeNm;
        var spot = new float[Size * Size];
        var psf = new GaussianFit[1];
        for (int y = 0; y < Size; y++)
        {
            for (int x = 0; x < Size; x++)
            {
                // Integrated by fine sampling: independent of the fitter whose bound is asked for.
                double sum = 0;
                for (int k = 0; k < 400; k++)
                {
                    double dx = x + (((k % 20) + 0.5) / 20) - (Size / 2.0), dy = y + (((k / 20) + 0.5) / 20) - (Size / 2.0);
                    sum += Math.Exp(-((dx * dx) + (dy * dy)) / (2 * sigma * sigma));
                }

                spot[(y * Size) + x] = (float)((scene.Photons * sum / 400 / (2 * Math.PI * sigma * sigma)) + scene.BackgroundPhotons);
            }
        }

        double read = scene.Camera.ReadNoiseElectrons;
        new GaussianFitter(new GaussianFitOptions { Shape = GaussianShape.Fixed, RegionSize = Size, PsfSigma = (float)sigma })
            .Fit(spot, [(float)(read * read)], psf);
        return scene.PixelSizeNm * Math.Sqrt((psf[0].SigmaX * (double)psf[0].SigmaX) + (psf[0].SigmaY * (double)psf[0].SigmaY));
    }

    private static bool Inside(Localization e, SmlmScene scene) =>
        e.X > Border && e.Y > Border && e.X < scene.Grid.WidthNm - Border && e.Y < scene.Grid.HeightNm - Border;

    private static double Squared(Localization a, Localization b) => ((a.X - b.X) * (a.X - b.X)) + ((a.Y - b.Y) * (a.Y - b.Y));
}
