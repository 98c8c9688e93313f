using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Imaging.Tiff;

/// <summary>How one page's pixels lie in the file: a grid of strips or tiles, each with its bytes.</summary>
internal sealed class TiffPageLayout
{
    private const string Convert = "Save it as 8- or 16-bit unsigned or 32-bit float grayscale, for example with ImageJ";

    internal required int Width { get; init; }

    internal required int Height { get; init; }

    internal required PixelType PixelType { get; init; }

    internal required TiffCompression Compression { get; init; }

    /// <summary>1 none, 2 horizontal differences, 3 floating point.</summary>
    internal required int Predictor { get; init; }

    /// <summary>Columns per segment: the width for strips.</summary>
    internal required int SegmentWidth { get; init; }

    /// <summary>Rows per segment.</summary>
    internal required int SegmentHeight { get; init; }

    internal required bool Tiled { get; init; }

    internal required long[] Offsets { get; init; }

    internal required long[] ByteCounts { get; init; }

    internal int BytesPerPixel => PixelType.BytesPerPixel();

    internal long PageBytes => (long)Width * Height * BytesPerPixel;

    internal static TiffPageLayout Read(TiffDirectory directory, long fileLength)
    {
        PixelType type = ReadPixelType(directory);
        var compression = (TiffCompression)directory.Integer(TiffTag.Compression, 1);
        if (!Enum.IsDefined(compression))
        {
            throw Unsupported($"compression {(int)compression} is not supported", "Save it uncompressed or with PackBits, LZW or Deflate",
                directory, TiffTag.Compression);
        }

        int width = Size(directory, TiffTag.ImageWidth), height = Size(directory, TiffTag.ImageLength);
        int bytesPerPixel = type.BytesPerPixel();
        long pageBytes = (long)width * height * bytesPerPixel;
        if (pageBytes > Array.MaxLength)
        {
            throw Unsupported($"a page of {width} × {height} pixels is larger than 2 GB", "Crop or bin it", directory, TiffTag.ImageWidth);
        }

        // A code can only expand so far: what declares more than the whole file could unpack to is damaged, and nothing is allocated for it.
        if (pageBytes / TiffDecoder.LargestExpansion(compression) > fileLength)
        {
            throw new TiffFormatException($"a page of {width} × {height} pixels is declared in a file of {fileLength} bytes",
                TiffSource.CutShort, offset: directory.Offset, tag: nameof(TiffTag.ImageWidth));
        }

        bool tiled = directory.Has(TiffTag.TileWidth);
        int segmentWidth = tiled ? Size(directory, TiffTag.TileWidth) : width;
        int segmentHeight = tiled ? Size(directory, TiffTag.TileLength) : RowsPerStrip(directory, height);
        if ((long)segmentWidth * segmentHeight * bytesPerPixel / TiffDecoder.LargestExpansion(compression) > Math.Max(fileLength, 64))
        {
            throw new TiffFormatException($"a segment of {segmentWidth} × {segmentHeight} pixels is declared in a file of {fileLength} bytes",
                TiffSource.CutShort, offset: directory.Offset, tag: nameof(TiffTag.TileWidth));
        }

        long segments = (((long)width + segmentWidth - 1) / segmentWidth) * (((long)height + segmentHeight - 1) / segmentHeight);
        long[] offsets = directory.Integers(tiled ? TiffTag.TileOffsets : TiffTag.StripOffsets, segments)
            ?? throw Unsupported("the page says not where its pixels are", "Save it again", directory, TiffTag.StripOffsets);
        long[]? counts = directory.Integers(tiled ? TiffTag.TileByteCounts : TiffTag.StripByteCounts, segments);
        if (counts is null && compression != TiffCompression.None)
        {
            throw Unsupported("the page says not how long its compressed segments are", "Save it again", directory, TiffTag.StripByteCounts);
        }

        return new TiffPageLayout
        {
            Width = width,
            Height = height,
            PixelType = type,
            Compression = compression,
            Predictor = ReadPredictor(directory, type, compression),
            SegmentWidth = segmentWidth,
            SegmentHeight = segmentHeight,
            Tiled = tiled,
            Offsets = offsets,
            ByteCounts = counts ?? [],
        };
    }

    private static PixelType ReadPixelType(TiffDirectory directory)
    {
        long samples = directory.Integer(TiffTag.SamplesPerPixel, 1);
        if (samples != 1)
        {
            throw Unsupported($"{samples} samples per pixel (colour)", "Split the channels into pages of their own, for example with ImageJ",
                directory, TiffTag.SamplesPerPixel);
        }

        if (directory.Integer(TiffTag.FillOrder, 1) != 1)
        {
            throw Unsupported("bits are filled from the low end", Convert, directory, TiffTag.FillOrder);
        }

        return (directory.Integer(TiffTag.BitsPerSample, 1), directory.Integer(TiffTag.SampleFormat, 1)) switch
        {
            (8, 1 or 4) => PixelType.UInt8,
            (16, 1 or 4) => PixelType.UInt16,
            (32, 3) => PixelType.Float32,
            (var bits, var format) => throw Unsupported(
                $"{bits}-bit {FormatName(format)} pixels are not supported",
                Convert, directory, TiffTag.BitsPerSample),
        };
    }

    private static string FormatName(long format) =>
        format switch { 1 => "unsigned", 2 => "signed", 3 => "floating-point", _ => $"format-{format}" };

    private static int ReadPredictor(TiffDirectory directory, PixelType type, TiffCompression compression)
    {
        long predictor = directory.Integer(TiffTag.Predictor, 1);
        return predictor switch
        {
            // A predictor beside no or run-length coding has no meaning in TIFF 6.0, and readers ignore it.
            1 => 1,
            2 or 3 when compression is TiffCompression.None or TiffCompression.PackBits => 1,
            2 => 2,
            3 when type == PixelType.Float32 => 3,
            _ => throw Unsupported($"predictor {predictor} on {type} pixels", "Save it without a predictor", directory, TiffTag.Predictor),
        };
    }

    private static int RowsPerStrip(TiffDirectory directory, int height)
    {
        long rows = directory.Integer(TiffTag.RowsPerStrip, height);

        // "All rows in one strip" is written as 2³² − 1 or, by some cameras, as 0.
        return rows <= 0 || rows > height ? height : (int)rows;
    }

    private static int Size(TiffDirectory directory, TiffTag tag)
    {
        long size = directory.RequiredInteger(tag);
        return size is > 0 and <= 1 << 24
            ? (int)size
            : throw new TiffFormatException($"{size} pixels", "The file is damaged or holds no image; save it again", offset: directory.Offset,
                tag: tag.ToString());
    }

    private static TiffFormatException Unsupported(string problem, string remedy, TiffDirectory directory, TiffTag tag) =>
        new(problem, remedy, offset: directory.Offset, tag: tag.ToString());
}
