using FsCheck;
using FsCheck.Fluent;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Tiff;

namespace MicroscopeStream.Imaging.Tests.Tiff;

[TestFixture]
public class TiffWriterTests
{
    [Test]
    public void What_is_written_is_read(
        [Values(PixelType.UInt8, PixelType.UInt12, PixelType.UInt16, PixelType.Float32)] PixelType type,
        [Values(TiffCompression.None, TiffCompression.Deflate)] TiffCompression compression, [Values] TiffSize size)
    {
        var sizes = from width in Gen.Choose(1, 40) from height in Gen.Choose(1, 30) from pages in Gen.Choose(1, 5) from seed in Gen.Choose(0, 1000) select (width, height, pages, seed);
        Prop.ForAll(sizes.ToArbitrary(), shape =>
        {
            var options = new TiffWriterOptions
            {
                Width = shape.width,
                Height = shape.height,
                PixelType = type,
                Compression = compression,
                Size = size,
                ExpectedPages = shape.pages,
                PixelSizeNm = 10 + (shape.seed * 0.37),
            };
            byte[][] pages = Pages(options, shape.pages, shape.seed);
            using var stream = new MemoryStream();
            Write(stream, options, pages);
            using var reader = TiffReader.Open(stream);
            return reader.PageCount == shape.pages && (reader.Width, reader.Height) == (shape.width, shape.height)
                && reader.PixelType == (type == PixelType.UInt12 ? PixelType.UInt16 : type) && reader.IsBigTiff == (size == TiffSize.BigTiff)
                && Math.Abs((reader.PixelSizeNm ?? 0) / options.PixelSizeNm.Value - 1) < 1e-7
                && reader.Warnings.Count == 0 && pages.Select((p, i) => (p, i)).All(page => Read(reader, page.i).SequenceEqual(page.p));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(25).WithReplay(7, 1));
    }

    [Test]
    public void Axes_and_pixel_size_come_back()
    {
        var options = new TiffWriterOptions { Width = 4, Height = 3, PixelType = PixelType.UInt16, PixelSizeNm = 12.5, Channels = 2, Slices = 3, FrameIntervalMs = 33.5, DisplayRange = (1, 1000) };
        using var stream = new MemoryStream();
        Write(stream, options, Pages(options, 24, 1));
        using var reader = TiffReader.Open(stream);

        Assert.That((reader.Channels, reader.Slices, reader.TimePoints), Is.EqualTo((2, 3, 4)));
        Assert.That(reader.Axes(23), Is.EqualTo(new TiffPageAxes(1, 2, 3, -1)));
        Assert.That(reader.PixelSizeNm, Is.EqualTo(12.5));
        Assert.That(reader.Description, Does.Contain("finterval=0.0335").And.Contain("min=1\nmax=1000"));
    }

    [Test]
    public void Pages_that_fill_no_whole_time_point_make_a_plain_stack()
    {
        var options = new TiffWriterOptions { Width = 4, Height = 3, PixelType = PixelType.UInt8, Channels = 2, Slices = 3 };
        using var stream = new MemoryStream();
        Write(stream, options, Pages(options, 7, 1));
        using var reader = TiffReader.Open(stream);

        Assert.That((reader.PageCount, reader.Channels, reader.Slices), Is.EqualTo((7, 1, 1)));
        Assert.That(reader.Description, Does.Not.Contain("hyperstack"));
    }

    [Test]
    public void Pages_beyond_4_GB_are_read_in_ImageJs_one_directory_form()
    {
        var options = new TiffWriterOptions { Width = 2048, Height = 1024, PixelType = PixelType.UInt16, PixelSizeNm = 100 };
        using var stream = new SparseStream();
        var page = new byte[2048 * 1024 * 2];
        using (var writer = new TiffWriter(stream, options, leaveOpen: true))
        {
            for (int i = 0; i < 1030; i++)
            {
                page[100] = (byte)i;
                page[^1] = (byte)(i / 256);
                writer.WritePage<byte>(page);
            }
        }

        using var reader = TiffReader.Open(stream);
        Assert.That(stream.Length, Is.GreaterThan(uint.MaxValue));
        Assert.That((reader.PageCount, reader.IsBigTiff, reader.PixelSizeNm), Is.EqualTo((1030, false, 100.0)));
        reader.ReadPage(1029, page);
        Assert.That((page[100], page[101], page[^1]), Is.EqualTo((1029 % 256, 0, 4)));
        Assert.That(reader.Axes(1029).Time, Is.EqualTo(1029));
    }

    [Test]
    public void A_program_that_ends_leaves_the_pages_up_to_the_last_flush()
    {
        var options = new TiffWriterOptions { Width = 4, Height = 3, PixelType = PixelType.UInt16 };
        byte[][] pages = Pages(options, 5, 2);
        using var stream = new MemoryStream();
        var writer = new TiffWriter(stream, options, leaveOpen: true);
        foreach (byte[] page in pages[..4])
        {
            writer.WritePage<byte>(page);
        }

        writer.Flush();
        writer.WritePage<byte>(pages[4]);

        using var reader = TiffReader.Open(new MemoryStream(stream.ToArray()));
        Assert.That(reader.PageCount, Is.EqualTo(4));
        Assert.That(Read(reader, 3), Is.EqualTo(pages[3]));
    }

    [Test]
    public void Compressed_pages_of_unknown_number_get_64_bit_offsets()
    {
        var options = new TiffWriterOptions { Width = 4, Height = 3, PixelType = PixelType.UInt8, Compression = TiffCompression.Deflate };
        using var stream = new MemoryStream();
        Write(stream, options, Pages(options, 2, 3));

        Assert.That(TiffReader.Open(stream).IsBigTiff, Is.True);
    }

    [Test]
    public void File_without_pages_says_so()
    {
        using var stream = new MemoryStream();
        Write(stream, new TiffWriterOptions { Width = 4, Height = 3, PixelType = PixelType.UInt8 }, []);

        Assert.That(() => TiffReader.Open(stream), Throws.InstanceOf<TiffFormatException>().With.Message.Contains("no page"));
    }

    [Test]
    public void Wrong_use_is_refused()
    {
        var options = new TiffWriterOptions { Width = 4, Height = 3, PixelType = PixelType.UInt16 };
        Assert.That(() => new TiffWriter(new MemoryStream(), options with { Width = 0 }), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new TiffWriter(new MemoryStream(), options with { PixelSizeNm = -1 }), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new TiffWriter(new MemoryStream(), options with { Compression = TiffCompression.Lzw }), Throws.InstanceOf<ArgumentOutOfRangeException>());
        using var writer = new TiffWriter(new MemoryStream(), options);
        Assert.That(() => writer.WritePage<byte>(new byte[23]), Throws.ArgumentException.With.Message.Contains("24 bytes"));
        writer.Dispose();
        Assert.That(() => writer.WritePage<byte>(new byte[24]), Throws.InstanceOf<ObjectDisposedException>());
    }

    internal static byte[][] Pages(TiffWriterOptions options, int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var page = new byte[options.Width * options.Height * options.PixelType.BytesPerPixel()];
            random.NextBytes(page);

            // Runs, so that compression has something to do.
            page.AsSpan(0, page.Length / 2).Fill((byte)random.Next(256));
            return page;
        })];
    }

    internal static void Write(Stream stream, TiffWriterOptions options, byte[][] pages)
    {
        using var writer = new TiffWriter(stream, options, leaveOpen: true);
        foreach (byte[] page in pages)
        {
            writer.WritePage<byte>(page);
        }
    }

    private static byte[] Read(TiffReader reader, int page)
    {
        var bytes = new byte[reader.BytesPerPage];
        reader.ReadPage(page, bytes);
        return bytes;
    }
}
