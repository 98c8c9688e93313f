using MicroscopeStream.Core.Results;

namespace MicroscopeStream.Localizations.Drift;

/// <summary>One position at one frame, counted from the first.</summary>
internal readonly record struct DriftPoint(float X, float Y, int Frame);

/// <summary>
/// Positions as they come, in frame order: all of them at first, then an even share, always fewer than twice the least number kept.
/// </summary>
internal sealed class DriftPoints(int leastKept, double maximumUncertainty)
{
    // 16 bytes of curve per frame: beyond this the frame numbers are wrong rather than the acquisition long.
    private const long MostFrames = 50_000_000;

    private readonly List<DriftPoint> _kept = new(4096);
    private int _stride = 1;
    private int _phase;

    /// <summary>First frame, or −1.</summary>
    public long FirstFrame { get; private set; } = -1;

    /// <summary>Last frame that came, from the first; −1 before.</summary>
    public int LastFrame { get; private set; } = -1;

    /// <summary>Positions that came, kept or not.</summary>
    public long Total { get; private set; }

    /// <summary>Positions after the last extension of the curve, all of them.</summary>
    public List<DriftPoint> Recent { get; } = new(1024);

    public void Append(ReadOnlySpan<Localization> batch)
    {
        foreach (ref readonly Localization l in batch)
        {
            FirstFrame = FirstFrame < 0 ? l.Frame : FirstFrame;
            long frame = l.Frame - FirstFrame;
            if (frame < LastFrame || frame > MostFrames)
            {
                throw new ArgumentException(
                    $"A localization of frame {l.Frame} came after one of frame {FirstFrame + Math.Max(LastFrame, 0)}: drift is followed in frame order.",
                    nameof(batch));
            }

            LastFrame = (int)frame;
            if (!(l.LateralUncertainty > maximumUncertainty) && double.IsFinite(l.X) && double.IsFinite(l.Y))
            {
                Append(new DriftPoint((float)l.X, (float)l.Y, (int)frame));
            }
        }
    }

    public PointCloud ToCloud()
    {
        int count = _kept.Count;
        (float[] x, float[] y, int[] frame) = (new float[count], new float[count], new int[count]);
        for (int i = 0; i < count; i++)
        {
            (x[i], y[i], frame[i]) = (_kept[i].X, _kept[i].Y, _kept[i].Frame);
        }

        return new PointCloud(FirstFrame, LastFrame + 1, x, y, frame);
    }

    /// <summary>Drops the recent positions up to a frame, which the curve now describes.</summary>
    public void ForgetRecent(int lastFrame) => Recent.RemoveAll(point => point.Frame <= lastFrame);

    private void Append(DriftPoint point)
    {
        Total++;
        Recent.Add(point);
        if (_phase == 0)
        {
            _kept.Add(point);
        }

        _phase = (_phase + 1) % _stride;
        if (_kept.Count < 2 * leastKept)
        {
            return;
        }

        for (int i = 0; i < _kept.Count / 2; i++)
        {
            _kept[i] = _kept[2 * i];
        }

        _kept.RemoveRange(_kept.Count / 2, _kept.Count - (_kept.Count / 2));
        _stride *= 2;
        _phase = 0;
    }
}
