using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Rendering;

namespace MicroscopeStream.Imaging.Quality;

/// <summary>
/// Structural similarity (Wang et al. 2004, 10.1109/TIP.2003.819861): Gaussian window of 1.5 pixels, K₁ = 0.01, K₂ = 0.03, the range being
/// that of the reference; the image is first fitted to the reference by a factor and an offset, since intensities need not have one scale.
/// </summary>
/// <remarks>Not thread-safe: it keeps its working memory from call to call.</remarks>
public sealed class StructuralSimilarity
{
    private readonly PixelGrid _grid;
    private readonly GaussianBlur _blur = new(1.5);
    private readonly float[] _fitted;
    private readonly float[] _product;
    private readonly float[] _meanX;
    private readonly float[] _meanY;
    private readonly float[] _xx;
    private readonly float[] _yy;
    private readonly float[] _xy;

    /// <summary>Makes a measure for images of one size.</summary>
    /// <param name="grid">Their grid.</param>
    public StructuralSimilarity(PixelGrid grid)
    {
        _grid = grid;
        (_fitted, _product, _meanX, _meanY, _xx, _yy, _xy) = (Plane(), Plane(), Plane(), Plane(), Plane(), Plane(), Plane());
        float[] Plane() => new float[grid.PixelCount];
    }

    /// <summary>Mean over all pixels, −1…1; 1 for images that differ by scale and offset only.</summary>
    /// <param name="image">The image to judge, row-major (y, x).</param>
    /// <param name="reference">What it should look like.</param>
    /// <exception cref="ArgumentException">An image has another size than the grid.</exception>
    public double Compare(ReadOnlySpan<float> image, ReadOnlySpan<float> reference)
    {
        if (image.Length != _grid.PixelCount || reference.Length != _grid.PixelCount)
        {
            throw new ArgumentException($"Images of {_grid.PixelCount} pixels are compared; {image.Length} and {reference.Length} were given.");
        }

        Fit(image, reference);
        float lowest = float.MaxValue, highest = float.MinValue;
        foreach (float value in reference)
        {
            (lowest, highest) = (Math.Min(lowest, value), Math.Max(highest, value));
        }

        double range = Math.Max(highest - lowest, 1e-12), c1 = Math.Pow(0.01 * range, 2), c2 = Math.Pow(0.03 * range, 2);
        Blur(_fitted, _meanX);
        Blur(reference, _meanY);
        Moment(_fitted, _fitted, _xx);
        Moment(reference, reference, _yy);
        Moment(_fitted, reference, _xy);
        double sum = 0;
        for (int i = 0; i < _fitted.Length; i++)
        {
            double x = _meanX[i], y = _meanY[i], vx = _xx[i] - (x * x), vy = _yy[i] - (y * y), vxy = _xy[i] - (x * y);
            sum += ((2 * x * y) + c1) * ((2 * vxy) + c2) / (((x * x) + (y * y) + c1) * (vx + vy + c2));
        }

        return sum / _fitted.Length;
    }

    private void Fit(ReadOnlySpan<float> image, ReadOnlySpan<float> reference)
    {
        double mx = 0, my = 0, xx = 0, xy = 0;
        for (int i = 0; i < image.Length; i++)
        {
            (mx, my) = (mx + image[i], my + reference[i]);
        }

        (mx, my) = (mx / image.Length, my / image.Length);
        for (int i = 0; i < image.Length; i++)
        {
            double dx = image[i] - mx;
            (xx, xy) = (xx + (dx * dx), xy + (dx * (reference[i] - my)));
        }

        double slope = xx > 0 ? xy / xx : 0;
        for (int i = 0; i < image.Length; i++)
        {
            _fitted[i] = (float)(my + (slope * (image[i] - mx)));
        }
    }

    private void Blur(ReadOnlySpan<float> from, float[] to) => _blur.Apply(from, to, _grid.Width, _grid.Height);

    private void Moment(ReadOnlySpan<float> a, ReadOnlySpan<float> b, float[] to)
    {
        for (int i = 0; i < _product.Length; i++)
        {
            _product[i] = a[i] * b[i];
        }

        Blur(_product, to);
    }
}
