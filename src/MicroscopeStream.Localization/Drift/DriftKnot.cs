namespace MicroscopeStream.Localizations.Drift;

/// <summary>Where the sample was at a frame.</summary>
/// <param name="Frame">The frame, from 0.</param>
/// <param name="X">Drift along columns, nm.</param>
/// <param name="Y">Drift along rows, nm.</param>
public readonly record struct DriftKnot(long Frame, float X, float Y);

/// <summary>Finds few knots whose connecting lines stay within a tolerance of a curve: from each knot the longest line that fits.</summary>
/// <remarks>
/// One pass over the frames, keeping the range of slopes that every frame passed allows (the swinging door of E. H. Bristol's 1987
/// patent on process data). A jump from one frame to the next becomes two neighbouring knots.
/// </remarks>
internal static class DriftKnots
{
    // Tables and pictures show no more.
    private const double FinestNm = 0.02;

    public static (List<DriftKnot> Knots, double ToleranceNm) Find(DriftCurve curve, int most)
    {
        for (double tolerance = FinestNm; ; tolerance *= 2)
        {
            if (Find(curve, most, tolerance) is { } knots)
            {
                return (knots, tolerance);
            }
        }
    }

    private static List<DriftKnot>? Find(DriftCurve curve, int most, double tolerance)
    {
        var knots = new List<DriftKnot> { Knot(curve, curve.FirstFrame) };
        long last = curve.LastFrame;
        while (knots[^1].Frame < last)
        {
            if (knots.Count == most)
            {
                return null;
            }

            knots.Add(Knot(curve, Reach(curve, knots[^1], last, tolerance)));
        }

        return knots;
    }

    // The next frame always fits, so that every step gets on.
    private static long Reach(DriftCurve curve, DriftKnot from, long last, double tolerance)
    {
        Slopes x = Slopes.Any, y = Slopes.Any;
        long frame = from.Frame + 1;
        for (; frame <= last; frame++)
        {
            (double driftX, double driftY) = curve.At(frame);
            double span = frame - from.Frame;
            if (!x.Allow((driftX - from.X) / span) || !y.Allow((driftY - from.Y) / span))
            {
                break;
            }

            x = x.Narrow((driftX - from.X) / span, tolerance / span);
            y = y.Narrow((driftY - from.Y) / span, tolerance / span);
        }

        return frame - 1;
    }

    private static DriftKnot Knot(DriftCurve curve, long frame)
    {
        (double x, double y) = curve.At(frame);
        return new DriftKnot(frame, (float)x, (float)y);
    }

    private readonly record struct Slopes(double Least, double Most)
    {
        public static Slopes Any => new(double.NegativeInfinity, double.PositiveInfinity);

        public bool Allow(double slope) => slope >= Least && slope <= Most;

        public Slopes Narrow(double slope, double tolerance) => new(Math.Max(Least, slope - tolerance), Math.Min(Most, slope + tolerance));
    }
}
