namespace MicroscopeStream.Localizations.Drift;

/// <summary>The curve while it is being found: a drift per frame, estimated slice by slice and interpolated between their middles.</summary>
internal sealed class DriftPath(PointCloud cloud)
{
    private const int ReferencePoints = 125_000;
    private readonly double[] _x = new double[cloud.Frames];
    private readonly double[] _y = new double[cloud.Frames];

    /// <summary>Frames [First, End) with the positions [FirstPoint, EndPoint), and the mean frame of these.</summary>
    internal readonly record struct Slice(int First, int End, int FirstPoint, int EndPoint, double Middle);

    public int Frames => cloud.Frames;

    /// <summary>Frames that begin after a jump, rising: no slice holds both sides, no line is drawn across.</summary>
    public int[] Breaks { get; set; } = [];

    public Slice[] Slices(int frames)
    {
        var slices = new List<Slice>(1 + (cloud.Frames / frames));
        for (int b = 0; b <= Breaks.Length; b++)
        {
            int from = b == 0 ? 0 : Breaks[b - 1], to = b == Breaks.Length ? cloud.Frames : Breaks[b];
            int count = Math.Max(1, (int)Math.Round((double)(to - from) / frames));
            for (int s = 0; s < count; s++)
            {
                Add((int)(from + ((long)(to - from) * s / count)), (int)(from + ((long)(to - from) * (s + 1) / count)));
            }
        }

        return [.. slices];

        void Add(int first, int end)
        {
            int a = cloud.IndexOf(first), b = cloud.IndexOf(end);
            if (b == a)
            {
                return;
            }

            double sum = 0;
            for (int i = a; i < b; i++)
            {
                sum += cloud.Frame[i];
            }

            slices.Add(new Slice(first, end, a, b, sum / (b - a)));
        }
    }

    /// <summary>Corrected positions of the frames [first, end); an even share where there are very many.</summary>
    public ReferenceGrid Reference(int first, int end, double cell)
    {
        // Every position is laid onto all of these: the cost would grow with the square, and a slice's shift becomes no more certain.
        int a = cloud.IndexOf(first), b = cloud.IndexOf(end), stride = 1 + ((b - a) / ReferencePoints), count = (b - a + stride - 1) / stride;
        var x = new float[count];
        var y = new float[count];
        var frames = new int[count];
        for (int i = 0; i < count; i++)
        {
            int from = a + (i * stride), frame = cloud.Frame[from];
            (x[i], y[i], frames[i]) = ((float)(cloud.X[from] - _x[frame]), (float)(cloud.Y[from] - _y[frame]), frame);
        }

        return new ReferenceGrid(x, y, frames, Math.Max(cell, 20));
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

    /// <summary>Takes out of the slices' values what is only their uncertainty; jumps stay.</summary>
    public void Smooth(Slice[] slices, (double X, double Y)[] values)
    {
        double typical = slices.Average(slice => slice.EndPoint - slice.FirstPoint);
        var all = new List<(int From, DriftSmoother.Series X, DriftSmoother.Series Y)>();
        for (int from = 0, to; from < slices.Length; from = to)
        {
            to = from + 1;
            while (to < slices.Length && !Breaks.Contains(slices[to].First))
            {
                to++;
            }

            double[] times = [.. slices[from..to].Select(slice => slice.Middle)], noise = [.. slices[from..to].Select(slice => typical / (slice.EndPoint - slice.FirstPoint))];
            all.Add((
                from,
                new DriftSmoother.Series(times, noise, [.. values[from..to].Select(value => value.X)]),
                new DriftSmoother.Series(times, noise, [.. values[from..to].Select(value => value.Y)])));
        }

        DriftSmoother.Smooth([.. all.SelectMany(one => new[] { one.X, one.Y })]);
        foreach ((int from, DriftSmoother.Series x, DriftSmoother.Series y) in all)
        {
            for (int i = 0; i < x.Values.Length; i++)
            {
                values[from + i] = (x.Values[i], y.Values[i]);
            }
        }
    }

    /// <summary>Straight lines between the slices' middles; before the first, after the last and up to a jump, constant.</summary>
    public void Interpolate(Slice[] slices)
    {
        Interpolate(_x, slices);
        Interpolate(_y, slices);
    }

    /// <summary>
    /// How well the positions of each frame of [first, end) lie on the reference under a given drift: neighbours of other frames,
    /// weighted by a Gaussian, summed per frame.
    /// </summary>
    public double[] Agreement(int first, int end, (double X, double Y) drift, ReferenceGrid reference, double scale)
    {
        var scores = new double[end - first];
        for (int i = cloud.IndexOf(first), last = cloud.IndexOf(end); i < last; i++)
        {
            scores[cloud.Frame[i] - first] += reference.Density((float)(cloud.X[i] - drift.X), (float)(cloud.Y[i] - drift.Y), first, end, scale);
        }

        return scores;
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

    private void Interpolate(double[] drift, Slice[] slices)
    {
        var values = new double[slices.Length];
        for (int s = 0; s < slices.Length; s++)
        {
            values[s] = drift[slices[s].First];
        }

        int from = 0;
        for (int b = 0; b <= Breaks.Length; b++)
        {
            int end = b == Breaks.Length ? drift.Length : Breaks[b];
            int to = from;
            while (to < slices.Length && slices[to].First < end)
            {
                to++;
            }

            // A piece between two jumps without any localization keeps what was there.
            if (to > from)
            {
                int first = b == 0 ? 0 : Breaks[b - 1];
                Line(drift.AsSpan(first, end - first), first, slices.AsSpan(from, to - from), values.AsSpan(from, to - from));
            }

            from = to;
        }
    }

    private static void Line(Span<double> drift, int first, ReadOnlySpan<Slice> slices, ReadOnlySpan<double> values)
    {
        int right = 0;
        for (int f = 0; f < drift.Length; f++)
        {
            while (right < slices.Length && slices[right].Middle < first + f)
            {
                right++;
            }

            if (right == 0)
            {
                drift[f] = values[0];
            }
            else if (right == slices.Length)
            {
                drift[f] = values[^1];
            }
            else
            {
                double t = (first + f - slices[right - 1].Middle) / (slices[right].Middle - slices[right - 1].Middle);
                drift[f] = values[right - 1] + (t * (values[right] - values[right - 1]));
            }
        }
    }
}
