using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Simulator.Optics;

/// <summary>A Gaussian PSF integrated over square pixels: what a pixel receives is a difference of error functions along each axis.</summary>
/// <remarks>Not thread-safe: it keeps the profile of the last emitter. Light beyond five σ (1 part in 10⁶) is left out.</remarks>
public sealed class GaussianPsf
{
    private const double Reach = 5;
    private readonly PixelGrid _grid;
    private float[] _columns = new float[64];

    /// <summary>Makes a PSF on a grid.</summary>
    /// <param name="grid">The camera's pixels.</param>
    /// <exception cref="ArgumentOutOfRangeException">The grid has no pixels, or a pixel no size.</exception>
    public GaussianPsf(PixelGrid grid)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(grid.Width, 1, nameof(grid));
        ArgumentOutOfRangeException.ThrowIfLessThan(grid.Height, 1, nameof(grid));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(grid.PixelSizeNm, nameof(grid));
        _grid = grid;
    }

    /// <summary>Adds one emitter to an image of expected photons.</summary>
    /// <param name="image">Expected photons, row-major (y, x), as large as the grid.</param>
    /// <param name="xNm">Position along columns, nm from the corner; may lie outside.</param>
    /// <param name="yNm">Position along rows, nm from the corner; may lie outside.</param>
    /// <param name="sigmaXNm">Standard deviation along columns, nm, &gt; 0.</param>
    /// <param name="sigmaYNm">Standard deviation along rows, nm, &gt; 0.</param>
    /// <param name="photons">Photons of the whole PSF.</param>
    public void Add(Span<float> image, double xNm, double yNm, double sigmaXNm, double sigmaYNm, double photons)
    {
        (int x0, int x1) = Range(xNm, sigmaXNm, _grid.Width);
        (int y0, int y1) = Range(yNm, sigmaYNm, _grid.Height);
        if (x0 >= x1 || y0 >= y1)
        {
            return;
        }

        if (_columns.Length < x1 - x0)
        {
            _columns = new float[_grid.Width];
        }

        Span<float> columns = _columns.AsSpan(0, x1 - x0);
        double left = Edge(x0, xNm, sigmaXNm);
        for (int i = 0; i < columns.Length; i++)
        {
            double right = Edge(x0 + i + 1, xNm, sigmaXNm);
            columns[i] = (float)(right - left);
            left = right;
        }

        // A quarter: each error function runs from −1 to 1.
        double top = Edge(y0, yNm, sigmaYNm);
        for (int y = y0; y < y1; y++)
        {
            double bottom = Edge(y + 1, yNm, sigmaYNm);
            float amount = (float)(0.25 * photons * (bottom - top));
            top = bottom;
            Span<float> row = image.Slice((y * _grid.Width) + x0, columns.Length);
            for (int i = 0; i < columns.Length; i++)
            {
                row[i] += amount * columns[i];
            }
        }
    }

    private (int From, int To) Range(double position, double sigma, int size)
    {
        double from = Math.Floor((position - (Reach * sigma)) / _grid.PixelSizeNm);
        double to = Math.Ceiling((position + (Reach * sigma)) / _grid.PixelSizeNm);
        return ((int)Math.Clamp(from, 0, size), (int)Math.Clamp(to, 0, size));
    }

    private double Edge(int pixel, double position, double sigma) =>
        ErrorFunction.Erf(((pixel * _grid.PixelSizeNm) - position) / (sigma * Math.Sqrt(2)));
}
