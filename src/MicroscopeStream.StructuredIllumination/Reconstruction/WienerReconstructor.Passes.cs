using System.Numerics;
using System.Runtime.InteropServices;

namespace MicroscopeStream.StructuredIllumination.Reconstruction;

/// <content>The passes over rows, and their tables.</content>
public sealed partial class WienerReconstructor
{
    private const int RowsPerPart = 32;
    private readonly float[] _before;
    private readonly float[] _after;
    private readonly float[] _low;
    private readonly float[][] _lowShares;
    private readonly (float Re, float Im)[] _rampX;
    private readonly (float Re, float Im)[] _rampY;
    private readonly (float[] Cos, float[] Sin)[] _waves;
    private readonly (double At, double Fade)[] _fadeY;
    private readonly Action<int, int> _modulate;
    private readonly Action<int, int> _round;
    private readonly Action<int, int> _filterUp;
    private readonly Action<int, int> _filterResult;
    private int _index;
    private float _weight;

    // Rows are counted from the lowest frequency: 0, 1 … rows, −rows … −1.
    private static int Frequency(int row, int rows) => row <= rows ? row : row - (2 * rows) - 1;

    private static int RowOf(int frequency, int height) => frequency < 0 ? frequency + height : frequency;

    private static void ClearBetween((float[] Re, float[] Im) planes, int stride, int rows, int height)
    {
        int start = (rows + 1) * stride, length = (height - (2 * rows) - 1) * stride;
        Array.Clear(planes.Re, start, length);
        Array.Clear(planes.Im, start, length);
    }

    // From the camera's pixel centres to those of the result, which begin a quarter of a camera pixel earlier.
    private (float Re, float Im)[] Ramp(int frequencies, double extentNm) =>
        [.. Enumerable.Range(0, frequencies + 1).Select(f =>
        {
            (double s, double c) = Math.SinCos(-2 * Math.PI * f * 0.25 * _camera.PixelSizeNm / extentNm);
            return ((float)c, (float)s);
        })];

    private float[] MakeBefore()
    {
        // The inverse transform divides by its own pixels: what is brought to the finer grid must keep its values.
        double scale = (double)_filters.Middle.PixelCount / _field.Grid.PixelCount;
        var table = new float[((2 * _filters.Rows) + 1) * _frameTransform.Stride];
        Fill(table, _filters.Rows, _filters.Columns, _frameTransform.Stride, (u, v) => scale * _filters.Before(u, v));
        return table;
    }

    private float[] MakeAfter()
    {
        double scale = 4.0 * _field.Grid.PixelCount / _filters.Middle.PixelCount;
        var table = new float[((2 * _filters.OutRows) + 1) * _resultTransform.Stride];
        Fill(table, _filters.OutRows, _filters.OutColumns, _resultTransform.Stride, (u, v) => scale * _filters.After(u, v));
        return table;
    }

    private float[] MakeLow()
    {
        double scale = (double)_filters.Middle.PixelCount / _field.Grid.PixelCount;
        var table = new float[((2 * _filters.LowRows) + 1) * (_filters.LowColumns + 1)];
        Fill(table, _filters.LowRows, _filters.LowColumns, _filters.LowColumns + 1, (u, v) => scale * _filters.Low(u, v));
        return table;
    }

    private static void Fill(float[] table, int rows, int columns, int stride, Func<int, int, double> value)
    {
        for (int row = 0; row <= 2 * rows; row++)
        {
            for (int u = 0; u <= columns; u++)
            {
                table[(row * stride) + u] = (float)value(u, Frequency(row, rows));
            }
        }
    }

    private (float[] Cos, float[] Sin)[] MakeWaves() => [.. _pattern.Components.Select(p =>
    {
        int width = _filters.Middle.Width;
        var (cos, sin) = (new float[width], new float[width]);
        for (int x = 0; x < width; x++)
        {
            (double at, double fade) = SeamlessField.Along(x, width, _camera.Width, _field.Grid.Width);
            (double s, double c) = Math.SinCos(2e-3 * Math.PI * p.Kx * at * _camera.PixelSizeNm);
            (cos[x], sin[x]) = ((float)(c * fade), (float)(s * fade));
        }

        return (cos, sin);
    })];

    private void Prepare(int index, ReadOnlySpan<float> frame)
    {
        double mean = 0;
        for (int y = 0; y < _camera.Height; y++)
        {
            float row = 0;
            foreach (float value in frame.Slice(y * _camera.Width, _camera.Width))
            {
                row += value;
            }

            mean += row;
        }

        _means[index] = mean /= _camera.PixelCount;
        _present[index] = true;
        _weight = _options.EqualizeIntensity && mean > 0 ? (float)(1 / mean) : 1;
        _field.Fill(frame, (float)mean, _weight, _frame);
    }

    // The part of the unshifted band that the notch of the shifted ones takes away: few frequencies, kept per frame.
    private void KeepLow(int index)
    {
        float[] kept = _lowShares[index];
        float centre = (float)_bands.Centre(index);
        int columns = _filters.LowColumns + 1;
        for (int row = 0; row <= 2 * _filters.LowRows; row++)
        {
            int from = RowOf(Frequency(row, _filters.LowRows), _field.Grid.Height) * _frameTransform.Stride, to = row * columns;
            for (int u = 0; u < columns; u++)
            {
                float weight = _low[to + u] * centre;
                kept[to + u] = _frameSpectrum.Re[from + u] * weight;
                kept[_low.Length + to + u] = _frameSpectrum.Im[from + u] * weight;
            }
        }
    }

    private void SumLow()
    {
        int columns = _filters.LowColumns + 1;
        for (int row = 0; row <= 2 * _filters.LowRows; row++)
        {
            int to = RowOf(Frequency(row, _filters.LowRows), _filters.Middle.Height) * _middleDown.Stride, from = row * columns;
            for (int u = 0; u < columns; u++)
            {
                float re = 0, im = 0;
                foreach (float[] share in _lowShares)
                {
                    re += share[from + u];
                    im += share[_low.Length + from + u];
                }

                _downSpectrum.Re[to + u] += re;
                _downSpectrum.Im[to + u] += im;
            }
        }
    }

    private void FilterUpRows(int part, int worker)
    {
        int columns = _filters.Columns + 1, end = Math.Min((2 * _filters.Rows) + 1, (part + 1) * RowsPerPart);
        for (int row = part * RowsPerPart; row < end; row++)
        {
            int frequency = Frequency(row, _filters.Rows);
            int from = RowOf(frequency, _field.Grid.Height) * _frameTransform.Stride, to = RowOf(frequency, _filters.Middle.Height) * _middleUp.Stride;
            ReadOnlySpan<float> filter = _before.AsSpan(row * _frameTransform.Stride, columns);
            ReadOnlySpan<float> re = _frameSpectrum.Re.AsSpan(from, columns), im = _frameSpectrum.Im.AsSpan(from, columns);
            Span<float> toRe = _upSpectrum.Re.AsSpan(to, columns), toIm = _upSpectrum.Im.AsSpan(to, columns);
            for (int u = 0; u < columns; u++)
            {
                toRe[u] = re[u] * filter[u];
                toIm[u] = im[u] * filter[u];
            }
        }
    }

    // The frame's share of all bands at once: its values times m_n + Σ_c a_c Re(μ_nc exp(−2πi k_c·r)), a real pattern.
    private void ModulateRows(int part, int worker)
    {
        int width = _filters.Middle.Width, end = Math.Min(_filters.Middle.Height, (part + 1) * RowsPerPart);
        Span<float> weights = stackalloc float[width];
        for (int y = part * RowsPerPart; y < end; y++)
        {
            weights.Fill((float)_bands.Centre(_index));
            for (int c = 0; c < _waves.Length; c++)
            {
                Complex side = _bands.Side(_index, c);
                if (side == Complex.Zero)
                {
                    continue;
                }

                double turn = -2e-3 * Math.PI * _pattern.Components[c].Ky * _fadeY[y].At * _camera.PixelSizeNm;
                Complex factor = _filters.DepthOf(c) * side * Complex.FromPolarCoordinates(_fadeY[y].Fade, turn);
                AddWave(weights, _waves[c].Cos, (float)factor.Real);
                AddWave(weights, _waves[c].Sin, (float)factor.Imaginary);
            }

            Replace(weights, _middle.AsSpan(y * width, width), _shares[_index].AsSpan(y * width, width), _sum.AsSpan(y * width, width));
        }
    }

    private static void AddWave(Span<float> weights, float[] wave, float factor)
    {
        Span<Vector<float>> to = MemoryMarshal.Cast<float, Vector<float>>(weights);
        ReadOnlySpan<Vector<float>> from = MemoryMarshal.Cast<float, Vector<float>>(wave);
        var times = new Vector<float>(factor);
        for (int i = 0; i < to.Length; i++)
        {
            to[i] += from[i] * times;
        }

        for (int i = to.Length * Vector<float>.Count; i < weights.Length; i++)
        {
            weights[i] += wave[i] * factor;
        }
    }

    private static void Replace(ReadOnlySpan<float> weights, ReadOnlySpan<float> values, Span<float> share, Span<double> sum)
    {
        ReadOnlySpan<Vector<float>> w = MemoryMarshal.Cast<float, Vector<float>>(weights), v = MemoryMarshal.Cast<float, Vector<float>>(values);
        Span<Vector<float>> s = MemoryMarshal.Cast<float, Vector<float>>(share);
        Span<Vector<double>> t = MemoryMarshal.Cast<double, Vector<double>>(sum);
        for (int i = 0; i < w.Length; i++)
        {
            Vector<float> now = w[i] * v[i];
            Vector.Widen(now, out Vector<double> lower, out Vector<double> upper);
            Vector.Widen(s[i], out Vector<double> oldLower, out Vector<double> oldUpper);
            t[2 * i] += lower - oldLower;
            t[(2 * i) + 1] += upper - oldUpper;
            s[i] = now;
        }

        for (int i = w.Length * Vector<float>.Count; i < weights.Length; i++)
        {
            float now = weights[i] * values[i];
            sum[i] += (double)now - share[i];
            share[i] = now;
        }
    }

    private void RoundRows(int part, int worker)
    {
        int width = _filters.Middle.Width, first = part * RowsPerPart * width;
        int end = Math.Min(_filters.Middle.Height, (part + 1) * RowsPerPart) * width;
        Span<float> to = _middle.AsSpan(first, end - first);
        ReadOnlySpan<double> from = _sum.AsSpan(first, end - first);
        Span<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(to);
        ReadOnlySpan<Vector<double>> pairs = MemoryMarshal.Cast<double, Vector<double>>(from);
        for (int i = 0; i < vectors.Length; i++)
        {
            vectors[i] = Vector.Narrow(pairs[2 * i], pairs[(2 * i) + 1]);
        }

        for (int i = vectors.Length * Vector<float>.Count; i < to.Length; i++)
        {
            to[i] = (float)from[i];
        }
    }

    private void FilterResultRows(int part, int worker)
    {
        int columns = _filters.OutColumns + 1, end = Math.Min((2 * _filters.OutRows) + 1, (part + 1) * RowsPerPart);
        for (int row = part * RowsPerPart; row < end; row++)
        {
            int frequency = Frequency(row, _filters.OutRows);
            int from = RowOf(frequency, _filters.Middle.Height) * _middleDown.Stride, to = RowOf(frequency, 2 * _field.Grid.Height) * _resultTransform.Stride;
            (float rampRe, float rampIm) = _rampY[Math.Abs(frequency)];
            rampIm = frequency < 0 ? -rampIm : rampIm;
            ReadOnlySpan<float> filter = _after.AsSpan(row * _resultTransform.Stride, columns);
            ReadOnlySpan<float> re = _downSpectrum.Re.AsSpan(from, columns), im = _downSpectrum.Im.AsSpan(from, columns);
            Span<float> toRe = _resultSpectrum.Re.AsSpan(to, columns), toIm = _resultSpectrum.Im.AsSpan(to, columns);
            for (int u = 0; u < columns; u++)
            {
                (float xRe, float xIm) = _rampX[u];
                float cRe = ((rampRe * xRe) - (rampIm * xIm)) * filter[u], cIm = ((rampRe * xIm) + (rampIm * xRe)) * filter[u];
                toRe[u] = (re[u] * cRe) - (im[u] * cIm);
                toIm[u] = (re[u] * cIm) + (im[u] * cRe);
            }
        }
    }

    // Frames went in without their means, which pass the unshifted bands alone.
    private void Cut(Span<float> result)
    {
        double mean = 0;
        foreach (double m in _means)
        {
            mean += m / _means.Length;
        }

        double level = mean * _pattern.Order.Angles * (_filters.Before(0, 0) + _filters.Low(0, 0)) * _filters.After(0, 0);
        float scale = _options.EqualizeIntensity && mean > 0 ? (float)mean : 1, offset = (float)level;
        int width = ResultGrid.Width;
        for (int y = 0; y < ResultGrid.Height; y++)
        {
            ReadOnlySpan<float> from = _result.AsSpan(y * 2 * _field.Grid.Width, width);
            Span<float> to = result.Slice(y * width, width);
            for (int x = 0; x < to.Length; x++)
            {
                to[x] = (from[x] * scale) + offset;
            }
        }
    }
}
