using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Imaging.Tiff;

/// <summary>When a writer uses 64-bit offsets.</summary>
public enum TiffSize
{
    /// <summary>
    /// Uncompressed: always classic, since beyond 4 GB ImageJ's one-directory form takes over. Compressed: BigTIFF unless
    /// <see cref="TiffWriterOptions.ExpectedPages"/> shows that 4 GB suffice.
    /// </summary>
    Auto = 0,

    /// <summary>BigTIFF: read by Bio-Formats, tifffile and libtiff, but not by ImageJ's own reader.</summary>
    BigTiff = 1,
}

/// <summary>What a <see cref="TiffWriter"/> writes.</summary>
public sealed record TiffWriterOptions
{
    /// <summary>Columns, ≥ 1.</summary>
    public required int Width { get; init; }

    /// <summary>Rows, ≥ 1.</summary>
    public required int Height { get; init; }

    /// <summary>Type of the pixels: UInt8, UInt16 or Float32; UInt12 is stored as UInt16.</summary>
    public required PixelType PixelType { get; init; }

    /// <summary>Pixel size in the sample plane, nm, &gt; 0; null: not stated in the file. Default null.</summary>
    public double? PixelSizeNm { get; init; }

    /// <summary>Channels, which run fastest from page to page, ≥ 1. Default 1.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>Axial slices, which run next, ≥ 1. Default 1. Time points follow from the number of pages written.</summary>
    public int Slices { get; init; } = 1;

    /// <summary>Time between two time points, ms; null: not stated. Default null.</summary>
    public double? FrameIntervalMs { get; init; }

    /// <summary>Whether the file describes itself in OME-XML (OME-TIFF) rather than in ImageJ's lines; compressed only. Default false.</summary>
    public bool Ome { get; init; }

    /// <summary>Intensities that ImageJ shows black and white at first; null: left to ImageJ. Default null.</summary>
    public (double Min, double Max)? DisplayRange { get; init; }

    /// <summary><see cref="TiffCompression.None"/> or <see cref="TiffCompression.Deflate"/>. Default none.</summary>
    public TiffCompression Compression { get; init; } = TiffCompression.None;

    /// <summary>64-bit offsets or not. Default <see cref="TiffSize.Auto"/>.</summary>
    public TiffSize Size { get; init; } = TiffSize.Auto;

    /// <summary>How many pages are to come, if known; it decides only <see cref="Size"/>. Default null.</summary>
    public long? ExpectedPages { get; init; }

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Channels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Slices, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)Width * Height * PixelType.BytesPerPixel(), Array.MaxLength, nameof(Width));
        if (PixelSizeNm is double nm && !(nm > 0 && double.IsFinite(nm)))
        {
            throw new ArgumentOutOfRangeException(nameof(PixelSizeNm), nm, "A pixel size must be a positive number of nm.");
        }

        if (Ome && Compression == TiffCompression.None)
        {
            throw new ArgumentException("OME-TIFF files are written compressed: each page then has its directory, at any size.", nameof(Compression));
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(Channels, Ome ? 16 : int.MaxValue);
        if (Compression is not (TiffCompression.None or TiffCompression.Deflate))
        {
            throw new ArgumentOutOfRangeException(nameof(Compression), Compression, "Only None and Deflate are written.");
        }
    }
}
