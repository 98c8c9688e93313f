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

    internal DriftCurve(long firstFrame, float[] x, float[] y)
    {
        FirstFrame = firstFrame;
        _x = x;
        _y = y;
    }

    /// <summary>No drift.</summary>
    public static DriftCurve None { get; } = new(0, [0], [0]);

    /// <summary>First frame described; earlier ones have its drift.</summary>
    public long FirstFrame { get; }

    /// <summary>Last frame described; later ones have its drift.</summary>
    public long LastFrame => FirstFrame + _x.Length - 1;

    /// <summary>Drift at a frame, nm.</summary>
    public (double X, double Y) At(long frame)
    {
        int i = (int)Math.Clamp(frame - FirstFrame, 0, _x.Length - 1);
        return (_x[i], _y[i]);
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
        for (int i = 0; i < _x.Length; i++)
        {
            largest = Math.Max(largest, Math.Sqrt(((double)_x[i] * _x[i]) + ((double)_y[i] * _y[i])));
        }

        return largest;
    }
}
