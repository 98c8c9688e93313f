using MicroscopeStream.Core.Results;
using MicroscopeStream.Core.Scheduling;

namespace MicroscopeStream.Localizations.Drift;

/// <summary>
/// Estimates lateral drift from the localizations themselves. Time slices are shifted onto everything localized in other slices:
/// first coarse slices one after the other with a wide search, then ever finer ones about the curve found so far. Jumps between
/// slices are placed at the frame where they happened.
/// </summary>
/// <remarks>
/// Pair displacements instead of rendered images: sub-pixel by nature, no grid of the whole field, cost proportional to the
/// localizations times their neighbours within the search radius. The idea of shifting every slice onto the whole of the others
/// is that of redundant cross-correlation (Wang et al. 2014, 10.1364/OE.22.015982). Pure functions, thread-safe.
/// </remarks>
public static class DriftEstimator
{
    internal const double TargetPerSlice = 150;
    internal const double MinimumContrast = 3;

    /// <summary>Estimates the drift of a table.</summary>
    /// <param name="table">Localizations in any order; a few thousand are needed for anything to be found.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up between slices.</param>
    /// <returns>The curve; <see cref="DriftCurve.None"/> for an empty table.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static DriftCurve Estimate(
        IReadOnlyList<Localization> table, DriftOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new DriftOptions();
        return Estimate(PointCloud.From(table, options), options, null, cancellationToken);
    }

    /// <summary>Estimates the drift of positions that are already sorted.</summary>
    internal static DriftCurve Estimate(PointCloud cloud, DriftOptions options, WorkPace? pace, CancellationToken cancellationToken)
    {
        pace?.Begin();
        if (cloud.Frames < 2)
        {
            return DriftCurve.None;
        }

        double perFrame = Math.Max((double)cloud.X.Length / cloud.Frames, 1e-3);
        int fine = options.SliceFrames > 0 ? options.SliceFrames : (int)Math.Clamp(Math.Ceiling(TargetPerSlice / perFrame), 4, cloud.Frames);
        int coarse = Math.Min(Math.Max(4 * fine, (int)Math.Ceiling(600 / perFrame)), cloud.Frames);
        var path = new DriftPath(cloud);
        Follow(path, coarse, options.MaximumStepNm, pace, cancellationToken);
        Refine(path, Math.Max(coarse / 2, fine), 120, 10, 25, pace, cancellationToken);
        Refine(path, fine, 80, 6, 16, pace, cancellationToken);
        Refine(path, fine, 50, 4, 12, pace, cancellationToken);
        path.Breaks = JumpFinder.Find(path, path.Slices(fine));
        if (path.Breaks.Length > 0)
        {
            Refine(path, fine, 80, 6, 16, pace, cancellationToken);
        }

        // Onto a curve that is smooth already: what slices have in common with a rough one would count as theirs.
        Refine(path, fine, 50, 4, 12, pace, cancellationToken, smooth: true);
        Refine(path, fine, 50, 4, 12, pace, cancellationToken, smooth: true);
        return path.ToCurve();
    }

    // Slice after slice onto what came before: finds large shifts, accumulates small errors.
    private static void Follow(DriftPath path, int frames, double reach, WorkPace? pace, CancellationToken cancellationToken)
    {
        DriftPath.Slice[] slices = path.Slices(frames);
        var histogram = new PairHistogram(reach, 20, 30);
        (double X, double Y) last = (0, 0);
        for (int s = 0; s < slices.Length; s++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            pace?.Breathe();
            if (s > 0)
            {
                // The last thousands of localizations are reference enough, and keep the cost from growing with the square of time.
                int from = slices[Math.Max(0, s - 8)].First;
                ReferenceGrid reference = path.Reference(from, slices[s].First, reach / 2);
                (double x, double y, double contrast) = path.Shift(slices[s], last, reference, histogram);
                last = contrast >= MinimumContrast ? (last.X + x, last.Y + y) : last;
            }

            path.Set(slices[s], last);
        }

        path.Interpolate(slices);
    }

    // Every slice onto all the others, about the curve as it stands.
    private static void Refine(DriftPath path, int frames, double reach, double bin, double blur, WorkPace? pace, CancellationToken cancellationToken, bool smooth = false)
    {
        DriftPath.Slice[] slices = path.Slices(frames);
        ReferenceGrid reference = path.Reference(0, path.Frames, reach);
        var histogram = new PairHistogram(reach, bin, blur);
        var found = new (double X, double Y)[slices.Length];
        for (int s = 0; s < slices.Length; s++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            pace?.Breathe();
            (double X, double Y) about = path.At(slices[s]);
            (double x, double y, double contrast) = path.Shift(slices[s], null, reference, histogram);
            found[s] = contrast >= MinimumContrast ? (about.X + x, about.Y + y) : about;
        }

        if (smooth)
        {
            path.Smooth(slices, found);
        }

        for (int s = 0; s < slices.Length; s++)
        {
            path.Set(slices[s], found[s]);
        }

        path.Interpolate(slices);
    }
}
