using System.Numerics;

namespace MicroscopeStream.Imaging.Fourier;

/// <summary>
/// Transforms along the rows of real images, two rows as the real and imaginary part of one sequence: with Z = A + iB and A, B
/// Hermitian, A[k] = (Z[k] + Z*[n − k]) / 2 and B[k] = (Z[k] − Z*[n − k]) / 2i.
/// </summary>
internal sealed unsafe class RowPass
{
    private readonly int _width;
    private readonly int _columns;
    private readonly LaneTransform _lane;
    private readonly Vector<float>[] _first;
    private readonly Vector<float>[] _firstImaginary;
    private readonly Vector<float>[] _second;
    private readonly Vector<float>[] _secondImaginary;

    public RowPass(int width, int columns)
    {
        (_width, _columns) = (width, columns);
        _lane = new LaneTransform(width);
        (_first, _firstImaginary) = (new Vector<float>[columns], new Vector<float>[columns]);
        (_second, _secondImaginary) = (new Vector<float>[columns], new Vector<float>[columns]);
    }

    /// <summary>Up to two vectors' worth of rows into half spectra.</summary>
    public void Forward(float* rows, int count, float* real, float* imaginary, int stride)
    {
        int lanes = Vector<float>.Count, upper = Math.Min(lanes, count), lower = count - upper;
        LaneTransposition.Gather(new ReadOnlySpan<float>(rows, upper * _width), _width, _width, upper, _lane.Re);
        if (lower > 0)
        {
            LaneTransposition.Gather(new ReadOnlySpan<float>(rows + (upper * _width), lower * _width), _width, _width, lower, _lane.Im);
        }
        else
        {
            Array.Clear(_lane.Im);
        }

        _lane.Transform();
        Vector<float>[] re = _lane.Re, im = _lane.Im;
        var half = new Vector<float>(0.5f);
        for (int k = 0; k < _columns; k++)
        {
            int opposite = k == 0 ? 0 : _width - k;
            Vector<float> zr = re[k], zi = im[k], or = re[opposite], oi = im[opposite];
            (_first[k], _firstImaginary[k]) = ((zr + or) * half, (zi - oi) * half);
            (_second[k], _secondImaginary[k]) = ((zi + oi) * half, (or - zr) * half);
        }

        Scatter(_first, real, upper, stride);
        Scatter(_firstImaginary, imaginary, upper, stride);
        Scatter(_second, real + (upper * stride), lower, stride);
        Scatter(_secondImaginary, imaginary + (upper * stride), lower, stride);
    }

    /// <summary>Half spectra of up to two vectors' worth of rows into the first columns of rows, times a factor.</summary>
    public void Inverse(float* real, float* imaginary, int stride, int count, float scale, float* rows, int wanted)
    {
        int lanes = Vector<float>.Count, upper = Math.Min(lanes, count), lower = count - upper;
        Gather(real, _first, upper, stride);
        Gather(imaginary, _firstImaginary, upper, stride);
        Gather(real + (upper * stride), _second, lower, stride);
        Gather(imaginary + (upper * stride), _secondImaginary, lower, stride);

        // Real and imaginary part exchanged, which makes the forward transform an inverse one.
        Vector<float>[] re = _lane.Re, im = _lane.Im;
        var factor = new Vector<float>(scale);
        for (int k = 0; k < _columns; k++)
        {
            Vector<float> ar = _first[k] * factor, ai = _firstImaginary[k] * factor, br = _second[k] * factor, bi = _secondImaginary[k] * factor;
            if (k == 0 || 2 * k == _width)
            {
                (im[k], re[k]) = (ar, br);
                continue;
            }

            (im[k], re[k]) = (ar - bi, ai + br);
            (im[_width - k], re[_width - k]) = (ar + bi, br - ai);
        }

        int after = _width - _columns + 1;
        if (after > _columns)
        {
            Array.Clear(re, _columns, after - _columns);
            Array.Clear(im, _columns, after - _columns);
        }

        _lane.Transform();
        LaneTransposition.Scatter(_lane.Im, new Span<float>(rows, upper * wanted), wanted, wanted, upper);
        if (lower > 0)
        {
            LaneTransposition.Scatter(_lane.Re, new Span<float>(rows + (upper * wanted), lower * wanted), wanted, wanted, lower);
        }
    }

    private void Scatter(Vector<float>[] vectors, float* rows, int count, int stride)
    {
        if (count > 0)
        {
            LaneTransposition.Scatter(vectors, new Span<float>(rows, ((count - 1) * stride) + _columns), stride, _columns, count);
        }
    }

    private void Gather(float* rows, Vector<float>[] vectors, int count, int stride)
    {
        if (count > 0)
        {
            LaneTransposition.Gather(new ReadOnlySpan<float>(rows, ((count - 1) * stride) + _columns), stride, _columns, count, vectors);
        }
    }
}
