namespace MicroscopeStream.Core.Frames;

/// <summary>
/// The grid on which an image is sampled. Row-major (y, x), origin at the top-left corner: the centre of pixel
/// (x, y) lies at ((x + 0.5), (y + 0.5)) × <see cref="PixelSizeNm"/>, so that 0 nm is the corner of the region of interest.
/// </summary>
/// <param name="Width">Pixels along x (columns), ≥ 1.</param>
/// <param name="Height">Pixels along y (rows), ≥ 1.</param>
/// <param name="PixelSizeNm">Edge of a square pixel in the sample plane, nm, &gt; 0.</param>
public readonly record struct PixelGrid(int Width, int Height, double PixelSizeNm)
{
    /// <summary>Number of pixels, <see cref="Width"/> × <see cref="Height"/>.</summary>
    public int PixelCount => Width * Height;

    /// <summary>Extent along x, nm.</summary>
    public double WidthNm => Width * PixelSizeNm;

    /// <summary>Extent along y, nm.</summary>
    public double HeightNm => Height * PixelSizeNm;

    /// <summary>Area of the field of view, µm².</summary>
    public double AreaUm2 => WidthNm * HeightNm * 1e-6;

    /// <summary>Position (nm, from the corner) of the centre of pixel <paramref name="index"/> along either axis.</summary>
    public double CentreNm(int index) => (index + 0.5) * PixelSizeNm;

    /// <summary>
    /// The grid that covers the same field with another pixel size; sizes are rounded up, so that the field is never cut.
    /// </summary>
    /// <param name="pixelSizeNm">New pixel size, nm, &gt; 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is not positive and finite.</exception>
    public PixelGrid Resample(double pixelSizeNm)
    {
        if (!(pixelSizeNm > 0) || !double.IsFinite(pixelSizeNm))
        {
            throw new ArgumentOutOfRangeException(nameof(pixelSizeNm), pixelSizeNm, "A pixel size must be a positive number of nm.");
        }

        // A tiny tolerance keeps 6400 / 12.5 at 512 when the quotient is a hair above.
        return new PixelGrid(
            (int)Math.Ceiling((WidthNm / pixelSizeNm) - 1e-6), (int)Math.Ceiling((HeightNm / pixelSizeNm) - 1e-6), pixelSizeNm);
    }
}
