namespace MicroscopeStream.Imaging.Rendering;

/// <summary>
/// Blurs an image with a sampled Gaussian, cut off at 4 σ, edges mirrored (d c b a | a b c d | d c b a): what SciPy's
/// <c>ndimage.gaussian_filter</c> does by default.
/// </summary>
/// <remarks>Not thread-safe: it keeps its working memory from call to call.</remarks>
public sealed class GaussianBlur
{
    private readonly double[] _kernel;
    private float[] _between = [];
    private double[] _line = [];

    /// <summary>Makes the kernel.</summary>
    /// <param name="sigmaPixels">σ, pixels, &gt; 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">σ is not positive and finite.</exception>
    public GaussianBlur(double sigmaPixels)
    {
        if (!(sigmaPixels > 0) || !double.IsFinite(sigmaPixels))
        {
            throw new ArgumentOutOfRangeException(nameof(sigmaPixels), sigmaPixels, "σ must be a positive number of pixels.");
        }

        Radius = (int)((4 * sigmaPixels) + 0.5);
        _kernel = new double[Radius + 1];
        double sum = 0;
        for (int i = 0; i <= Radius; i++)
        {
            _kernel[i] = Math.Exp(-0.5 * i * i / (sigmaPixels * sigmaPixels));
            sum += i == 0 ? _kernel[i] : 2 * _kernel[i];
        }

        for (int i = 0; i <= Radius; i++)
        {
            _kernel[i] /= sum;
        }
    }

    /// <summary>Pixels to either side that the kernel reaches.</summary>
    public int Radius { get; }

    /// <summary>Blurs an image.</summary>
    /// <param name="source">Row-major (y, x), width × height.</param>
    /// <param name="destination">Gets the blurred image; may be <paramref name="source"/>'s own memory.</param>
    /// <param name="width">Columns, ≥ 1.</param>
    /// <param name="height">Rows, ≥ 1.</param>
    /// <exception cref="ArgumentException">A buffer is shorter than the image.</exception>
    public void Apply(ReadOnlySpan<float> source, Span<float> destination, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        int count = width * height;
        if (source.Length < count || destination.Length < count)
        {
            throw new ArgumentException($"An image of {width} × {height} takes {count} pixels; {source.Length} and {destination.Length} were given.");
        }

        if (_between.Length < count)
        {
            _between = new float[count];
        }

        int padded = Math.Max(width, height) + (2 * Radius);
        if (_line.Length < padded)
        {
            _line = new double[padded];
        }

        // Along y first, whole rows at a time so that memory is walked in order; then along x.
        for (int y = 0; y < height; y++)
        {
            BlurColumns(source, y, width, height, _between.AsSpan(y * width, width));
        }

        for (int y = 0; y < height; y++)
        {
            BlurRow(_between.AsSpan(y * width, width), destination.Slice(y * width, width));
        }
    }

    /// <summary>The pixel inside 0…length − 1 that the mirrored index stands for.</summary>
    internal static int Mirror(int index, int length)
    {
        int period = 2 * length;
        index = ((index % period) + period) % period;
        return index < length ? index : period - 1 - index;
    }

    private void BlurColumns(ReadOnlySpan<float> source, int y, int width, int height, Span<float> row)
    {
        Span<double> sums = _line.AsSpan(0, width);
        sums.Clear();
        for (int k = -Radius; k <= Radius; k++)
        {
            double weight = _kernel[Math.Abs(k)];
            ReadOnlySpan<float> from = source.Slice(Mirror(y + k, height) * width, width);
            for (int x = 0; x < from.Length; x++)
            {
                sums[x] += weight * from[x];
            }
        }

        for (int x = 0; x < row.Length; x++)
        {
            row[x] = (float)sums[x];
        }
    }

    private void BlurRow(ReadOnlySpan<float> source, Span<float> row)
    {
        Span<double> line = _line.AsSpan(0, source.Length + (2 * Radius));
        for (int i = 0; i < line.Length; i++)
        {
            line[i] = source[Mirror(i - Radius, source.Length)];
        }

        for (int x = 0; x < row.Length; x++)
        {
            double sum = _kernel[0] * line[x + Radius];
            for (int k = 1; k <= Radius; k++)
            {
                sum += _kernel[k] * (line[x + Radius - k] + line[x + Radius + k]);
            }

            row[x] = (float)sum;
        }
    }
}
