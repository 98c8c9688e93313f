namespace MicroscopeStream.Localizations.Drift;

/// <summary>
/// The cross-correlation of two sets of positions, only where it matters: a histogram of pair displacements around zero,
/// whose peak is the shift between the sets (the same quantity that AIM counts, Ma et al. 2024, 10.1126/sciadv.adm7765).
/// </summary>
internal sealed class PairHistogram
{
    private readonly double _bin;
    private readonly int _half;
    private readonly int _size;
    private readonly float[] _counts;
    private readonly float[] _smooth;
    private readonly float[] _kernel;

    /// <param name="reach">Largest displacement counted, nm.</param>
    /// <param name="bin">Bin width, nm.</param>
    /// <param name="blur">Width of the smoothing before the peak is sought, nm.</param>
    public PairHistogram(double reach, double bin, double blur)
    {
        _bin = bin;
        _half = (int)Math.Ceiling(reach / bin);
        _size = (2 * _half) + 1;
        Reach = (float)((_half + 0.5) * bin);
        _counts = new float[_size * _size];
        _smooth = new float[_size * _size];
        int radius = (int)Math.Ceiling(3 * blur / bin);
        _kernel = new float[(2 * radius) + 1];
        for (int i = -radius; i <= radius; i++)
        {
            _kernel[i + radius] = (float)Math.Exp(-i * i * bin * bin / (2 * blur * blur));
        }
    }

    public float Reach { get; }

    public void Clear() => Array.Clear(_counts);

    public void Add(float dx, float dy)
    {
        int i = (int)Math.Floor((dx / _bin) + 0.5) + _half, j = (int)Math.Floor((dy / _bin) + 0.5) + _half;
        if ((uint)i < (uint)_size && (uint)j < (uint)_size)
        {
            _counts[(j * _size) + i]++;
        }
    }

    /// <summary>The peak, nm, and how far it stands out of the rest, in standard deviations of the smoothed histogram.</summary>
    public (double X, double Y, double Contrast) Peak()
    {
        Smooth(_counts, _smooth, 1, _size);
        Smooth(_smooth.AsSpan().ToArray(), _smooth, _size, 1);
        int best = 0;
        double sum = 0, squares = 0;
        for (int i = 0; i < _smooth.Length; i++)
        {
            best = _smooth[i] > _smooth[best] ? i : best;
            sum += _smooth[i];
            squares += (double)_smooth[i] * _smooth[i];
        }

        double mean = sum / _smooth.Length, deviation = Math.Sqrt(Math.Max((squares / _smooth.Length) - (mean * mean), 0));
        int x = best % _size, y = best / _size;
        double contrast = deviation > 0 ? (_smooth[best] - mean) / deviation : 0;
        return ((x - _half + Vertex(best, 1, x)) * _bin, (y - _half + Vertex(best, _size, y)) * _bin, contrast);
    }

    // Vertex of the parabola through three logarithms: exact for a Gaussian peak.
    private double Vertex(int at, int stride, int position)
    {
        if (position == 0 || position == _size - 1)
        {
            return 0;
        }

        double a = Math.Log(Math.Max(_smooth[at - stride], 1e-6)), b = Math.Log(Math.Max(_smooth[at], 1e-6));
        double c = Math.Log(Math.Max(_smooth[at + stride], 1e-6));
        double curvature = a - (2 * b) + c;
        return curvature < 0 ? Math.Clamp(0.5 * (a - c) / curvature, -0.5, 0.5) : 0;
    }

    private void Smooth(ReadOnlySpan<float> source, Span<float> destination, int stride, int lineStride)
    {
        int radius = _kernel.Length / 2;
        for (int line = 0; line < _size; line++)
        {
            for (int i = 0; i < _size; i++)
            {
                float sum = 0, weight = 0;
                for (int k = Math.Max(-radius, -i); k <= Math.Min(radius, _size - 1 - i); k++)
                {
                    sum += source[(line * lineStride) + ((i + k) * stride)] * _kernel[k + radius];
                    weight += _kernel[k + radius];
                }

                destination[(line * lineStride) + (i * stride)] = sum / weight;
            }
        }
    }
}
