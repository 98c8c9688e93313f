namespace MicroscopeStream.Localizations.Drift;

/// <summary>
/// Continues a curve between two estimates: small slices of new positions are shifted onto what was corrected last, at a cost that
/// depends on the slice alone.
/// </summary>
internal sealed class DriftExtension
{
    private const int ReferencePoints = 60_000;
    private readonly DriftCurve _curve;
    private readonly ReferenceGrid _reference;
    private readonly PairHistogram _histogram = new(80, 6, 16);
    private float[] _tailX = new float[256];
    private float[] _tailY = new float[256];
    private int _tail;
    private double _knotFrame;
    private (double X, double Y) _knot;

    /// <param name="curve">What was estimated.</param>
    /// <param name="cloud">What it was estimated from.</param>
    public DriftExtension(DriftCurve curve, PointCloud cloud)
    {
        _curve = curve;
        int first = Math.Max(0, cloud.X.Length - ReferencePoints);
        var x = new float[cloud.X.Length - first];
        var y = new float[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            (double dx, double dy) = curve.At(cloud.FirstFrame + cloud.Frame[first + i]);
            (x[i], y[i]) = ((float)(cloud.X[first + i] - dx), (float)(cloud.Y[first + i] - dy));
        }

        _reference = new ReferenceGrid(x, y, cloud.Frame.AsSpan(first), 80);
        LastFrame = cloud.Frames - 1;
        _knotFrame = LastFrame;
        _knot = curve.At(curve.LastFrame);
    }

    /// <summary>Last frame, counted from the first, whose positions were used.</summary>
    public int LastFrame { get; private set; }

    /// <summary>Extends by the positions of whole frames after <see cref="LastFrame"/>; null when the curve stays.</summary>
    public DriftCurve? Extend(ReadOnlySpan<DriftPoint> points)
    {
        bool extended = false;
        for (int first = 0; first < points.Length;)
        {
            int end = Math.Min(points.Length, first + (int)DriftEstimator.TargetPerSlice);
            if (end - first < DriftEstimator.TargetPerSlice)
            {
                break;
            }

            while (end < points.Length && points[end].Frame == points[end - 1].Frame)
            {
                end++;
            }

            extended |= Extend(points[first..end], points[end - 1].Frame);
            first = end;
        }

        // Shared, not copied: entries are only ever added, and a curve looks at no more than there were.
        return extended ? _curve.With(_tailX, _tailY, _tail) : null;
    }

    private bool Extend(ReadOnlySpan<DriftPoint> slice, int last)
    {
        _histogram.Clear();
        double middle = 0;
        foreach (DriftPoint point in slice)
        {
            _reference.Count((float)(point.X - _knot.X), (float)(point.Y - _knot.Y), -1, -1, _histogram);
            middle += point.Frame;
        }

        LastFrame = last;
        (double x, double y, double contrast) = _histogram.Peak();
        if (contrast < DriftEstimator.MinimumContrast)
        {
            return false;
        }

        middle /= slice.Length;
        (double X, double Y) next = (_knot.X + x, _knot.Y + y);
        for (int f = (int)(_curve.LastFrame - _curve.FirstFrame) + 1 + _tail; f <= middle; f++)
        {
            double t = Math.Clamp((f - _knotFrame) / Math.Max(middle - _knotFrame, 1e-9), 0, 1);
            if (_tail == _tailX.Length)
            {
                Array.Resize(ref _tailX, 2 * _tail);
                Array.Resize(ref _tailY, 2 * _tail);
            }

            _tailX[_tail] = (float)(_knot.X + (t * (next.X - _knot.X)));
            _tailY[_tail++] = (float)(_knot.Y + (t * (next.Y - _knot.Y)));
        }

        (_knotFrame, _knot) = (middle, next);
        return true;
    }
}
