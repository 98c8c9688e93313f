using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using MicroscopeStream.Imaging.Colour;

namespace MicroscopeStream.Imaging.Png;

/// <summary>
/// Writes PNG images (ISO/IEC 15948): 8- and 16-bit gray and 8-bit RGB, with the pixel size where it is known. Stateless,
/// hence thread-safe.
/// </summary>
public static class PngWriter
{
    private const byte Gray = 0;
    private const byte Rgb = 2;

    /// <summary>Writes an RGB image to a file, created or replaced.</summary>
    /// <param name="path">The file.</param>
    /// <param name="image">The image.</param>
    /// <param name="pixelSizeNm">Pixel size, nm, for the pHYs chunk; null: not stated.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, RgbImage image, double? pixelSizeNm = null)
    {
        using FileStream stream = File.Create(path);
        WriteRgb(stream, image.Width, image.Height, image.Pixels, pixelSizeNm);
    }

    /// <summary>Writes 8-bit gray.</summary>
    /// <param name="stream">Gets the file.</param>
    /// <param name="width">Columns, ≥ 1.</param>
    /// <param name="height">Rows, ≥ 1.</param>
    /// <param name="pixels">Row-major (y, x), width × height.</param>
    /// <param name="pixelSizeNm">Pixel size, nm; null: not stated.</param>
    /// <exception cref="ArgumentException">The number of pixels is not width × height.</exception>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static void WriteGray8(Stream stream, int width, int height, ReadOnlySpan<byte> pixels, double? pixelSizeNm = null) =>
        Write(stream, width, height, Gray, 8, pixels, pixelSizeNm);

    /// <summary>Writes 16-bit gray.</summary>
    /// <inheritdoc cref="WriteGray8"/>
    public static void WriteGray16(Stream stream, int width, int height, ReadOnlySpan<ushort> pixels, double? pixelSizeNm = null) =>
        Write(stream, width, height, Gray, 16, MemoryMarshal.AsBytes(pixels), pixelSizeNm);

    /// <summary>Writes 8-bit RGB.</summary>
    /// <param name="stream">Gets the file.</param>
    /// <param name="width">Columns, ≥ 1.</param>
    /// <param name="height">Rows, ≥ 1.</param>
    /// <param name="pixels">Row-major (y, x), three bytes red, green, blue each.</param>
    /// <param name="pixelSizeNm">Pixel size, nm; null: not stated.</param>
    /// <exception cref="ArgumentException">The number of bytes is not 3 × width × height.</exception>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static void WriteRgb(Stream stream, int width, int height, ReadOnlySpan<byte> pixels, double? pixelSizeNm = null) =>
        Write(stream, width, height, Rgb, 8, pixels, pixelSizeNm);

    private static void Write(Stream stream, int width, int height, byte colour, byte bits, ReadOnlySpan<byte> pixels, double? pixelSizeNm)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        int bytesPerPixel = (colour == Rgb ? 3 : 1) * bits / 8;
        if (pixels.Length != (long)width * height * bytesPerPixel)
        {
            throw new ArgumentException($"{pixels.Length} bytes for {width} × {height} pixels of {bytesPerPixel} bytes.", nameof(pixels));
        }

        stream.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Span<byte> header = stackalloc byte[13];
        header.Clear();
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        (header[8], header[9]) = (bits, colour);
        PngChunkStream.WriteChunk(stream, "IHDR"u8, header);
        WritePixelSize(stream, pixelSizeNm);
        using (var chunks = new PngChunkStream(stream))
        {
            using var zlib = new ZLibStream(chunks, CompressionLevel.Optimal);
            WriteRows(zlib, pixels, width * bytesPerPixel, bytesPerPixel, bits);
        }

        PngChunkStream.WriteChunk(stream, "IEND"u8, []);
    }

    private static void WritePixelSize(Stream stream, double? pixelSizeNm)
    {
        if (pixelSizeNm is not double nm || !(nm > 0) || 1e9 / nm > uint.MaxValue)
        {
            return;
        }

        Span<byte> size = stackalloc byte[9];
        var perMetre = (uint)Math.Round(1e9 / nm);
        BinaryPrimitives.WriteUInt32BigEndian(size, perMetre);
        BinaryPrimitives.WriteUInt32BigEndian(size[4..], perMetre);
        size[8] = 1;
        PngChunkStream.WriteChunk(stream, "pHYs"u8, size);
    }

    private static void WriteRows(Stream zlib, ReadOnlySpan<byte> pixels, int rowBytes, int bytesPerPixel, byte bits)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(4 * (rowBytes + 1));
        Span<byte> above = rented.AsSpan(0, rowBytes), row = rented.AsSpan(rowBytes + 1, rowBytes);
        Span<byte> best = rented.AsSpan(2 * (rowBytes + 1), rowBytes + 1), candidate = rented.AsSpan(3 * (rowBytes + 1), rowBytes + 1);
        above.Clear();
        for (int at = 0; at < pixels.Length; at += rowBytes)
        {
            pixels.Slice(at, rowBytes).CopyTo(row);
            if (bits == 16)
            {
                Span<ushort> values = MemoryMarshal.Cast<byte, ushort>(row);
                BinaryPrimitives.ReverseEndianness(values, values);
            }

            // The least sum of absolute differences: the choice that the PNG specification recommends (12.8).
            long least = Filter(0, row, above, bytesPerPixel, best);
            for (byte filter = 1; filter <= 2; filter++)
            {
                long sum = Filter(filter, row, above, bytesPerPixel, candidate);
                if (sum < least)
                {
                    least = sum;
                    candidate.CopyTo(best);
                }
            }

            zlib.Write(best);
            row.CopyTo(above);
        }

        ArrayPool<byte>.Shared.Return(rented);
    }

    private static long Filter(byte filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int bytesPerPixel, Span<byte> filtered)
    {
        filtered[0] = filter;
        long sum = 0;
        for (int i = 0; i < row.Length; i++)
        {
            byte predicted = filter switch { 0 => 0, 1 => i < bytesPerPixel ? (byte)0 : row[i - bytesPerPixel], _ => above[i] };
            byte difference = (byte)(row[i] - predicted);
            filtered[i + 1] = difference;
            sum += Math.Abs((int)(sbyte)difference);
        }

        return sum;
    }
}
