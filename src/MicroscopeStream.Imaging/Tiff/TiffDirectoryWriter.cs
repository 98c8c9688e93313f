using System.Buffers.Binary;
using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Imaging.Tiff;

/// <summary>Lays out one little-endian directory with its values behind it. Sizes do not depend on the values.</summary>
internal sealed class TiffDirectoryWriter(TiffWriterOptions options, bool bigTiff)
{
    /// <summary>Bytes kept for ImageJ's description, which grows as pages are counted.</summary>
    internal const int ImageJBytes = 384;

    private readonly List<(TiffTag Tag, ushort Type, ulong Count, ulong Value)> _entries = new(20);

    /// <summary>Bytes kept for the description.</summary>
    internal int DescriptionBytes => options.Ome ? OmeDescriptionWriter.Bytes : ImageJBytes;

    /// <summary>Bytes of a directory with everything that belongs to it.</summary>
    internal int TotalBytes(bool first) => Head(first) + 16 + (first ? DescriptionBytes : 0);

    /// <summary>Where the description begins, from the start of a first directory.</summary>
    internal int DescriptionAt => Head(true) + 16;

    /// <summary>Where the offset of the next directory stands, from the start of a directory.</summary>
    internal int NextAt(bool first) => Head(first) - OffsetBytes;

    private int OffsetBytes => bigTiff ? 8 : 4;

    /// <summary>Fills <paramref name="bytes"/> (<see cref="TotalBytes"/> of them) with a directory for the place <paramref name="at"/>.</summary>
    internal void Write(Span<byte> bytes, long at, bool first, long dataOffset, long dataBytes, long next)
    {
        bytes.Clear();
        Collect(at, first, dataOffset, dataBytes);
        int position;
        if (bigTiff)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)_entries.Count);
            position = 8;
        }
        else
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)_entries.Count);
            position = 2;
        }

        foreach ((TiffTag tag, ushort type, ulong count, ulong value) in _entries)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes[position..], (ushort)tag);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes[(position + 2)..], type);
            WriteOffset(bytes[(position + 4)..], count);

            // Values narrower than the field are left-justified, which in little-endian order is the number itself.
            WriteOffset(bytes[(position + 4 + OffsetBytes)..], value);
            position += EntryBytes;
        }

        WriteOffset(bytes[position..], (ulong)next);
        (uint numerator, uint denominator) = Resolution(options.PixelSizeNm);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[Head(first)..], numerator);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[(Head(first) + 4)..], denominator);
    }

    internal void WriteOffset(Span<byte> bytes, ulong value)
    {
        if (bigTiff)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, checked((uint)value));
        }
    }

    /// <summary>Pixels per µm as a fraction of 32-bit integers, with as many digits as fit.</summary>
    internal static (uint Numerator, uint Denominator) Resolution(double? pixelSizeNm)
    {
        if (pixelSizeNm is not double nm)
        {
            return (1, 1);
        }

        double perUm = 1000 / nm;
        uint denominator = 1;
        while (denominator < 1_000_000_000 && perUm * denominator * 10 <= uint.MaxValue
               && perUm * denominator != Math.Round(perUm * denominator))
        {
            denominator *= 10;
        }

        return ((uint)Math.Clamp(Math.Round(perUm * denominator), 1, uint.MaxValue), denominator);
    }

    private int EntryBytes => bigTiff ? 20 : 12;

    private static int EntryCount(bool first) => first ? 16 : 15;

    private int Head(bool first) => (bigTiff ? 8 : 2) + (EntryCount(first) * EntryBytes) + OffsetBytes;

    private void Collect(long at, bool first, long dataOffset, long dataBytes)
    {
        const ushort text = 2, u16 = 3, u32 = 4, rational = 5;
        ushort offsetType = bigTiff ? (ushort)16 : u32;
        ulong resolutionAt = (ulong)(at + Head(first)), descriptionAt = (ulong)(at + DescriptionAt);
        (uint numerator, uint denominator) = Resolution(options.PixelSizeNm);

        // A rational fits into a BigTIFF entry, and must then stand there.
        ulong resolution = bigTiff ? numerator | ((ulong)denominator << 32) : resolutionAt;
        bool isFloat = options.PixelType == PixelType.Float32;
        _entries.Clear();
        _entries.Add((TiffTag.NewSubfileType, u32, 1, 0));
        _entries.Add((TiffTag.ImageWidth, u32, 1, (ulong)options.Width));
        _entries.Add((TiffTag.ImageLength, u32, 1, (ulong)options.Height));
        _entries.Add((TiffTag.BitsPerSample, u16, 1, (ulong)options.PixelType.BytesPerPixel() * 8));
        _entries.Add((TiffTag.Compression, u16, 1, (ulong)options.Compression));
        _entries.Add((TiffTag.PhotometricInterpretation, u16, 1, 1));
        if (first)
        {
            _entries.Add((TiffTag.ImageDescription, text, (ulong)DescriptionBytes, descriptionAt));
        }

        _entries.Add((TiffTag.StripOffsets, offsetType, 1, (ulong)dataOffset));
        _entries.Add((TiffTag.SamplesPerPixel, u16, 1, 1));
        _entries.Add((TiffTag.RowsPerStrip, u32, 1, (ulong)options.Height));
        _entries.Add((TiffTag.StripByteCounts, offsetType, 1, (ulong)dataBytes));
        _entries.Add((TiffTag.XResolution, rational, 1, resolution));
        _entries.Add((TiffTag.YResolution, rational, 1, resolution));
        _entries.Add((TiffTag.ResolutionUnit, u16, 1, 1));
        _entries.Add((TiffTag.Predictor, u16, 1, TiffWriter.PredictorOf(options)));
        _entries.Add((TiffTag.SampleFormat, u16, 1, isFloat ? 3UL : 1UL));
    }
}
