using System.Buffers.Binary;
using System.IO.Compression;
using MicroscopeStream.Imaging.Colour;

namespace MicroscopeStream.Imaging.Png;

/// <summary>
/// Writes animated PNG images (PNG specification, third edition, 2025: acTL, fcTL and fdAT chunks) with one palette for all frames.
/// Browsers play them; what does not know animation shows the first frame. Stateless, hence thread-safe.
/// </summary>
public static class AnimatedPngWriter
{
    private const byte Indexed = 3;

    /// <summary>Writes an animation that repeats for ever.</summary>
    /// <param name="stream">Gets the file.</param>
    /// <param name="width">Columns, ≥ 1.</param>
    /// <param name="height">Rows, ≥ 1.</param>
    /// <param name="frames">At least one; each width × height levels, row-major (y, x).</param>
    /// <param name="colours">Colour of each level.</param>
    /// <param name="frameMs">Time for which a frame is shown, ms, 1…65535.</param>
    /// <exception cref="ArgumentException">There is no frame, or one is of another size.</exception>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static void Write(Stream stream, int width, int height, IReadOnlyList<byte[]> frames, ColourMap colours, int frameMs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(frameMs, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(frameMs, ushort.MaxValue);
        if (frames.Count == 0 || frames.Any(frame => frame.Length != (long)width * height))
        {
            throw new ArgumentException($"An animation of {width} × {height} px needs frames of that size, at least one.", nameof(frames));
        }

        stream.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Span<byte> header = stackalloc byte[13];
        header.Clear();
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        (header[8], header[9]) = (8, Indexed);
        PngChunkStream.WriteChunk(stream, "IHDR"u8, header);
        Span<byte> control = stackalloc byte[8];
        control.Clear();
        BinaryPrimitives.WriteInt32BigEndian(control, frames.Count);
        PngChunkStream.WriteChunk(stream, "acTL"u8, control);
        WritePalette(stream, colours);
        int sequence = 0;
        for (int i = 0; i < frames.Count; i++)
        {
            WriteControl(stream, sequence++, width, height, frameMs);
            byte[] packed = Pack(frames[i], width);
            if (i == 0)
            {
                PngChunkStream.WriteChunk(stream, "IDAT"u8, packed.AsSpan(4));
            }
            else
            {
                BinaryPrimitives.WriteInt32BigEndian(packed, sequence++);
                PngChunkStream.WriteChunk(stream, "fdAT"u8, packed);
            }
        }

        PngChunkStream.WriteChunk(stream, "IEND"u8, []);
    }

    private static void WritePalette(Stream stream, ColourMap colours)
    {
        Span<byte> palette = stackalloc byte[3 * 256];
        for (int level = 0; level < 256; level++)
        {
            Rgb colour = colours[(byte)level];
            (palette[3 * level], palette[(3 * level) + 1], palette[(3 * level) + 2]) = (colour.Red, colour.Green, colour.Blue);
        }

        PngChunkStream.WriteChunk(stream, "PLTE"u8, palette);
    }

    private static void WriteControl(Stream stream, int sequence, int width, int height, int frameMs)
    {
        Span<byte> control = stackalloc byte[26];
        control.Clear();
        BinaryPrimitives.WriteInt32BigEndian(control, sequence);
        BinaryPrimitives.WriteInt32BigEndian(control[4..], width);
        BinaryPrimitives.WriteInt32BigEndian(control[8..], height);
        BinaryPrimitives.WriteUInt16BigEndian(control[20..], (ushort)frameMs);
        BinaryPrimitives.WriteUInt16BigEndian(control[22..], 1000);
        PngChunkStream.WriteChunk(stream, "fcTL"u8, control);
    }

    /// <summary>The frame's rows, unfiltered as palette images are best left, packed; four bytes are kept before them.</summary>
    private static byte[] Pack(byte[] frame, int width)
    {
        using var packed = new MemoryStream(frame.Length / 4);
        packed.Write([0, 0, 0, 0]);
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (int at = 0; at < frame.Length; at += width)
            {
                zlib.WriteByte(0);
                zlib.Write(frame, at, width);
            }
        }

        return packed.ToArray();
    }
}
