namespace MicroscopeStream.Imaging.Resampling;

/// <summary>
/// Interpolates images onto a grid twice as fine of the same field, at ∓¼ pixel from each centre, by a Lanczos kernel of six taps
/// (sinc d · sinc d/3, |d| &lt; 3, sum 1; Duchon 1979, 10.1175/1520-0450(1979)018&lt;1016:LFIOAT&gt;2.0.CO;2). Beyond the edges their
/// pixels go on.
/// </summary>
/// <remarks>Not thread-safe: an instance keeps its working memory. Allocates nothing after construction.</remarks>
public sealed class GridDoubler
{
    private const int Reach = 3;
    private static readonly float[] Before = Taps(-0.25);
    private static readonly float[] After = Taps(0.25);
    private readonly int _width;
    private readonly int _height;
    private readonly float[] _padded;
    private readonly float[] _column;

    /// <summary>Prepares for images of a size.</summary>
    /// <param name="width">Columns, ≥ 1.</param>
    /// <param name="height">Rows, ≥ 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is less.</exception>
    public GridDoubler(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        (_width, _height) = (width, height);
        (_padded, _column) = (new float[width + (2 * Reach)], new float[width]);
    }

    /// <summary>Interpolates.</summary>
    /// <param name="image">Row-major (y, x), width × height.</param>
    /// <param name="fine">Gets it, 2·width × 2·height.</param>
    /// <exception cref="ArgumentException">A number of pixels is wrong.</exception>
    public void Apply(ReadOnlySpan<float> image, Span<float> fine)
    {
        if (image.Length != _width * _height || fine.Length != 4 * _width * _height)
        {
            throw new ArgumentException($"Images of {image.Length} and {fine.Length} pixels given; expected {_width} × {_height} and twice as many each way.");
        }

        for (int y = 0; y < 2 * _height; y++)
        {
            Column(image, y / 2, y % 2 == 0 ? Before : After);
            Row(fine.Slice(y * 2 * _width, 2 * _width));
        }
    }

    // Taps at −3…3; the outermost of one side is 0.
    private static float[] Taps(double shift)
    {
        double[] taps = [.. Enumerable.Range(-Reach, (2 * Reach) + 1).Select(at => Math.Clamp(at - shift, -Reach, Reach)).Select(d => Sinc(d) * Sinc(d / Reach))];
        return [.. taps.Select(t => (float)(t / taps.Sum()))];

        static double Sinc(double x) => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);
    }

    private void Column(ReadOnlySpan<float> image, int row, float[] taps)
    {
        Array.Clear(_column);
        for (int j = 0; j < taps.Length; j++)
        {
            ReadOnlySpan<float> from = image.Slice(Math.Clamp(row + j - Reach, 0, _height - 1) * _width, _width);
            for (int x = 0; x < from.Length; x++)
            {
                _column[x] += taps[j] * from[x];
            }
        }
    }

    private void Row(Span<float> to)
    {
        _padded.AsSpan(0, Reach).Fill(_column[0]);
        _column.CopyTo(_padded, Reach);
        _padded.AsSpan(Reach + _width).Fill(_column[^1]);
        for (int x = 0; x < _width; x++)
        {
            float before = 0, after = 0;
            for (int j = 0; j < Before.Length; j++)
            {
                before += Before[j] * _padded[x + j];
                after += After[j] * _padded[x + j];
            }

            (to[2 * x], to[(2 * x) + 1]) = (before, after);
        }
    }
}
