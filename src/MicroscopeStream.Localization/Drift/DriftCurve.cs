using MicroscopeStream.Core.Results;

namespace MicroscopeStream.Localizations.Drift;

/// <summary>
/// How far the sample had moved at each frame, against the first: a corrected position is the localized one less
/// <see cref="At"/>. Immutable and thread-safe.
/// </summary>
public sealed class DriftCurve
{
    private readonly float[] _x;
    private readonly float[] _y;
    private readonly float[] _tailX;
    private readonly float[] _tailY;

    // Entries of the tail that are this curve's; what lies behind them belongs to later ones that share it.
    private readonly int _tail;

    internal DriftCurve(long firstFrame, float[] x, float[] y)
        : this(firstFrame, x, y, [], [], 0)
    {
    }

    private DriftCurve(long firstFrame, float[] x, float[] y, float[] tailX, float[] tailY, int tail)
    {
        _tail = tail;
        FirstFrame = firstFrame;
        _x = x;
        _y = y;
        _tailX = tailX;
        _tailY = tailY;
    }

    /// <summary>No drift.</summary>
    public static DriftCurve None { get; } = new(0, [0], [0]);

    /// <summary>First frame described; earlier ones have its drift.</summary>
    public long FirstFrame { get; }

    /// <summary>Last frame described; later ones have its drift.</summary>
    public long LastFrame => FirstFrame + _x.Length + _tail - 1;

    /// <summary>Drift at a frame, nm.</summary>
    public (double X, double Y) At(long frame)
    {
        int i = (int)Math.Clamp(frame - FirstFrame, 0, _x.Length + _tail - 1);
        return i < _x.Length ? (_x[i], _y[i]) : (_tailX[i - _x.Length], _tailY[i - _x.Length]);
    }

    /// <summary>The localization where it would have been in the first frame.</summary>
    public Localization Correct(Localization localization)
    {
        (double x, double y) = At(localization.Frame);
        return localization with { X = localization.X - x, Y = localization.Y - y };
    }

    /// <summary>Makes a curve of straight lines between knots; before the first and after the last it is constant.</summary>
    /// <param name="knots">In rising order of frames; at most 50 million frames from first to last.</param>
    /// <exception cref="ArgumentException">Frames do not rise, span too much, or a drift is not a finite number.</exception>
    public static DriftCurve FromKnots(IReadOnlyList<DriftKnot> knots)
    {
        if (knots.Count == 0)
        {
            return None;
        }

        if (knots[^1].Frame - knots[0].Frame is < 0 or > 50_000_000)
        {
            throw new ArgumentException($"Knots from frame {knots[0].Frame} to {knots[^1].Frame} make no curve.", nameof(knots));
        }

        var x = new float[knots[^1].Frame - knots[0].Frame + 1];
        var y = new float[x.Length];
        (x[0], y[0]) = (knots[0].X, knots[0].Y);
        for (int k = 1; k < knots.Count; k++)
        {
            (DriftKnot from, DriftKnot to) = (knots[k - 1], knots[k]);
            long span = to.Frame - from.Frame;
            if (span < 1 || !float.IsFinite(to.X) || !float.IsFinite(to.Y))
            {
                throw new ArgumentException($"Knot {k}, of frame {to.Frame}, does not follow the one of frame {from.Frame}.", nameof(knots));
            }

            for (int i = 1; i <= span; i++)
            {
                double t = (double)i / span;
                int at = (int)(from.Frame - knots[0].Frame) + i;
                (x[at], y[at]) = ((float)(from.X + (t * ((double)to.X - from.X))), (float)(from.Y + (t * ((double)to.Y - from.Y))));
            }
        }

        return new DriftCurve(knots[0].Frame, x, y);
    }

    /// <summary>
    /// Root-mean-square distance from another drift over this curve's frames, nm, both brought to the same mean: where the whole
    /// image lies does not matter to it.
    /// </summary>
    /// <param name="other">The other drift at a frame, nm.</param>
    public double ResidualTo(Func<long, (double X, double Y)> other)
    {
        double sx = 0, sy = 0, squares = 0;
        for (long frame = FirstFrame; frame <= LastFrame; frame++)
        {
            (double x, double y) = At(frame);
            (double otherX, double otherY) = other(frame);
            (x, y) = (x - otherX, y - otherY);
            (sx, sy, squares) = (sx + x, sy + y, squares + (x * x) + (y * y));
        }

        double n = LastFrame - FirstFrame + 1;
        return Math.Sqrt(Math.Max(0, (squares / n) - (sx / n * (sx / n)) - (sy / n * (sy / n))));
    }

    /// <summary>This curve as knots, as few as stay within a tolerance that is as fine as their number allows.</summary>
    /// <param name="most">Knots at most, ≥ 2.</param>
    /// <returns>The knots, and how far the lines between them may lie from the curve along either axis, nm.</returns>
    public (IReadOnlyList<DriftKnot> Knots, double ToleranceNm) ToKnots(int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 2);
        return DriftKnots.Find(this, most);
    }

    /// <summary>Largest distance from the first frame's position, nm.</summary>
    public double Range()
    {
        (double firstX, double firstY) = At(FirstFrame);
        double largest = 0;
        for (long frame = FirstFrame; frame <= LastFrame; frame++)
        {
            (double x, double y) = At(frame);
            (x, y) = (x - firstX, y - firstY);
            largest = Math.Max(largest, Math.Sqrt((x * x) + (y * y)));
        }

        return largest;
    }

    /// <summary>This curve with other frames after its own; what it was made of is shared, not copied.</summary>
    internal DriftCurve With(float[] tailX, float[] tailY, int tail) => new(FirstFrame, _x, _y, tailX, tailY, tail);

    /// <summary>This curve, moved as a whole so that on average it agrees with another one over the frames that both describe.</summary>
    internal DriftCurve AlignedTo(DriftCurve other)
    {
        double dx = 0, dy = 0;
        long first = Math.Max(FirstFrame, other.FirstFrame), last = Math.Min(LastFrame, other.LastFrame);
        for (long frame = first; frame <= last; frame++)
        {
            (double x, double y) = At(frame);
            (double otherX, double otherY) = other.At(frame);
            (dx, dy) = (dx + otherX - x, dy + otherY - y);
        }

        if (last < first)
        {
            return this;
        }

        float moveX = (float)(dx / (last - first + 1)), moveY = (float)(dy / (last - first + 1));
        return new DriftCurve(
            FirstFrame, Array.ConvertAll(_x, v => v + moveX), Array.ConvertAll(_y, v => v + moveY),
            Array.ConvertAll(_tailX, v => v + moveX), Array.ConvertAll(_tailY, v => v + moveY), _tail);
    }
}
