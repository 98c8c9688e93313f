using System.Runtime.InteropServices;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Colour;

namespace MicroscopeStream.Imaging.Rendering;

/// <summary>
/// Turns a float32 image into a plane of 8- or 16-bit codes for the wire, binned (mean over whole pixels) to a largest size.
/// </summary>
/// <remarks>Not thread-safe: it keeps the binned image from call to call, so that a steady preview allocates nothing.</remarks>
public sealed class PreviewConverter
{
    private float[] _binned = [];

    /// <summary>Makes a converter.</summary>
    /// <param name="maxSize">Largest width and height of a plane, pixels, ≥ 1.</param>
    /// <param name="pixelType">UInt8 or UInt16. Default UInt8.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1, or the type another.</exception>
    public PreviewConverter(int maxSize, PixelType pixelType = PixelType.UInt8)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSize, 1);
        if (pixelType is not (PixelType.UInt8 or PixelType.UInt16))
        {
            throw new ArgumentOutOfRangeException(nameof(pixelType), pixelType, "A preview is UInt8 or UInt16.");
        }

        MaxSize = maxSize;
        PixelType = pixelType;
    }

    /// <summary>Largest width and height of a plane, pixels.</summary>
    public int MaxSize { get; }

    /// <summary>Type of the codes.</summary>
    public PixelType PixelType { get; }

    /// <summary>The plane that an image of this grid becomes; pixels at the far edges may cover less than a whole bin.</summary>
    public PixelGrid PlaneOf(PixelGrid image) => PlaneBins.Plane(image, BinOf(image));

    /// <summary>Converts an image.</summary>
    /// <param name="pixels">Row-major (y, x), one per pixel of the grid.</param>
    /// <param name="grid">The image's grid.</param>
    /// <param name="plane">Gets the codes, row-major (y, x), little-endian; at least as long as <see cref="Preview.Bytes"/>.</param>
    /// <param name="range">Intensities of the least and largest code; null: the 0.1th to the 99.9th percentile of what is not zero.</param>
    /// <exception cref="ArgumentException">A buffer is too short.</exception>
    public Preview Convert(ReadOnlySpan<float> pixels, PixelGrid grid, Span<byte> plane, DisplayRange? range = null)
    {
        int bin = BinOf(grid);
        PixelGrid small = PlaneOf(grid);
        if (pixels.Length < grid.PixelCount || plane.Length < small.PixelCount * PixelType.BytesPerPixel())
        {
            throw new ArgumentException(
                $"{grid.Width} × {grid.Height} pixels become {small.Width} × {small.Height} codes; "
                + $"{pixels.Length} pixels and {plane.Length} bytes were given.");
        }

        ReadOnlySpan<float> binned = bin == 1 ? pixels[..grid.PixelCount] : Bin(pixels, grid, small, bin);
        DisplayRange shown = range ?? Automatic(binned);
        if (PixelType == PixelType.UInt8)
        {
            PlaneCodes.Write(binned, shown, plane);
        }
        else
        {
            Span<ushort> codes = MemoryMarshal.Cast<byte, ushort>(plane);
            for (int i = 0; i < binned.Length; i++)
            {
                codes[i] = (ushort)((shown.Normalize(binned[i]) * ushort.MaxValue) + 0.5);
            }
        }

        return new Preview(small, PixelType, shown, bin);
    }

    private static DisplayRange Automatic(ReadOnlySpan<float> pixels)
    {
        DisplayRange range = DisplayRange.FromPercentiles(pixels, 0.1, 99.9, ignoreZeros: true);

        // Rendered images begin at nothing; others (SIM, camera frames) where they begin.
        return pixels.Contains(0f) ? range with { Min = Math.Min(0, range.Min) } : range;
    }

    private int BinOf(PixelGrid grid) => PlaneBins.Of(grid, MaxSize);

    private ReadOnlySpan<float> Bin(ReadOnlySpan<float> pixels, PixelGrid grid, PixelGrid small, int bin)
    {
        if (_binned.Length < small.PixelCount)
        {
            _binned = new float[small.PixelCount];
        }

        Span<float> binned = _binned.AsSpan(0, small.PixelCount);
        PlaneBins.Average(pixels, grid, bin, new PixelBlock(0, 0, small.Width, small.Height), binned, small.Width);
        return binned;
    }
}
