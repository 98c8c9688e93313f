using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Localizations.EmpiricalPsf;

/// <summary>
/// A measured PSF as a cubic B-spline in x, y and z: what a pixel receives of an emitter anywhere near it, already integrated over
/// the pixel. Each depth sums to 1 over the pixels, wherever between them the emitter lies.
/// </summary>
/// <remarks>
/// One knot per camera pixel, so that all pixels of an emitter share the same four weights along each axis. Immutable and
/// thread-safe; evaluation allocates nothing. After Li et al. 2018 (10.1038/nmeth.4661).
/// </remarks>
public sealed class SplinePsf
{
    /// <summary>Zeros around every plane: fits may look beyond the PSF's edge without asking.</summary>
    internal const int Margin = 20;

    private readonly float[] _coefficients;
    private readonly float[] _padded;

    /// <summary>Makes a PSF from the coefficients of its spline.</summary>
    /// <param name="coefficients">Coefficients, (plane, y, x), planes × size × size, finite; each plane is scaled to a sum of 1.</param>
    /// <param name="size">Knots along x and along y, odd, 7…41: one per camera pixel; the emitter lies on the middle one.</param>
    /// <param name="pixelSizeNm">Camera pixel in the sample, nm, &gt; 0.</param>
    /// <param name="firstKnotNm">Depth of the first plane's knot, nm.</param>
    /// <param name="knotStepNm">From knot to knot along z, nm, &gt; 0.</param>
    /// <exception cref="ArgumentException">A value is outside its range, or a plane has no light.</exception>
    public SplinePsf(float[] coefficients, int size, double pixelSizeNm, double firstKnotNm, double knotStepNm)
    {
        if (size is < 7 or > 41 || size % 2 == 0)
        {
            throw new ArgumentException($"A PSF of {size} × {size} px; expected an odd number from 7 to 41.", nameof(size));
        }

        if (coefficients.Length % (size * size) != 0 || coefficients.Length / (size * size) < 5)
        {
            throw new ArgumentException(
                $"{coefficients.Length} coefficients are no stack of at least 5 planes of {size} × {size}.", nameof(coefficients));
        }

        if (!(pixelSizeNm > 0 && knotStepNm > 0) || !double.IsFinite(pixelSizeNm + knotStepNm + firstKnotNm))
        {
            throw new ArgumentException(
                $"Pixels of {pixelSizeNm} nm and planes {knotStepNm} nm apart from {firstKnotNm} nm; expected positive numbers.", nameof(pixelSizeNm));
        }

        (Size, PixelSizeNm, FirstKnotNm, KnotStepNm) = (size, pixelSizeNm, firstKnotNm, knotStepNm);
        Planes = coefficients.Length / (size * size);
        PaddedSize = size + (2 * Margin);
        _coefficients = Normalize(coefficients, size * size);
        _padded = Pad();
    }

    /// <summary>Knots along x and along y; the PSF ends (at zero) a pixel and a half beyond the outermost.</summary>
    public int Size { get; }

    /// <summary>Knots along z.</summary>
    public int Planes { get; }

    /// <summary>Camera pixel in the sample, nm.</summary>
    public double PixelSizeNm { get; }

    /// <summary>Depth of the first knot, nm.</summary>
    public double FirstKnotNm { get; }

    /// <summary>From knot to knot along z, nm.</summary>
    public double KnotStepNm { get; }

    /// <summary>Least depth, nm: a spline is whole from its second knot on.</summary>
    public double MinimumZNm => FirstKnotNm + KnotStepNm;

    /// <summary>Largest depth, nm.</summary>
    public double MaximumZNm => FirstKnotNm + ((Planes - 2) * KnotStepNm);

    /// <summary>The coefficients, (plane, y, x); each plane sums to 1.</summary>
    public ReadOnlySpan<float> Coefficients => _coefficients;

    /// <summary>Planes with <see cref="Margin"/> zeros on each side.</summary>
    internal ReadOnlySpan<float> Padded => _padded;

    internal int PaddedSize { get; }

    /// <summary>What a pixel receives of one photon.</summary>
    /// <param name="dx">Column of the pixel's centre less that of the emitter, px.</param>
    /// <param name="dy">Row of the pixel's centre less that of the emitter, px.</param>
    /// <param name="zNm">Depth of the emitter, nm; beyond the range that at its end.</param>
    public double At(double dx, double dy, double zNm)
    {
        Span<float> wx = stackalloc float[4], wy = stackalloc float[4], wz = stackalloc float[4];
        double centre = (Size - 1) / 2.0, ux = dx + centre, uy = dy + centre;
        int ix = (int)Math.Floor(ux), iy = (int)Math.Floor(uy), iz = Plane(zNm, out double fz);
        CubicBSpline.Weights(ux - ix, wx);
        CubicBSpline.Weights(uy - iy, wy);
        CubicBSpline.Weights(fz, wz);
        double sum = 0;
        for (int k = 0; k < 4; k++)
        {
            for (int j = 0; j < 4; j++)
            {
                int y = iy - 1 + j;
                for (int i = 0; i < 4 && y >= 0 && y < Size; i++)
                {
                    int x = ix - 1 + i;
                    sum += x >= 0 && x < Size ? wz[k] * wy[j] * wx[i] * _coefficients[((((iz - 1 + k) * Size) + y) * Size) + x] : 0;
                }
            }
        }

        return sum;
    }

    /// <summary>Adds one emitter to an image of expected photons.</summary>
    /// <param name="image">Expected photons, row-major (y, x), as large as the grid.</param>
    /// <param name="grid">The image's pixels, of the PSF's pixel size.</param>
    /// <param name="xNm">Position along columns, nm from the corner; may lie outside.</param>
    /// <param name="yNm">Position along rows, nm from the corner; may lie outside.</param>
    /// <param name="zNm">Depth, nm; beyond the range it is drawn as at its end.</param>
    /// <param name="photons">Photons of the whole PSF.</param>
    /// <exception cref="ArgumentException">The image has other pixels.</exception>
    public void Add(Span<float> image, PixelGrid grid, double xNm, double yNm, double zNm, double photons)
    {
        if (image.Length != grid.PixelCount || Math.Abs((grid.PixelSizeNm / PixelSizeNm) - 1) > 1e-6)
        {
            throw new ArgumentException($"An image of {image.Length} pixels of {grid.PixelSizeNm} nm for a PSF of {PixelSizeNm} nm pixels.", nameof(image));
        }

        // Pixel i's centre is at (i + 0.5); the knot on it is i + 0.5 − x + centre.
        double centre = (Size - 1) / 2.0, ux = 0.5 - (xNm / PixelSizeNm) + centre, uy = 0.5 - (yNm / PixelSizeNm) + centre;
        int ix = (int)Math.Floor(ux), iy = (int)Math.Floor(uy), iz = Plane(zNm, out double fz);
        Span<float> wx = stackalloc float[4], wy = stackalloc float[4], wz = stackalloc float[4];
        CubicBSpline.Weights(ux - ix, wx);
        CubicBSpline.Weights(uy - iy, wy);
        CubicBSpline.Weights(fz, wz);
        Span<float> columns = stackalloc float[Size];
        for (int y = Math.Max(0, -2 - iy); y < Math.Min(grid.Height, Size + 1 - iy); y++)
        {
            columns.Clear();
            for (int k = 0; k < 4; k++)
            {
                for (int j = 0; j < 4; j++)
                {
                    int row = y + iy - 1 + j;
                    if (row < 0 || row >= Size)
                    {
                        continue;
                    }

                    float weight = (float)photons * wz[k] * wy[j];
                    ReadOnlySpan<float> knots = _coefficients.AsSpan((((iz - 1 + k) * Size) + row) * Size, Size);
                    for (int i = 0; i < Size; i++)
                    {
                        columns[i] += weight * knots[i];
                    }
                }
            }

            for (int x = Math.Max(0, -2 - ix); x < Math.Min(grid.Width, Size + 1 - ix); x++)
            {
                float value = 0;
                for (int i = 0; i < 4; i++)
                {
                    int column = x + ix - 1 + i;
                    value += column >= 0 && column < Size ? wx[i] * columns[column] : 0;
                }

                image[(y * grid.Width) + x] += value;
            }
        }
    }

    /// <summary>The plane whose knot lies at or below a depth, 1 … Planes − 3, and the rest of the way to the next, 0…1.</summary>
    internal int Plane(double zNm, out double rest)
    {
        double u = (Math.Clamp(zNm, MinimumZNm, MaximumZNm) - FirstKnotNm) / KnotStepNm;
        int plane = Math.Clamp((int)Math.Floor(u), 1, Planes - 3);
        rest = u - plane;
        return plane;
    }

    private static float[] Normalize(float[] coefficients, int area)
    {
        var scaled = new float[coefficients.Length];
        for (int plane = 0; plane < coefficients.Length; plane += area)
        {
            double sum = 0;
            foreach (float c in coefficients.AsSpan(plane, area))
            {
                sum += c;
            }

            if (!(sum > 0) || !double.IsFinite(sum))
            {
                throw new ArgumentException($"Plane {plane / area} sums to {sum}; expected light in every plane.", nameof(coefficients));
            }

            for (int i = plane; i < plane + area; i++)
            {
                scaled[i] = (float)(coefficients[i] / sum);
            }
        }

        return scaled;
    }

    private float[] Pad()
    {
        var padded = new float[Planes * PaddedSize * PaddedSize];
        for (int row = 0; row < Planes * Size; row++)
        {
            int to = ((((row / Size) * PaddedSize) + (row % Size) + Margin) * PaddedSize) + Margin;
            _coefficients.AsSpan(row * Size, Size).CopyTo(padded.AsSpan(to));
        }

        return padded;
    }
}
