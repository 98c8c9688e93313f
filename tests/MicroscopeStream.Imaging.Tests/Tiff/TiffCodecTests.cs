using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using MicroscopeStream.Imaging.Tiff;

namespace MicroscopeStream.Imaging.Tests.Tiff;

/// <summary>Codes and predictors on bytes from their specifications.</summary>
[TestFixture]
public class TiffCodecTests
{
    [Test]
    public void PackBits_of_Apples_own_example()
    {
        byte[] packed = Convert.FromHexString("FEAA0280002AFDAA0380002A22F7AA");
        byte[] expected = Convert.FromHexString("AAAAAA80002AAAAAAAAA80002A22AAAAAAAAAAAAAAAAAAAA");

        Assert.That(Read(new TiffBytes().Gray(24, 1, 8, 32773, [packed])), Is.EqualTo(expected));
    }

    [Test]
    public void PackBits_skips_the_code_that_does_nothing() =>
        Assert.That(Read(new TiffBytes().Gray(3, 1, 8, 32773, [[0x80, 0xFE, 7]])), Is.EqualTo(new byte[] { 7, 7, 7 }));

    [Test]
    public void Lzw_of_the_specifications_example()
    {
        // TIFF 6.0, section 13: these pixels become the codes 256 7 258 8 8 258 6 6 257.
        byte[] pixels = [7, 7, 7, 8, 8, 7, 7, 6, 6];

        Assert.That(Read(new TiffBytes().Gray(9, 1, 8, 5, [Codes(256, 7, 258, 8, 8, 258, 6, 6, 257)])), Is.EqualTo(pixels));
    }

    [Test]
    public void Lzw_of_every_width_of_code([Values(1, 2, 4, 256)] int alphabet)
    {
        var random = new Random(alphabet);
        byte[] pixels = [.. Enumerable.Range(0, 20_000).Select(_ => (byte)random.Next(alphabet))];

        Assert.That(Read(new TiffBytes().Gray(200, 100, 8, 5, [LzwEncoder.Encode(pixels)])), Is.EqualTo(pixels));
    }

    [TestCase(new[] { 256, 300, 257 }, "before it is defined")]
    [TestCase(new[] { 256, 7, 257 }, "unpacks to 1 bytes of 9")]
    public void Lzw_that_no_encoder_wrote_is_an_error_that_names_the_page(int[] codes, string problem) =>
        Assert.That(() => Read(new TiffBytes().Gray(9, 1, 8, 5, [Codes(codes)])),
            Throws.InstanceOf<TiffFormatException>().With.Message.Contains(problem).And.Property("Page").EqualTo(0));

    [TestCase(8)]
    [TestCase(32946)]
    public void Deflate_under_either_number(int compression)
    {
        byte[] pixels = [.. Enumerable.Range(0, 600).Select(i => (byte)(i / 7))];

        Assert.That(Read(new TiffBytes().Gray(30, 20, 8, compression, [Zlib(pixels[..300]), Zlib(pixels[300..])], rowsPerStrip: 10)), Is.EqualTo(pixels));
    }

    [Test]
    public void Deflate_that_is_damaged_is_an_error()
    {
        byte[] packed = Zlib(new byte[600]);
        packed[3] ^= 0xFF;

        Assert.That(() => Read(new TiffBytes().Gray(30, 20, 8, 8, [packed])), Throws.InstanceOf<TiffFormatException>());
    }

    [Test]
    public void Deflate_that_asks_for_a_dictionary_is_an_error() =>
        Assert.That(() => Read(new TiffBytes().Gray(30, 20, 8, 8, [[0x78, 0x20, 1, 2, 3, 4, 5, 6]])), Throws.InstanceOf<TiffFormatException>());

    [Test]
    public void Horizontal_predictor_on_16_bits_in_either_order([Values] bool bigEndian)
    {
        ushort[] values = [1000, 1010, 990, 65535, 3, 0, 0, 5];
        var differences = new byte[16];
        for (int i = 0; i < 8; i++)
        {
            ushort d = (ushort)(values[i] - (i % 4 == 0 ? 0 : values[i - 1]));
            Put(differences.AsSpan(2 * i), d, bigEndian);
        }

        byte[] page = Read(new TiffBytes(bigEndian).Gray(4, 2, 16, 8, [Zlib(differences)], predictor: 2));

        Assert.That(MemoryMarshal.Cast<byte, ushort>(page).ToArray(), Is.EqualTo(values));
    }

    [Test]
    public void Floating_point_predictor_in_either_order([Values] bool bigEndian)
    {
        float[] values = [1.5f, -2.25f, 1e-20f, 3e20f, float.NaN, 0];
        var rows = new List<byte>();
        foreach (float[] row in values.Chunk(3))
        {
            // Most significant bytes of the row first, whatever the file's order; then byte differences.
            var planes = new byte[12];
            for (int i = 0; i < 3; i++)
            {
                var word = new byte[4];
                BinaryPrimitives.WriteSingleBigEndian(word, row[i]);
                for (int b = 0; b < 4; b++)
                {
                    planes[(b * 3) + i] = word[b];
                }
            }

            rows.AddRange(planes.Select((v, i) => (byte)(v - (i == 0 ? 0 : planes[i - 1]))));
        }

        byte[] page = Read(new TiffBytes(bigEndian).Gray(3, 2, 32, 8, [Zlib([.. rows])], format: 3, predictor: 3));

        Assert.That(MemoryMarshal.Cast<byte, float>(page).ToArray(), Is.EqualTo(values));
    }

    [Test]
    public void Tiles_that_hang_over_the_edge([Values] bool bigEndian, [Values] bool bigTiff, [Values(1, 8)] int compression)
    {
        // 5 × 3 pixels in tiles of 4 × 2, the rest of the tiles filled with what must not be seen.
        ushort[,] image = { { 1, 2, 3, 4, 5 }, { 6, 7, 8, 9, 10 }, { 11, 12, 13, 14, 65535 } };
        var tiles = new List<byte[]>();
        for (int t = 0; t < 4; t++)
        {
            var tile = new byte[16];
            for (int i = 0; i < 8; i++)
            {
                int x = (t % 2 * 4) + (i % 4), y = (t / 2 * 2) + (i / 4);
                Put(tile.AsSpan(2 * i), x < 5 && y < 3 ? image[y, x] : (ushort)0xDEAD, bigEndian);
            }

            tiles.Add(compression == 8 ? Zlib(tile) : tile);
        }

        byte[] page = Read(new TiffBytes(bigEndian, bigTiff).Gray(5, 3, 16, compression, [.. tiles], tile: (4, 2)));

        Assert.That(MemoryMarshal.Cast<byte, ushort>(page).ToArray(), Is.EqualTo(image.Cast<ushort>()));
    }

    [Test]
    public void Strips_in_any_place_of_the_file()
    {
        var file = new TiffBytes();
        int second = file.Data(3, 4), gap = file.Data(9, 9, 9), first = file.Data(1, 2);

        byte[] page = Read(file.Gray(2, 2, 8, 1, [], rowsPerStrip: 1, more: [(273, TiffBytes.Short, [(ulong)first, (ulong)second]), (279, TiffBytes.Short, [2, 2])]));

        Assert.That(gap, Is.GreaterThan(second));
        Assert.That(page, Is.EqualTo(new byte[] { 1, 2, 3, 4 }));
    }

    private static byte[] Read(TiffBytes file)
    {
        using var reader = TiffReader.Open(file.ToStream());
        var page = new byte[reader.BytesPerPage];
        reader.ReadPage(0, page);
        return page;
    }

    private static void Put(Span<byte> at, ushort value, bool bigEndian)
    {
        if (bigEndian)
        {
            BinaryPrimitives.WriteUInt16BigEndian(at, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt16LittleEndian(at, value);
        }
    }

    private static byte[] Codes(params int[] codes)
    {
        string bits = string.Concat(codes.Select(c => Convert.ToString(c, 2).PadLeft(9, '0')));
        return [.. bits.Chunk(8).Select(b => Convert.ToByte(new string(b).PadRight(8, '0'), 2))];
    }

    private static byte[] Zlib(byte[] data)
    {
        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest))
        {
            zlib.Write(data);
        }

        return packed.ToArray();
    }
}
