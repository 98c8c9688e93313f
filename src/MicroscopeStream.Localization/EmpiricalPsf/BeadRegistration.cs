using MicroscopeStream.Localizations.Astigmatism;

namespace MicroscopeStream.Localizations.EmpiricalPsf;

/// <summary>Locates beads with the PSF that was made of them.</summary>
internal static class BeadRegistration
{
    private const int LargestRegion = 13;
    private const int FewestBeads = 3;
    private const double AlwaysAllowedNm = 15;

    /// <summary>
    /// Corrects each bead's position and height by the mean over its slices, leaving the mean over all beads where it was, and drops
    /// beads whose depths scatter unlike the others'.
    /// </summary>
    /// <returns>Root mean square of the depths found less those of the stage, over the curves' range, nm.</returns>
    public static double Refine(List<BeadImage> beads, SplinePsf psf, AstigmatismCalibration curves, double readVariance)
    {
        int region = Math.Min(LargestRegion, psf.Size - 2);
        var fitter = new SplineFitter(psf, new SplineFitOptions { RegionSize = region, MaxIterations = 60 });
        var shifts = new (double X, double Y, double Z, double Rms)[beads.Count];
        for (int b = 0; b < shifts.Length; b++)
        {
            shifts[b] = Measure(beads[b], fitter, region, curves, readVariance);
        }

        double median = shifts.Select(s => s.Rms).Order().ElementAt(shifts.Length / 2);
        int[] kept = [.. Enumerable.Range(0, shifts.Length).Where(b => shifts[b].Rms <= Math.Max(3 * median, AlwaysAllowedNm))];
        if (kept.Length < FewestBeads)
        {
            kept = [.. Enumerable.Range(0, shifts.Length)];
        }

        (double meanX, double meanY, double meanZ) = (kept.Average(b => shifts[b].X), kept.Average(b => shifts[b].Y), kept.Average(b => shifts[b].Z));
        foreach (int b in kept)
        {
            beads[b].X += shifts[b].X - meanX;
            beads[b].Y += shifts[b].Y - meanY;
            beads[b].Zero -= shifts[b].Z - meanZ;
        }

        BeadImage[] remaining = [.. kept.Select(b => beads[b])];
        beads.Clear();
        beads.AddRange(remaining);
        return Math.Sqrt(kept.Average(b => shifts[b].Rms * shifts[b].Rms));
    }

    private static (double X, double Y, double Z, double Rms) Measure(
        BeadImage bead, SplineFitter fitter, int region, AstigmatismCalibration curves, double readVariance)
    {
        int corner = (bead.Edge / 2) - (region / 2);
        int[] slices = [.. Enumerable.Range(0, bead.Slices).Where(s => bead.Depth(s) >= curves.MinimumZNm && bead.Depth(s) <= curves.MaximumZNm)];
        var pixels = new float[slices.Length * region * region];
        for (int i = 0; i < slices.Length; i++)
        {
            for (int y = 0; y < region; y++)
            {
                ReadOnlySpan<float> from = bead.Slice(slices[i]).Slice(((corner + y) * bead.Edge) + corner, region);
                Span<float> to = pixels.AsSpan(((i * region) + y) * region, region);
                for (int x = 0; x < region; x++)
                {
                    to[x] = from[x] + (float)bead.Background;
                }
            }
        }

        var fits = new SplineFit[slices.Length];
        fitter.Fit(pixels, [(float)readVariance], fits);
        double sumX = 0, sumY = 0, sumZ = 0, squares = 0, wX = 1e-12, wY = 1e-12, wZ = 1e-12;
        for (int i = 0; i < fits.Length; i++)
        {
            if (!fits[i].Converged)
            {
                continue;
            }

            double x = 1 / Square(fits[i].SigmaX), y = 1 / Square(fits[i].SigmaY), z = 1 / Square(fits[i].SigmaZNm);
            double off = fits[i].ZNm - bead.Depth(slices[i]);
            sumX += x * (fits[i].X + corner - bead.X);
            sumY += y * (fits[i].Y + corner - bead.Y);
            sumZ += z * off;
            squares += z * off * off;
            (wX, wY, wZ) = (wX + x, wY + y, wZ + z);
        }

        double mean = sumZ / wZ;
        return (sumX / wX, sumY / wY, mean, Math.Sqrt(Math.Max(0, (squares / wZ) - (mean * mean))));
    }

    private static double Square(double value) => value * value;
}
