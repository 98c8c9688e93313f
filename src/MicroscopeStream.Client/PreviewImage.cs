using System.Buffers.Binary;
using System.IO.Compression;
using MicroscopeStream.Contract.V1;

namespace MicroscopeStream.Client;

/// <summary>One plane for display, row-major (y, x), with the range that maps it back to values.</summary>
public sealed class PreviewImage
{
    private readonly byte[] _bytes;
    private readonly int _bytesPerPixel;

    private PreviewImage(Preview preview, byte[] bytes)
    {
        _bytes = bytes;
        _bytesPerPixel = (int)preview.BytesPerPixel;
        Kind = preview.Kind;
        Width = (int)preview.Width;
        Height = (int)preview.Height;
        DisplayMin = preview.DisplayMin;
        DisplayMax = preview.DisplayMax;
        PixelSizeNm = preview.PixelSizeNm;
        OriginXNm = preview.OriginXNm;
        OriginYNm = preview.OriginYNm;
        Frames = (long)preview.Frames;
        Localizations = (long)preview.Localizations;
        Slice = preview.Slice;
    }

    /// <summary>What it shows.</summary>
    public PreviewKind Kind { get; }

    /// <summary>Columns, px.</summary>
    public int Width { get; }

    /// <summary>Rows, px.</summary>
    public int Height { get; }

    /// <summary>Value that the stored 0 stands for.</summary>
    public float DisplayMin { get; }

    /// <summary>Value that the largest stored number stands for.</summary>
    public float DisplayMax { get; }

    /// <summary>Edge of a preview pixel in the sample plane, nm.</summary>
    public double PixelSizeNm { get; }

    /// <summary>Position of the plane's corner from the corner of the region of interest along columns, nm.</summary>
    public double OriginXNm { get; }

    /// <summary>Position of the plane's corner from the corner of the region of interest along rows, nm.</summary>
    public double OriginYNm { get; }

    /// <summary>Frames that the image was made from.</summary>
    public long Frames { get; }

    /// <summary>Localizations that the image was made from.</summary>
    public long Localizations { get; }

    /// <summary>The stretch of time that it shows, and how final it is; null where it is not of a video.</summary>
    public VideoSlice? Slice { get; }

    /// <summary>The value of the pixel in column <paramref name="x"/> of row <paramref name="y"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The position lies outside the plane.</exception>
    public float this[int y, int x]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)y, (uint)Height, nameof(y));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)x, (uint)Width, nameof(x));
            int index = (y * Width) + x;
            float share = _bytesPerPixel == 1
                ? _bytes[index] / (float)byte.MaxValue
                : BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(2 * index)) / (float)ushort.MaxValue;
            return DisplayMin + (share * (DisplayMax - DisplayMin));
        }
    }

    /// <summary>The whole plane as values, row-major (y, x).</summary>
    public float[] ToValues()
    {
        var values = new float[Width * Height];
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                values[(y * Width) + x] = this[y, x];
            }
        }

        return values;
    }

    /// <summary>Unpacks a preview as it came.</summary>
    /// <exception cref="InvalidDataException">The plane's size and its bytes do not agree.</exception>
    internal static PreviewImage From(Preview preview)
    {
        if (preview.BytesPerPixel is not (1 or 2))
        {
            throw new InvalidDataException($"A preview has {preview.BytesPerPixel} bytes per pixel; expected 1 or 2.");
        }

        long length = checked((long)preview.Width * preview.Height * preview.BytesPerPixel);
        byte[] bytes = preview.Encoding == PlaneEncoding.Zlib ? Inflate(preview.Data.Memory, length) : preview.Data.ToByteArray();
        return bytes.Length == length
            ? new PreviewImage(preview, bytes)
            : throw new InvalidDataException(
                $"A preview of {preview.Width} × {preview.Height} px holds {bytes.Length} bytes; expected {length}.");
    }

    private static byte[] Inflate(ReadOnlyMemory<byte> packed, long length)
    {
        using var source = new MemoryStream(packed.ToArray(), writable: false);
        using var inflater = new ZLibStream(source, CompressionMode.Decompress);
        var bytes = new byte[length];
        int read = inflater.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return read == bytes.Length ? bytes : bytes[..read];
    }
}
