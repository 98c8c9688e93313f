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

    internal DriftCurve(long firstFrame, float[] x, float[] y)
        : this(firstFrame, x, y, [], [])
    {
    }

    private DriftCurve(long firstFrame, float[] x, float[] y, float[] tailX, float[] tailY)
    {
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
    public long LastFrame => FirstFrame + _x.Length + _tailX.Length - 1;

    /// <summary>Drift at a frame, nm.</summary>
    public (double X, double Y) At(long frame)
    {
        int i = (int)Math.Clamp(frame - FirstFrame, 0, _x.Length + _tailX.Length - 1);
        return i < _x.Length ? (_x[i], _y[i]) : (_tailX[i - _x.Length], _tailY[i - _x.Length]);
    }

    /// <summary>The localization where it would have been in the first frame.</summary>
    public Localization Correct(Localization localization)
    {
        (double x, double y) = At(localization.Frame);
        return localization with { X = localization.X - x, Y = localization.Y - y };
    }

    /// <summary>Largest distance from the first frame's position, nm.</summary>
    public double Range()
    {
        double largest = 0;
        for (long frame = FirstFrame; frame <= LastFrame; frame++)
        {
            (double x, double y) = At(frame);
            largest = Math.Max(largest, Math.Sqrt((x * x) + (y * y)));
        }

        return largest;
    }

    /// <summary>This curve with other frames after its own; what it was made of is shared, not copied.</summary>
    internal DriftCurve With(float[] tailX, float[] tailY) => new(FirstFrame, _x, _y, tailX, tailY);

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
            Array.ConvertAll(_tailX, v => v + moveX), Array.ConvertAll(_tailY, v => v + moveY));
    }
}
