using System.Numerics;

namespace MicroscopeStream.StructuredIllumination.Reconstruction;

/// <content>The passes over rows, and their tables.</content>
public sealed partial class WienerReconstructor
{
    private const int RowsPerPart = 32;
    private readonly float[] _before;
    private readonly float[] _after;
    private readonly float[] _low;
    private readonly float[][] _lowShares;
    private readonly (float[] Re, float[] Im) _rampX;
    private readonly (float[] Re, float[] Im) _rampY;
    private readonly (float[] Cos, float[] Sin)[] _waves;
    private readonly (double At, double Fade)[] _fadeY;
    private readonly Action<int, int> _modulate;
    private readonly Action<int, int> _filterUp;
    private readonly Action<int, int> _filterResult;
    private int _index;
    private float _weight;
    private float _scale;

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
    private (float[] Re, float[] Im) Ramp(int frequencies, int length, double extentNm)
    {
        var (re, im) = (new float[length], new float[length]);
        for (int f = 0; f <= frequencies; f++)
        {
            (double s, double c) = Math.SinCos(-2 * Math.PI * f * 0.25 * _camera.PixelSizeNm / extentNm);
            (re[f], im[f]) = ((float)c, (float)s);
        }

        return (re, im);
    }

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
            mean += Rows.Sum(frame.Slice(y * _camera.Width, _camera.Width));
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
            ReadOnlySpan<float> low = _low.AsSpan(to, columns);
            Rows.Multiply(_frameSpectrum.Re.AsSpan(from, columns), low, centre, kept.AsSpan(to, columns));
            Rows.Multiply(_frameSpectrum.Im.AsSpan(from, columns), low, centre, kept.AsSpan(_low.Length + to, columns));
        }
    }

    private void SumLow()
    {
        int columns = _filters.LowColumns + 1;
        for (int row = 0; row <= 2 * _filters.LowRows; row++)
        {
            int to = RowOf(Frequency(row, _filters.LowRows), _filters.Middle.Height) * _middleDown.Stride, from = row * columns;
            foreach (float[] share in _lowShares)
            {
                Rows.Add(share.AsSpan(from, columns), _downSpectrum.Re.AsSpan(to, columns));
                Rows.Add(share.AsSpan(_low.Length + from, columns), _downSpectrum.Im.AsSpan(to, columns));
            }
        }
    }

    private void FilterUpRows(int part, int worker)
    {
        // Planes of both grids have the same stride, a whole number of vectors.
        int columns = _frameTransform.Stride, end = Math.Min((2 * _filters.Rows) + 1, (part + 1) * RowsPerPart);
        for (int row = part * RowsPerPart; row < end; row++)
        {
            int frequency = Frequency(row, _filters.Rows);
            int from = RowOf(frequency, _field.Grid.Height) * _frameTransform.Stride, to = RowOf(frequency, _filters.Middle.Height) * _middleUp.Stride;
            ReadOnlySpan<float> filter = _before.AsSpan(row * _frameTransform.Stride, columns);
            Rows.Multiply(_frameSpectrum.Re.AsSpan(from, columns), filter, 1, _upSpectrum.Re.AsSpan(to, columns));
            Rows.Multiply(_frameSpectrum.Im.AsSpan(from, columns), filter, 1, _upSpectrum.Im.AsSpan(to, columns));
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
                Rows.AddScaled(_waves[c].Cos, (float)factor.Real, weights);
                Rows.AddScaled(_waves[c].Sin, (float)factor.Imaginary, weights);
            }

            Rows.Replace(weights, _middle.AsSpan(y * width, width), _shares[_index].AsSpan(y * width, width), _sum.AsSpan(y * width, width));
        }
    }

    private void FilterResultRows(int part, int worker)
    {
        int columns = _resultTransform.Stride, end = Math.Min((2 * _filters.OutRows) + 1, (part + 1) * RowsPerPart);
        for (int row = part * RowsPerPart; row < end; row++)
        {
            int frequency = Frequency(row, _filters.OutRows);
            int from = RowOf(frequency, _filters.Middle.Height) * _middleDown.Stride, to = RowOf(frequency, 2 * _field.Grid.Height) * _resultTransform.Stride;
            (float turnRe, float turnIm) = (_scale * _rampY.Re[Math.Abs(frequency)], _scale * _rampY.Im[Math.Abs(frequency)]);
            Rows.Turn(
                _downSpectrum.Re.AsSpan(from, columns), _downSpectrum.Im.AsSpan(from, columns), _rampX.Re, _rampX.Im, turnRe, frequency < 0 ? -turnIm : turnIm,
                _after.AsSpan(row * columns, columns), _resultSpectrum.Re.AsSpan(to, columns), _resultSpectrum.Im.AsSpan(to, columns));
        }
    }

    // Frames went in without their means, which pass the unshifted bands alone.
    private (float Scale, double Level) Light()
    {
        double mean = 0;
        foreach (double m in _means)
        {
            mean += m / _means.Length;
        }

        double level = mean * _pattern.Order.Angles * (_filters.Before(0, 0) + _filters.Low(0, 0)) * _filters.After(0, 0);
        return (_options.EqualizeIntensity && mean > 0 ? (float)mean : 1, level);
    }
}
