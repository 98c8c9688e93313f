using System.IO.Compression;
using MicroscopeStream.Imaging.Tiff;

namespace MicroscopeStream.Imaging.Tests.Tiff;

/// <summary>Random bytes in random places: a file reads, or an error says why; nothing else may happen.</summary>
[TestFixture]
public class TiffMutationTests
{
    private const int Rounds = 6000;

    // Largest page that 1040-fold expansion of these files could claim, and a little.
    private const int LargestPage = 8_000_000;

    [Test]
    public void Mutated_files_read_or_say_why([Range(0, 5)] int kind)
    {
        byte[] good = Sample(kind);
        Assert.That(TryRead(good), Is.True, "the sample itself");
        var random = new Random(1000 + kind);
        int read = 0, refused = 0;
        for (int round = 0; round < Rounds; round++)
        {
            byte[] bytes = [.. good];
            int mutations = 1 + random.Next(4);
            for (int m = 0; m < mutations; m++)
            {
                // Interesting values reach the corners of arithmetic; plain random ones everything else.
                int at = random.Next(bytes.Length), length = random.Next(1, 5);
                byte value = random.Next(3) switch { 0 => (byte)0xFF, 1 => (byte)0, _ => (byte)random.Next(256) };
                bytes.AsSpan(at, Math.Min(length, bytes.Length - at)).Fill(value);
            }

            if (random.Next(4) == 0)
            {
                bytes = bytes[..random.Next(bytes.Length)];
            }

            if (TryRead(bytes))
            {
                read++;
            }
            else
            {
                refused++;
            }
        }

        TestContext.Out.WriteLine($"{read} read, {refused} refused");
        Assert.That(read, Is.Positive);
        Assert.That(refused, Is.Positive);
    }

    private static bool TryRead(byte[] bytes)
    {
        try
        {
            using var reader = TiffReader.Open(new MemoryStream(bytes));
            Assert.That(reader.BytesPerPage, Is.LessThan(LargestPage));
            var page = new byte[reader.BytesPerPage];
            for (int i = 0; i < Math.Min(reader.PageCount, 20); i++)
            {
                _ = reader.Axes(i);
                reader.ReadPage(i, page);
            }

            return true;
        }
        catch (TiffFormatException e)
        {
            Assert.That(e.Message, Does.StartWith("TIFF"));
            Assert.That(e.Remedy, Is.Not.Empty);
            return false;
        }
    }

    private static byte[] Sample(int kind)
    {
        byte[] pixels = [.. Enumerable.Range(0, 32 * 16).Select(i => (byte)(i * i / 31))];
        byte[] packed = Zlib(pixels);
        const string ImageJ = "ImageJ=1.53t\nimages=6\nchannels=2\nframes=3\nunit=um\n";
        const string Ome = "<OME><Image><Pixels DimensionOrder=\"XYCZT\" SizeC=\"2\" SizeZ=\"1\" SizeT=\"3\" PhysicalSizeX=\"0.1\"><TiffData IFD=\"0\" PlaneCount=\"6\"/></Pixels></Image></OME>";
        var file = new TiffBytes(bigEndian: kind % 2 == 1, bigTiff: kind >= 3);
        for (int i = 0; i < (kind == 1 ? 1 : 3); i++)
        {
            _ = kind switch
            {
                0 => file.Gray(16, 16, 16, 8, [packed], predictor: 2, description: i == 0 ? ImageJ : null),
                1 => file.Gray(32, 16, 8, 1, [[.. Enumerable.Repeat(pixels, 6).SelectMany(p => p)]], description: ImageJ, more: (279, TiffBytes.Long, [512])),
                2 => file.Gray(32, 16, 8, 5, [LzwEncoder.Encode(pixels[..256]), LzwEncoder.Encode(pixels[256..])], rowsPerStrip: 8),
                3 => file.Gray(8, 16, 32, 8, [packed], format: 3, predictor: 3, description: i == 0 ? Ome : null),
                4 => file.Gray(30, 14, 8, 32946, [Zlib(pixels[..256]), Zlib(pixels[256..])], tile: (16, 16), description: i == 0 ? Ome : null),
                _ => file.Gray(32, 16, 8, 32773, [[.. Enumerable.Range(0, 16).SelectMany(y => (byte[])[31, .. pixels[(32 * y)..(32 * (y + 1))]])]], description: i == 0 ? ImageJ : null),
            };
        }

        return file.ToArray();
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
