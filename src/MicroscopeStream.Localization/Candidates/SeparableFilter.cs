using System.Numerics;

namespace MicroscopeStream.Localizations.Candidates;

/// <summary>Separable symmetric filters on a frame, mirrored at the borders (… 2 1 0 | 0 1 2 …), vectorized along rows.</summary>
internal sealed class SeparableFilter
{
    private readonly int _width;
    private readonly int _height;
    private readonly int _radius;
    private readonly float[] _weights;
    private readonly float[] _row;

    /// <summary>Makes a filter for frames of one size.</summary>
    /// <param name="width">Columns, px.</param>
    /// <param name="height">Rows, px.</param>
    /// <param name="weights">Weight at distance 0, 1, … radius.</param>
    public SeparableFilter(int width, int height, ReadOnlySpan<float> weights)
    {
        _width = width;
        _height = height;
        _radius = weights.Length - 1;
        _weights = weights.ToArray();
        _row = new float[width + (2 * _radius)];
    }

    /// <summary>Weights of a Gaussian that sum to 1 over both sides.</summary>
    public static float[] Gaussian(double sigma, int radius)
    {
        var weights = new float[radius + 1];
        double sum = 0;
        for (int i = 0; i <= radius; i++)
        {
            double w = Math.Exp(-i * i / (2 * sigma * sigma));
            weights[i] = (float)w;
            sum += i == 0 ? w : 2 * w;
        }

        for (int i = 0; i <= radius; i++)
        {
            weights[i] /= (float)sum;
        }

        return weights;
    }

    /// <summary>Weights of a running mean over 2 × radius + 1 pixels.</summary>
    public static float[] Box(int radius)
    {
        var weights = new float[radius + 1];
        Array.Fill(weights, 1f / ((2 * radius) + 1));
        return weights;
    }

    /// <summary>Filters a frame, row-major (y, x).</summary>
    public void Apply(ReadOnlySpan<float> source, Span<float> destination)
    {
        for (int y = 0; y < _height; y++)
        {
            Span<float> middle = _row.AsSpan(_radius, _width);
            Columns(source, y, middle);
            for (int i = 0; i < _radius; i++)
            {
                _row[_radius - 1 - i] = middle[Mirror(-1 - i, _width)];
                _row[_radius + _width + i] = middle[Mirror(_width + i, _width)];
            }

            Rows(destination.Slice(y * _width, _width));
        }
    }

    private static int Mirror(int i, int n)
    {
        while (i < 0 || i >= n)
        {
            i = i < 0 ? -1 - i : (2 * n) - 1 - i;
        }

        return i;
    }

    // One output row of the vertical pass: a weighted sum of whole rows.
    private void Columns(ReadOnlySpan<float> source, int y, Span<float> sum)
    {
        ReadOnlySpan<float> centre = source.Slice(y * _width, _width);
        int lanes = Vector<float>.Count;
        for (int k = 0; k <= _radius; k++)
        {
            ReadOnlySpan<float> above = k == 0 ? centre : source.Slice(Mirror(y - k, _height) * _width, _width);
            ReadOnlySpan<float> below = k == 0 ? centre : source.Slice(Mirror(y + k, _height) * _width, _width);
            float weight = k == 0 ? _weights[0] / 2 : _weights[k];
            int x = 0;
            for (; x <= _width - lanes; x += lanes)
            {
                Vector<float> pair = (new Vector<float>(above[x..]) + new Vector<float>(below[x..])) * weight;
                (k == 0 ? pair : pair + new Vector<float>(sum[x..])).CopyTo(sum[x..]);
            }

            for (; x < _width; x++)
            {
                float pair = (above[x] + below[x]) * weight;
                sum[x] = k == 0 ? pair : sum[x] + pair;
            }
        }
    }

    private void Rows(Span<float> destination)
    {
        int lanes = Vector<float>.Count;
        int x = 0;
        for (; x <= _width - lanes; x += lanes)
        {
            Vector<float> sum = new Vector<float>(_row, x + _radius) * _weights[0];
            for (int k = 1; k <= _radius; k++)
            {
                sum += (new Vector<float>(_row, x + _radius - k) + new Vector<float>(_row, x + _radius + k)) * _weights[k];
            }

            sum.CopyTo(destination[x..]);
        }

        for (; x < _width; x++)
        {
            float sum = _row[x + _radius] * _weights[0];
            for (int k = 1; k <= _radius; k++)
            {
                sum += (_row[x + _radius - k] + _row[x + _radius + k]) * _weights[k];
            }

            destination[x] = sum;
        }
    }
}
