using MicroscopeStream.Core.Frames;
using MicroscopeStream.Localizations.Candidates;
using MicroscopeStream.Localizations.Fitting;

namespace MicroscopeStream.Localizations.Astigmatism;

/// <summary>Finds beads in the mean over a stack and fits their widths slice by slice.</summary>
internal static class BeadFinder
{
    /// <summary>Beads that stand alone and are not saturated, where any were found at all, and how many are saturated.</summary>
    public static (List<BeadTrace> Beads, List<Candidate> Found, int Saturated) Find(
        IReadOnlyList<float[]> slices, PixelGrid grid, double stepNm, BeadCalibrationOptions options)
    {
        var mean = new float[grid.PixelCount];
        foreach (float[] slice in slices)
        {
            for (int i = 0; i < mean.Length; i++)
            {
                mean[i] += slice[i] / slices.Count;
            }
        }

        // Averaged, the stack has a bead about as wide as twice its width in focus.
        double width = Math.Min(4, 1.5 * options.PsfSigma);
        var finder = new CandidateFinder(grid.Width, grid.Height, width, options.Threshold, options.ReadVariance);
        var candidates = new List<Candidate>();
        finder.Find(mean, candidates);

        // A bead far from focus in one slice may have several maxima; the brightest stands for those closer than a region's half.
        int half = options.RegionSize / 2;
        var beads = new List<Candidate>();
        foreach (Candidate c in candidates.OrderByDescending(static c => c.SignalToNoise))
        {
            if (beads.TrueForAll(b => Math.Max(Math.Abs(b.X - c.X), Math.Abs(b.Y - c.Y)) > half / 2))
            {
                beads.Add(c);
            }
        }

        List<Candidate> alone = [.. beads.Where(b => b.X >= half && b.Y >= half && b.X < grid.Width - half && b.Y < grid.Height - half
            && beads.TrueForAll(o => o == b || Math.Max(Math.Abs(b.X - o.X), Math.Abs(b.Y - o.Y)) > options.RegionSize))];
        List<Candidate> clear = [.. alone.Where(b => !Saturated(slices, grid, b, options))];
        return ([.. clear.Select(b => Trace(slices, grid, stepNm, b, options))], beads, alone.Count - clear.Count);
    }

    private static bool Saturated(IReadOnlyList<float[]> slices, PixelGrid grid, Candidate bead, BeadCalibrationOptions options)
    {
        int half = options.RegionSize / 2;
        for (int row = bead.Y - half; row <= bead.Y + half; row++)
        {
            int from = (row * grid.Width) + bead.X - half;
            foreach (float[] slice in slices)
            {
                if (slice.AsSpan(from, options.RegionSize).ContainsAnyInRange((float)options.SaturationPhotons, float.PositiveInfinity))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static BeadTrace Trace(IReadOnlyList<float[]> slices, PixelGrid grid, double stepNm, Candidate bead, BeadCalibrationOptions options)
    {
        int size = options.RegionSize, area = size * size;
        var regions = new float[slices.Count * area];
        for (int s = 0; s < slices.Count; s++)
        {
            for (int row = 0; row < size; row++)
            {
                int from = ((bead.Y - (size / 2) + row) * grid.Width) + bead.X - (size / 2);
                slices[s].AsSpan(from, size).CopyTo(regions.AsSpan((s * area) + (row * size)));
            }
        }

        var fitter = new GaussianFitter(new GaussianFitOptions
        {
            Shape = GaussianShape.Elliptical,
            RegionSize = size,
            PsfSigma = (float)options.PsfSigma,
            MaxIterations = 100,
        });
        var fits = new GaussianFit[slices.Count];
        fitter.Fit(regions, [(float)options.ReadVariance], fits);
        var trace = new BeadTrace(bead.X, bead.Y, size);
        for (int s = 0; s < fits.Length; s++)
        {
            // Wider than a quarter of the region, a spot's foot is cut off and its width no longer determined.
            GaussianFit fit = fits[s];
            bool usable = fit.Converged && MathF.Max(fit.PsfSigmaX, fit.PsfSigmaY) < size / 4f
                && fit.SigmaPsfSigmaX < 0.1f * fit.PsfSigmaX && fit.SigmaPsfSigmaY < 0.1f * fit.PsfSigmaY;
            if (usable)
            {
                trace.Fits.Add((s * stepNm, fit));
            }
        }

        return trace;
    }
}
