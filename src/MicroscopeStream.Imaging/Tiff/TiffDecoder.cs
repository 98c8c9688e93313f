using System.IO.Compression;

namespace MicroscopeStream.Imaging.Tiff;

/// <summary>Turns the segments of a page into its pixels; its buffers are kept from page to page. Not thread-safe.</summary>
internal sealed class TiffDecoder(TiffSource source)
{
    private const string Damaged = "The pixels of this page are lost; earlier pages can still be read";
    private readonly LzwDecoder _lzw = new();
    private byte[] _packed = [];
    private byte[] _segment = [];
    private byte[] _row = [];

    /// <summary>
    /// How many bytes one stored byte can at most become: PackBits 2 → 128; Deflate 1032 (RFC 1951: 258 bytes in 2 bits);
    /// LZW below 3840 codes × 12 bits for strings of at most 3840 bytes.
    /// </summary>
    internal static int LargestExpansion(TiffCompression compression) => compression switch
    {
        TiffCompression.None => 1,
        TiffCompression.PackBits => 64,
        TiffCompression.Lzw => 2560,
        _ => 1040,
    };

    internal void Decode(TiffPageLayout layout, Span<byte> page)
    {
        if (layout.Compression == TiffCompression.None && !layout.Tiled)
        {
            ReadStrips(layout, page);
            return;
        }

        int across = ((layout.Width - 1) / layout.SegmentWidth) + 1;
        for (int i = 0; i < layout.Offsets.Length; i++)
        {
            int x = i % across * layout.SegmentWidth, y = i / across * layout.SegmentHeight;

            // Strips end with the image; tiles are whole even where they hang over its edge.
            int rows = layout.Tiled ? layout.SegmentHeight : Math.Min(layout.SegmentHeight, layout.Height - y);
            Span<byte> segment = DecodeSegment(layout, i, rows);
            Place(layout, segment, x, y, page);
        }
    }

    private static void Place(TiffPageLayout layout, ReadOnlySpan<byte> segment, int x, int y, Span<byte> page)
    {
        int bytes = layout.BytesPerPixel, from = layout.SegmentWidth * bytes, to = layout.Width * bytes;
        int columns = Math.Min(layout.SegmentWidth, layout.Width - x), rows = Math.Min(layout.SegmentHeight, layout.Height - y);
        for (int row = 0; row < rows; row++)
        {
            segment.Slice(row * from, columns * bytes).CopyTo(page[(((y + row) * to) + (x * bytes))..]);
        }
    }

    private void ReadStrips(TiffPageLayout layout, Span<byte> page)
    {
        int stripBytes = layout.SegmentHeight * layout.Width * layout.BytesPerPixel;
        for (int i = 0, at = 0; i < layout.Offsets.Length;)
        {
            // Strips that follow each other in the file are read as one: nearly always the whole page.
            int run = 1;
            while (i + run < layout.Offsets.Length && layout.Offsets[i + run] == layout.Offsets[i] + ((long)run * stripBytes))
            {
                run++;
            }

            int length = (int)Math.Min((long)run * stripBytes, page.Length - at);
            source.Read(layout.Offsets[i], page.Slice(at, length), "pixels");
            at += length;
            i += run;
        }

        if (source.BigEndian)
        {
            TiffPredictor.SwapBytes(page, layout.BytesPerPixel);
        }
    }

    private Span<byte> DecodeSegment(TiffPageLayout layout, int index, int rows)
    {
        long offset = layout.Offsets[index], bytes = (long)layout.SegmentWidth * layout.BytesPerPixel * rows;
        if (bytes > Array.MaxLength)
        {
            throw new TiffFormatException($"a segment of {bytes} bytes is larger than 2 GB", Damaged, offset: offset);
        }

        int rowBytes = layout.SegmentWidth * layout.BytesPerPixel, expected = (int)bytes;
        if (layout.Compression == TiffCompression.None)
        {
            source.Require(offset, expected, "a tile");
            Span<byte> raw = Ensure(ref _segment, expected);
            source.Read(offset, raw, "a tile");
            Finish(layout, raw, rowBytes);
            return raw;
        }

        long stored = layout.ByteCounts[index];
        source.Require(offset, stored, "a compressed segment");
        if (stored > Array.MaxLength || expected / LargestExpansion(layout.Compression) > stored)
        {
            throw new TiffFormatException(
                $"{stored} bytes cannot unpack to the {expected} that the segment must have", Damaged, offset: offset);
        }

        Span<byte> packed = Ensure(ref _packed, (int)stored);
        source.Read(offset, packed, "a compressed segment");
        Span<byte> segment = Ensure(ref _segment, expected);
        int written = Unpack(layout.Compression, packed, segment, offset);
        if (written < expected)
        {
            throw new TiffFormatException(
                $"a {layout.Compression} segment unpacks to {written} bytes of {expected}", Damaged, offset: offset);
        }

        Finish(layout, segment, rowBytes);
        return segment;
    }

    private int Unpack(TiffCompression compression, ReadOnlySpan<byte> packed, Span<byte> segment, long offset)
    {
        try
        {
            return compression switch
            {
                TiffCompression.PackBits => PackBits.Decode(packed, segment),
                TiffCompression.Lzw => _lzw.Decode(packed, segment),
                _ => Inflate(packed.Length, segment),
            };
        }
        catch (Exception e) when (e is FormatException or InvalidDataException)
        {
            throw new TiffFormatException($"a {compression} segment is damaged ({e.Message})", Damaged, offset: offset, innerException: e);
        }
    }

    private int Inflate(int packedLength, Span<byte> segment)
    {
        using var packed = new MemoryStream(_packed, 0, packedLength, writable: false);
        using var zlib = new ZLibStream(packed, CompressionMode.Decompress);
        try
        {
            return zlib.ReadAtLeast(segment, segment.Length, throwOnEndOfStream: false);
        }
        catch (IOException e)
        {
            // Not the disk, for this stream lies in memory: zlib itself, asked for a preset dictionary that no TIFF file has.
            throw new FormatException(e.Message, e);
        }
    }

    private void Finish(TiffPageLayout layout, Span<byte> segment, int rowBytes)
    {
        if (layout.Predictor == 3)
        {
            TiffPredictor.UndoFloatingPoint(segment, rowBytes, Ensure(ref _row, rowBytes));
            return;
        }

        if (source.BigEndian)
        {
            TiffPredictor.SwapBytes(segment, layout.BytesPerPixel);
        }

        if (layout.Predictor == 2)
        {
            TiffPredictor.UndoHorizontal(segment, rowBytes, layout.BytesPerPixel);
        }
    }

    private static Span<byte> Ensure(ref byte[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            buffer = new byte[length];
        }

        return buffer.AsSpan(0, length);
    }
}
