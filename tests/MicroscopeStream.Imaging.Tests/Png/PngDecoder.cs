using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace MicroscopeStream.Imaging.Tests.Png;

/// <summary>Reads what the specification says a PNG file holds, checking each chunk's CRC bit by bit.</summary>
internal sealed class PngDecoder
{
    public int Width { get; private set; }

    public int Height { get; private set; }

    public int Bits { get; private set; }

    public int Colour { get; private set; }

    public uint PixelsPerMetre { get; private set; }

    public List<string> Chunks { get; } = [];

    /// <summary>Row-major samples as stored: 16-bit ones big-endian.</summary>
    public byte[] Pixels { get; private set; } = [];

    public static PngDecoder Decode(byte[] file)
    {
        Assert.That(file[..8], Is.EqualTo(Convert.FromHexString("89504E470D0A1A0A")));
        var png = new PngDecoder();
        using var data = new MemoryStream();
        for (int at = 8; at < file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            string type = Encoding.ASCII.GetString(file, at + 4, 4);
            Span<byte> body = file.AsSpan(at + 8, length);
            Assert.That(BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + length)), Is.EqualTo(Crc(file.AsSpan(at + 4, length + 4))), $"CRC of {type}");
            png.Chunks.Add(type);
            switch (type)
            {
                case "IHDR":
                    (png.Width, png.Height) = (BinaryPrimitives.ReadInt32BigEndian(body), BinaryPrimitives.ReadInt32BigEndian(body[4..]));
                    (png.Bits, png.Colour) = (body[8], body[9]);
                    break;
                case "pHYs":
                    png.PixelsPerMetre = BinaryPrimitives.ReadUInt32BigEndian(body);
                    break;
                case "IDAT":
                    data.Write(body);
                    break;
            }

            at += 12 + length;
        }

        data.Position = 0;
        using var zlib = new ZLibStream(data, CompressionMode.Decompress);
        using var rows = new MemoryStream();
        zlib.CopyTo(rows);
        png.Unfilter(rows.ToArray());
        return png;
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint state = uint.MaxValue;
        foreach (byte b in bytes)
        {
            state ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                state = (state & 1) != 0 ? 0xEDB88320 ^ (state >> 1) : state >> 1;
            }
        }

        return ~state;
    }

    private void Unfilter(byte[] filtered)
    {
        int pixel = (Colour == 2 ? 3 : 1) * Bits / 8, row = Width * pixel;
        Assert.That(filtered, Has.Length.EqualTo(Height * (row + 1)));
        Pixels = new byte[Height * row];
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < row; x++)
            {
                int left = x < pixel ? 0 : Pixels[(y * row) + x - pixel], up = y == 0 ? 0 : Pixels[((y - 1) * row) + x];
                int predicted = filtered[y * (row + 1)] switch { 0 => 0, 1 => left, 2 => up, var f => throw new NotSupportedException($"filter {f}") };
                Pixels[(y * row) + x] = (byte)(filtered[(y * (row + 1)) + 1 + x] + predicted);
            }
        }
    }
}
