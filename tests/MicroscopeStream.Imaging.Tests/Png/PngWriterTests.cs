using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using MicroscopeStream.Imaging.Colour;
using MicroscopeStream.Imaging.Png;

namespace MicroscopeStream.Imaging.Tests.Png;

[TestFixture]
public class PngWriterTests
{
    [Test]
    public void Every_pixel_comes_back_in_every_kind()
    {
        var shapes = from width in Gen.Choose(1, 70) from height in Gen.Choose(1, 40) from seed in Gen.Choose(0, 1000) select (width, height, seed);
        Prop.ForAll(shapes.ToArbitrary(), s =>
        {
            var random = new Random(s.seed);
            byte[] gray = new byte[s.width * s.height], rgb = new byte[3 * s.width * s.height];
            random.NextBytes(gray);
            random.NextBytes(rgb);
            gray.AsSpan(0, gray.Length / 2).Fill(9);
            ushort[] deep = [.. gray.Select((v, i) => (ushort)((v * 256) + i))];
            PngDecoder a = Write(stream => PngWriter.WriteGray8(stream, s.width, s.height, gray));
            PngDecoder b = Write(stream => PngWriter.WriteGray16(stream, s.width, s.height, deep));
            PngDecoder c = Write(stream => PngWriter.WriteRgb(stream, s.width, s.height, rgb));
            return a.Pixels.SequenceEqual(gray) && c.Pixels.SequenceEqual(rgb)
                && deep.Select((v, i) => BinaryPrimitives.ReadUInt16BigEndian(b.Pixels.AsSpan(2 * i)) == v).All(same => same)
                && (a.Bits, a.Colour, b.Bits, b.Colour, c.Bits, c.Colour) == (8, 0, 16, 0, 8, 2) && (c.Width, c.Height) == (s.width, s.height);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(50).WithReplay(5, 1));
    }

    [Test]
    public void Large_image_is_cut_into_chunks_and_says_its_pixel_size()
    {
        var noise = new byte[500 * 600];
        new Random(1).NextBytes(noise);
        PngDecoder png = Write(stream => PngWriter.WriteGray8(stream, 500, 600, noise, pixelSizeNm: 12.5));

        Assert.That(png.Pixels, Is.EqualTo(noise));
        Assert.That(png.Chunks.Count(c => c == "IDAT"), Is.GreaterThanOrEqualTo(4));
        Assert.That((png.Chunks[0], png.Chunks[1], png.Chunks[^1]), Is.EqualTo(("IHDR", "pHYs", "IEND")));
        Assert.That(png.PixelsPerMetre, Is.EqualTo(80_000_000));
    }

    [Test]
    public void File_is_written()
    {
        using var folder = new TempFolder();
        var image = new RgbImage(3, 2);
        image.Fill(1, 0, 1, 2, new Rgb(255, 128, 0));
        PngWriter.Write(folder["a.png"], image);

        Assert.That(PngDecoder.Decode(File.ReadAllBytes(folder["a.png"])).Pixels, Is.EqualTo(image.Pixels));
    }

    [Test]
    public void Wrong_sizes_are_refused()
    {
        Assert.That(() => PngWriter.WriteGray8(Stream.Null, 2, 2, new byte[3]), Throws.ArgumentException.With.Message.Contains("2 × 2"));
        Assert.That(() => PngWriter.WriteRgb(Stream.Null, 0, 2, []), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static PngDecoder Write(Action<Stream> write)
    {
        using var stream = new MemoryStream();
        write(stream);
        return PngDecoder.Decode(stream.ToArray());
    }
}
