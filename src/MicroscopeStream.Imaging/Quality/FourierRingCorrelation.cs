using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Fourier;

namespace MicroscopeStream.Imaging.Quality;

/// <summary>
/// Fourier ring correlation of two images of one object: how alike they are at each frequency,
/// Σ Re(A·B*) / √(Σ|A|² Σ|B|²) over rings (Saxton and Baumeister 1982, 10.1111/j.1365-2818.1982.tb00405.x; for localization
/// microscopy Nieuwenhuizen et al. 2013, 10.1038/nmeth.2448). Edges are faded out over an eighth of the field (Tukey window).
/// </summary>
/// <remarks>Both real images share one complex transform. Not thread-safe: an instance keeps its working memory.</remarks>
public sealed class FourierRingCorrelation
{
    private readonly PixelGrid _grid;
    private readonly FourierTransform2D _transform;
    private readonly float[] _real;
    private readonly float[] _imaginary;
    private readonly float[] _fadeX;
    private readonly float[] _fadeY;
    private readonly int _rings;

    /// <summary>Prepares correlations on a grid.</summary>
    /// <param name="grid">At least 16 × 16 pixels; need not be square, nor powers of two.</param>
    /// <exception cref="ArgumentOutOfRangeException">The grid is smaller.</exception>
    public FourierRingCorrelation(PixelGrid grid)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(grid.Width, 16, nameof(grid));
        ArgumentOutOfRangeException.ThrowIfLessThan(grid.Height, 16, nameof(grid));
        _grid = grid;
        _transform = new FourierTransform2D(grid.Width, grid.Height);
        (_real, _imaginary) = (new float[grid.PixelCount], new float[grid.PixelCount]);
        (_fadeX, _fadeY) = (Fade(grid.Width), Fade(grid.Height));
        _rings = Math.Min(grid.Width, grid.Height) / 2;
    }

    /// <summary>Correlates two images.</summary>
    /// <param name="first">Row-major (y, x), as large as the grid; finite values.</param>
    /// <param name="second">The other, of independent data.</param>
    /// <exception cref="ArgumentException">An image has another size.</exception>
    public FrcCurve Correlate(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        if (first.Length != _grid.PixelCount || second.Length != first.Length)
        {
            throw new ArgumentException($"Images of {first.Length} and {second.Length} pixels given for a grid of {_grid.Width} × {_grid.Height}.");
        }

        for (int y = 0; y < _grid.Height; y++)
        {
            for (int x = 0, i = y * _grid.Width; x < _grid.Width; x++, i++)
            {
                float fade = _fadeX[x] * _fadeY[y];
                (_real[i], _imaginary[i]) = (first[i] * fade, second[i] * fade);
            }
        }

        _transform.Forward(_real, _imaginary);
        return Rings();
    }

    private static float[] Fade(int length)
    {
        double edge = length / 8.0;
        return [.. Enumerable.Range(0, length).Select(i =>
        {
            double fromEdge = Math.Min(i + 0.5, length - i - 0.5);
            return (float)(fromEdge < edge ? 0.5 * (1 - Math.Cos(Math.PI * fromEdge / edge)) : 1);
        })];
    }

    private FrcCurve Rings()
    {
        int width = _grid.Width, height = _grid.Height;
        var cross = new double[_rings];
        var firstPower = new double[_rings];
        var secondPower = new double[_rings];
        var samples = new double[_rings];

        // Rings as far apart as frequencies along the shorter edge.
        double perX = (double)Math.Min(width, height) / width, perY = (double)Math.Min(width, height) / height;
        for (int v = 0; v < height; v++)
        {
            double fy = (v <= height / 2 ? v : v - height) * perY;
            int opposite = v == 0 ? 0 : height - v;
            for (int u = 0; u < width; u++)
            {
                double fx = (u <= width / 2 ? u : u - width) * perX;
                int ring = (int)(Math.Sqrt((fx * fx) + (fy * fy)) + 0.5) - 1;
                if (ring < 0 || ring >= _rings)
                {
                    continue;
                }

                // Z = A + iB with A and B Hermitian: both follow from Z at a frequency and at its opposite.
                int i = (v * width) + u, j = (opposite * width) + (u == 0 ? 0 : width - u);
                double p = _real[i], q = _imaginary[i], r = _real[j], s = _imaginary[j];
                double ar = p + r, ai = q - s, br = q + s, bi = r - p;
                cross[ring] += (ar * br) + (ai * bi);
                firstPower[ring] += (ar * ar) + (ai * ai);
                secondPower[ring] += (br * br) + (bi * bi);
                samples[ring]++;
            }
        }

        for (int ring = 0; ring < _rings; ring++)
        {
            double power = Math.Sqrt(firstPower[ring] * secondPower[ring]);
            cross[ring] = power > 0 ? cross[ring] / power : 0;
        }

        return new FrcCurve(1 / (Math.Min(width, height) * _grid.PixelSizeNm), cross, samples);
    }
}
