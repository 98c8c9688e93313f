namespace MicroscopeStream.Localizations.Drift;

/// <summary>
/// Finds jumps of the stage: where the curve changes within two slices by far more than it usually does, the frame at which
/// "the drift before, then the drift after" explains the localizations best.
/// </summary>
internal static class JumpFinder
{
    private const double LeastNm = 25;
    private const double TimesUsual = 5;
    private const double Scale = 15;

    /// <summary>First frames after a jump, rising.</summary>
    /// <param name="path">The curve as it stands.</param>
    /// <param name="slices">The slices that it was found by.</param>
    public static int[] Find(DriftPath path, DriftPath.Slice[] slices)
    {
        if (slices.Length < 8)
        {
            return [];
        }

        // Across the slice that may hold the jump: its own estimate lies somewhere between both sides.
        (double X, double Y)[] drift = Array.ConvertAll(slices, path.At);
        var changes = new double[slices.Length - 2];
        for (int i = 0; i < changes.Length; i++)
        {
            changes[i] = Math.Sqrt(Square(drift[i + 2].X - drift[i].X) + Square(drift[i + 2].Y - drift[i].Y));
        }

        double[] sorted = [.. changes];
        Array.Sort(sorted);
        double threshold = Math.Max(LeastNm, TimesUsual * sorted[sorted.Length / 2]);
        ReferenceGrid? reference = null;
        var breaks = new List<int>();
        for (int i = 0; i < changes.Length; i++)
        {
            bool peak = changes[i] >= threshold && changes[i] >= At(i - 1) && changes[i] > At(i + 1);
            if (peak)
            {
                reference ??= path.Reference(0, path.Frames, 3 * Scale);
                int frame = Place(path, slices, drift, i, reference);
                if (breaks.Count == 0 || frame > breaks[^1])
                {
                    breaks.Add(frame);
                }
            }
        }

        return [.. breaks.Where(frame => frame > 0 && frame < path.Frames)];

        double At(int i) => i >= 0 && i < changes.Length ? changes[i] : 0;
    }

    // The two-sided score Σ_{f<k} before(f) + Σ_{f≥k} after(f), largest at the jump. A jump on a border between slices makes two
    // neighbouring changes equally large, hence a slice more on either side.
    private static int Place(DriftPath path, DriftPath.Slice[] slices, (double X, double Y)[] drift, int i, ReferenceGrid reference)
    {
        int left = Math.Max(0, i - 1), right = Math.Min(slices.Length - 1, i + 3);
        int first = slices[left].First, end = slices[right].End;
        double[] before = path.Agreement(first, end, drift[i], reference, Scale);
        double[] after = path.Agreement(first, end, drift[i + 2], reference, Scale);
        double score = 0, best = double.NegativeInfinity;
        int frame = first;
        for (int k = 0; k < before.Length; k++)
        {
            if (score > best)
            {
                (best, frame) = (score, first + k);
            }

            score += before[k] - after[k];
        }

        return frame;
    }

    private static double Square(double x) => x * x;
}
