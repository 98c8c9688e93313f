using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Core.Results;

/// <summary>An image on a (usually finer) grid: one plane of float32, row-major (y, x), length <see cref="PixelGrid.PixelCount"/>.</summary>
public sealed class SuperResolvedImage
{
    /// <summary>Makes an image of zeros.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The grid has no pixels.</exception>
    public SuperResolvedImage(PixelGrid grid)
        : this(grid, new float[CheckedCount(grid)])
    {
    }

    /// <summary>Wraps pixels, which are not copied.</summary>
    /// <exception cref="ArgumentException">The number of pixels is not that of the grid.</exception>
    public SuperResolvedImage(PixelGrid grid, float[] pixels)
    {
        if (pixels.Length != CheckedCount(grid))
        {
            throw new ArgumentException($"{pixels.Length} pixels given for a grid of {grid.Width} × {grid.Height}.", nameof(pixels));
        }

        Grid = grid;
        Pixels = pixels;
    }

    /// <summary>The grid the image is sampled on.</summary>
    public PixelGrid Grid { get; }

    /// <summary>The pixels, row-major (y, x).</summary>
    public float[] Pixels { get; }

    /// <summary>The pixel in column <paramref name="x"/> of row <paramref name="y"/>.</summary>
    public ref float this[int y, int x] => ref Pixels[(y * Grid.Width) + x];

    private static int CheckedCount(PixelGrid grid)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(grid.Width, 1, "Width");
        ArgumentOutOfRangeException.ThrowIfLessThan(grid.Height, 1, "Height");
        return checked(grid.Width * grid.Height);
    }
}
