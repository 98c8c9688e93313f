namespace MicroscopeStream.Localizations.Drift;

/// <summary>The curve while it is being found: a drift per frame, estimated slice by slice and interpolated between their middles.</summary>
internal sealed class DriftPath(PointCloud cloud)
{
    private readonly double[] _x = new double[cloud.Frames];
    private readonly double[] _y = new double[cloud.Frames];

    /// <summary>Frames [First, End) with the positions [FirstPoint, EndPoint), and the mean frame of these.</summary>
    internal readonly record struct Slice(int First, int End, int FirstPoint, int EndPoint, double Middle);

    public int Frames => cloud.Frames;

    public Slice[] Slices(int frames)
    {
        int count = Math.Max(1, (int)Math.Round((double)cloud.Frames / frames));
        var slices = new List<Slice>(count);
        for (int s = 0; s < count; s++)
        {
            int first = (int)((long)cloud.Frames * s / count), end = (int)((long)cloud.Frames * (s + 1) / count);
            int a = cloud.IndexOf(first), b = cloud.IndexOf(end);
            if (b == a)
            {
                continue;
            }

            double sum = 0;
            for (int i = a; i < b; i++)
            {
                sum += cloud.Frame[i];
            }

            slices.Add(new Slice(first, end, a, b, sum / (b - a)));
        }

        return [.. slices];
    }

    /// <summary>Corrected positions of the frames [first, end).</summary>
    public ReferenceGrid Reference(int first, int end, double cell)
    {
        int a = cloud.IndexOf(first), b = cloud.IndexOf(end);
        var x = new float[b - a];
        var y = new float[b - a];
        for (int i = a; i < b; i++)
        {
            int frame = cloud.Frame[i];
            (x[i - a], y[i - a]) = ((float)(cloud.X[i] - _x[frame]), (float)(cloud.Y[i] - _y[frame]));
        }

        return new ReferenceGrid(x, y, cloud.Frame.AsSpan(a, b - a), Math.Max(cell, 20));
    }

    /// <summary>How far a slice lies from the reference beyond the drift it has (or is given).</summary>
    public (double X, double Y, double Contrast) Shift(
        Slice slice, (double X, double Y)? drift, ReferenceGrid reference, PairHistogram histogram)
    {
        histogram.Clear();
        for (int i = slice.FirstPoint; i < slice.EndPoint; i++)
        {
            int frame = cloud.Frame[i];
            double x = drift?.X ?? _x[frame], y = drift?.Y ?? _y[frame];
            reference.Count((float)(cloud.X[i] - x), (float)(cloud.Y[i] - y), slice.First, slice.End, histogram);
        }

        return histogram.Peak();
    }

    /// <summary>Mean drift over a slice's positions.</summary>
    public (double X, double Y) At(Slice slice)
    {
        double x = 0, y = 0;
        for (int i = slice.FirstPoint; i < slice.EndPoint; i++)
        {
            x += _x[cloud.Frame[i]];
            y += _y[cloud.Frame[i]];
        }

        int count = slice.EndPoint - slice.FirstPoint;
        return (x / count, y / count);
    }

    public void Set(Slice slice, (double X, double Y) drift)
    {
        _x.AsSpan(slice.First, slice.End - slice.First).Fill(drift.X);
        _y.AsSpan(slice.First, slice.End - slice.First).Fill(drift.Y);
    }

    /// <summary>Straight lines between the slices' middles; before the first and after the last, constant.</summary>
    public void Interpolate(Slice[] slices)
    {
        Line(_x, slices, _x[slices[0].First]);
        Line(_y, slices, _y[slices[0].First]);
    }

    public DriftCurve ToCurve()
    {
        var x = new float[Frames];
        var y = new float[Frames];
        for (int i = 0; i < Frames; i++)
        {
            (x[i], y[i]) = ((float)(_x[i] - _x[0]), (float)(_y[i] - _y[0]));
        }

        return new DriftCurve(cloud.FirstFrame, x, y);
    }

    private static void Line(double[] drift, Slice[] slices, double start)
    {
        var values = new double[slices.Length];
        for (int s = 0; s < slices.Length; s++)
        {
            values[s] = drift[slices[s].First];
        }

        int right = 0;
        for (int f = 0; f < drift.Length; f++)
        {
            while (right < slices.Length && slices[right].Middle < f)
            {
                right++;
            }

            if (right == 0)
            {
                drift[f] = start;
            }
            else if (right == slices.Length)
            {
                drift[f] = values[^1];
            }
            else
            {
                double t = (f - slices[right - 1].Middle) / (slices[right].Middle - slices[right - 1].Middle);
                drift[f] = values[right - 1] + (t * (values[right] - values[right - 1]));
            }
        }
    }
}
