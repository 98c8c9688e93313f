using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Tiff;

namespace MicroscopeStream.Imaging.Tests.Tiff;

/// <summary>What a file says of itself, and files that end, run in circles or change their mind.</summary>
[TestFixture]
public class TiffReaderTests
{
    private static readonly byte[] Four = [1, 2, 3, 4];

    [Test]
    public void ImageJ_hyperstack_gives_axes_and_pixel_size(
        [Values("\\u00B5m", "um", "micron", "µm", "\u03BCm")] string unit)
    {
        string description = $"ImageJ=1.53t\nimages=12\nchannels=2\nslices=3\nframes=2\nhyperstack=true\nunit={unit}\n";
        var file = new TiffBytes();
        for (int i = 0; i < 12; i++)
        {
            file.Gray(2, 2, 8, 1, [Four], description: i == 0 ? description : null, more: [(282, TiffBytes.Rational, [(8UL << 32) | 1]), (283, TiffBytes.Rational, [(4UL << 32) | 1])]);
        }

        using var reader = TiffReader.Open(file.ToStream());

        Assert.That(reader.PixelSizeNm, Is.EqualTo(125));
        Assert.That((reader.Channels, reader.Slices, reader.TimePoints), Is.EqualTo((2, 3, 2)));
        Assert.That(reader.Axes(0), Is.EqualTo(new TiffPageAxes(0, 0, 0, -1)));
        Assert.That(reader.Axes(1), Is.EqualTo(new TiffPageAxes(1, 0, 0, -1)));
        Assert.That(reader.Axes(11), Is.EqualTo(new TiffPageAxes(1, 2, 1, -1)));
        Assert.That(reader.Warnings, Has.Count.EqualTo(1).And.All.Contains("not square"));
    }

    [Test]
    public void ImageJ_one_directory_form_reads_the_pages_that_follow()
    {
        var file = new TiffBytes();
        byte[] pages = [.. Enumerable.Range(0, 12).Select(i => (byte)i)];
        file.Gray(2, 2, 8, 1, [pages], description: "ImageJ=1.53t\nimages=3\nframes=3\n", more: (279, TiffBytes.Long, [4]));

        using var reader = TiffReader.Open(file.ToStream());

        Assert.That(reader.PageCount, Is.EqualTo(3));
        Assert.That(Page(reader, 2), Is.EqualTo(new byte[] { 8, 9, 10, 11 }));
        Assert.That(reader.Axes(2), Is.EqualTo(new TiffPageAxes(0, -1, 2, -1)));
    }

    [Test]
    public void ImageJ_one_directory_form_that_was_cut_short_gives_its_whole_pages()
    {
        var file = new TiffBytes();
        file.Page((256, 3, [2]), (257, 3, [2]), (258, 3, [8]), (273, 4, [200]), (270, 2, [.. "ImageJ=1.53t\nimages=5\n\0".Select(c => (ulong)c)]));
        file.Data(new byte[200 + 11 - file.Length]);

        using var reader = TiffReader.Open(file.ToStream());

        Assert.That(reader.PageCount, Is.EqualTo(2));
        Assert.That(reader.Warnings, Has.Count.EqualTo(1).And.All.Contains("declares 5 images but holds 2"));
    }

    [Test]
    public void Ome_axes_follow_TiffData_and_dimension_order()
    {
        const string Xml = """
            <?xml version="1.0" encoding="UTF-8"?><!-- Warning -->
            <OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06" UUID="urn:uuid:1"><Image ID="Image:0">
            <Pixels DimensionOrder="XYZCT" SizeX="2" SizeY="2" SizeZ="2" SizeC="2" SizeT="1" Type="uint8" PhysicalSizeX="65" PhysicalSizeXUnit="nm">
            <TiffData IFD="1" FirstZ="1" FirstC="0" PlaneCount="2"><UUID FileName="a.tif">urn:uuid:1</UUID></TiffData>
            <TiffData IFD="0" FirstZ="1" FirstC="1"/>
            <TiffData IFD="0" PlaneCount="4"><UUID FileName="b.tif">urn:uuid:2</UUID></TiffData>
            </Pixels></Image></OME>
            """;
        var file = new TiffBytes();
        for (int i = 0; i < 4; i++)
        {
            file.Gray(2, 2, 8, 1, [Four], description: i == 0 ? Xml : null);
        }

        using var reader = TiffReader.Open(file.ToStream());

        Assert.That(reader.PixelSizeNm, Is.EqualTo(65));
        Assert.That(Enumerable.Range(0, 4).Select(reader.Axes), Is.EqualTo(new[]
        {
            new TiffPageAxes(1, 1, 0, -1), new TiffPageAxes(0, 1, 0, -1), new TiffPageAxes(1, 0, 0, -1), TiffPageAxes.Unknown,
        }));
    }

    [Test]
    public void Ome_images_of_one_size_are_positions()
    {
        const string Pixels = "<Image><Pixels DimensionOrder=\"XYCZT\" SizeC=\"1\" SizeZ=\"1\" SizeT=\"2\"><TiffData/></Pixels></Image>";
        var file = new TiffBytes();
        for (int i = 0; i < 4; i++)
        {
            file.Gray(2, 2, 8, 1, [Four], description: i == 0 ? $"<OME>{Pixels}{Pixels}</OME>" : null);
        }

        using var reader = TiffReader.Open(file.ToStream());

        Assert.That(reader.Axes(1), Is.EqualTo(new TiffPageAxes(0, 0, 1, 0)));
        Assert.That(reader.Axes(2), Is.EqualTo(new TiffPageAxes(0, 0, 0, 1)));
    }

    [Test]
    public void Ome_with_impossible_numbers_neither_crashes_nor_takes_long()
    {
        string data = string.Concat(Enumerable.Repeat("<TiffData IFD=\"0\" FirstC=\"2147483647\" FirstZ=\"2147483647\" PlaneCount=\"2147483647\"/>", 50_000));
        string xml = $"<OME><Image><Pixels DimensionOrder=\"TTTTTT\" SizeC=\"2147483647\" SizeZ=\"2147483647\" SizeT=\"2147483647\">{data}</Pixels></Image></OME>";
        var file = new TiffBytes();
        for (int i = 0; i < 200; i++)
        {
            file.Gray(2, 2, 8, 1, [Four], description: i == 0 ? xml : null);
        }

        using var reader = TiffReader.Open(file.ToStream());

        Assert.That(Enumerable.Range(0, 200).Select(reader.Axes), Has.All.Matches<TiffPageAxes>(a => a.Channel >= 0 && a.Slice >= -1 && a.Time >= -1));
        Assert.That(Page(reader, 199), Is.EqualTo(Four));
    }

    [TestCase("<OME><Image><Pixels SizeC=\"1\" PhysicalSizeX=\"0.1\" PhysicalSizeY=\"0.2\"/></Image></OME>", "not square (100 × 200 nm)")]
    [TestCase("<OME><Image>", "damaged")]
    [TestCase("<!DOCTYPE x [<!ENTITY a \"b\">]><OME>&a;</OME>", "damaged")]
    [TestCase("<OME><BinaryOnly MetadataFile=\"x.companion.ome\"/></OME>", "companion")]
    public void Ome_that_cannot_be_used_is_a_warning_and_the_pixels_are_read(string xml, string warning)
    {
        using var reader = TiffReader.Open(new TiffBytes().Gray(2, 2, 8, 1, [Four], description: xml).ToStream());

        Assert.That(reader.Warnings, Has.Count.EqualTo(1).And.All.Contains(warning));
        Assert.That(Page(reader, 0), Is.EqualTo(Four));
    }

    [TestCase(3, 100_000UL, 100.0)]
    [TestCase(2, 300UL, null)]
    [TestCase(2, 0UL, null)]
    [TestCase(1, 10UL, null)]
    public void Pixel_size_from_plain_resolution_only_where_a_microscope_could_have_it(int unit, ulong perUnit, double? nm)
    {
        using var reader = TiffReader.Open(new TiffBytes().Gray(
            2, 2, 8, 1, [Four], more: [(282, TiffBytes.Rational, [(perUnit << 32) | 1]), (283, TiffBytes.Rational, [(perUnit << 32) | 1]), (296, TiffBytes.Short, [(ulong)unit])]).ToStream());

        Assert.That(reader.PixelSizeNm, Is.EqualTo(nm));
    }

    [Test]
    public void Page_of_another_size_or_type_is_named_and_the_others_are_read()
    {
        TiffBytes file = new TiffBytes().Gray(2, 2, 8, 1, [Four]).Gray(4, 1, 8, 1, [Four]).Gray(2, 1, 16, 1, [Four]).Gray(2, 2, 8, 1, [Four]);

        using var reader = TiffReader.Open(file.ToStream());

        Assert.That(reader.PageCount, Is.EqualTo(4));
        Assert.That(() => Page(reader, 1), Throws.InstanceOf<TiffFormatException>().With.Message.Contains("TIFF page 1").And.Message.Contains("4 × 1"));
        Assert.That(() => Page(reader, 2), Throws.InstanceOf<TiffFormatException>().With.Message.Contains("UInt16"));
        Assert.That(Page(reader, 3), Is.EqualTo(Four));
    }

    [Test]
    public void Thumbnails_are_no_frames()
    {
        TiffBytes file = new TiffBytes().Gray(2, 2, 8, 1, [Four]).Gray(1, 1, 8, 1, [[9]], more: (254, TiffBytes.Long, [1])).Gray(2, 2, 8, 1, [[5, 6, 7, 8]]);

        using var reader = TiffReader.Open(file.ToStream());

        Assert.That(reader.PageCount, Is.EqualTo(2));
        Assert.That(Page(reader, 1), Is.EqualTo(new byte[] { 5, 6, 7, 8 }));
    }

    [Test]
    public void Pages_in_a_circle_are_read_once_with_a_warning()
    {
        var file = new TiffBytes();
        file.Gray(2, 2, 8, 1, [Four]);
        int first = BitConverter.ToInt32(file.ToArray(), 4);
        file.Gray(2, 2, 8, 1, [Four]).Link(first);

        using var reader = TiffReader.Open(file.ToStream());

        Assert.That(reader.PageCount, Is.EqualTo(2));
        Assert.That(reader.Warnings, Has.Count.EqualTo(1).And.All.Contains("circle"));
    }

    [Test]
    public void File_that_ends_within_a_page_gives_the_earlier_pages()
    {
        byte[] bytes = new TiffBytes().Gray(2, 2, 8, 1, [Four]).Gray(2, 2, 8, 1, [Four]).ToArray();
        int middle = new TiffBytes().Gray(2, 2, 8, 1, [Four]).Length;
        for (int length = middle; length < bytes.Length; length++)
        {
            using var reader = TiffReader.Open(new MemoryStream(bytes[..length]));

            Assert.That(Page(reader, 0), Is.EqualTo(Four), $"{length} bytes");
            Assert.That(reader.PageCount, Is.EqualTo(1));
            Assert.That(reader.Warnings, Has.Count.EqualTo(1).And.All.Contains("after page 0"));
        }
    }

    [Test]
    public void Pixels_beyond_the_end_are_an_error_of_that_page_alone()
    {
        var file = new TiffBytes();
        file.Gray(2, 2, 8, 1, [Four]).Gray(2, 2, 8, 1, [Four], more: (273, TiffBytes.Long, [100_000]));

        using var reader = TiffReader.Open(file.ToStream());

        Assert.That(Page(reader, 0), Is.EqualTo(Four));
        Assert.That(() => Page(reader, 1), Throws.InstanceOf<TiffFormatException>()
            .With.Property("Page").EqualTo(1).And.Property("Offset").EqualTo(100_000).And.Message.Contains("cut short"));
    }

    [TestCase("", "less than a TIFF header")]
    [TestCase("25504446 2D312E37 0A", "does not begin with II or MM")]
    [TestCase("49492B00 00000000", "43")]
    [TestCase("49492A00 00000000", "holds no page")]
    [TestCase("49492A00 00010000", "the file has 8")]
    [TestCase("49492A00 08000000 0000 00000000 0000000000000000000000000000", "0 entries")]
    public void What_is_no_tiff_is_said(string hex, string problem)
    {
        if (hex.StartsWith("49492B", StringComparison.Ordinal))
        {
            problem = "BigTIFF header";
        }

        Assert.That(() => TiffReader.Open(new MemoryStream(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)))),
            Throws.InstanceOf<TiffFormatException>().With.Message.Contains(problem));
    }

    [TestCase(259, 7UL, "compression 7")]
    [TestCase(258, 12UL, "12-bit")]
    [TestCase(339, 2UL, "signed")]
    [TestCase(277, 3UL, "3 samples")]
    [TestCase(266, 2UL, "low end")]
    [TestCase(256, 0UL, "0 pixels")]
    [TestCase(256, 60000UL, "is declared in a file of")]
    public void What_is_not_supported_names_tag_and_remedy(int tag, ulong value, string problem)
    {
        TiffBytes file = new TiffBytes().Gray(2, 2, 8, 1, [Four], more: (tag, TiffBytes.Short, [value]));

        Assert.That(() => TiffReader.Open(file.ToStream()), Throws.InstanceOf<TiffFormatException>()
            .With.Message.Contains(problem).And.Property("Tag").Not.Null.And.Property("Page").EqualTo(0).And.Property("Remedy").Not.Empty);
    }

    [Test]
    public void Huge_sizes_in_a_small_file_allocate_nothing_much()
    {
        TiffBytes file = new TiffBytes().Gray(2, 2, 8, 8, [Four], more: [(256, TiffBytes.Long, [40_000]), (257, TiffBytes.Long, [40_000])]);
        TiffBytes tiles = new TiffBytes().Gray(2, 2, 8, 8, [Four], tile: (16, 16), more: [(322, TiffBytes.Long, [40_000]), (323, TiffBytes.Long, [40_000])]);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(() => TiffReader.Open(file.ToStream()), Throws.InstanceOf<TiffFormatException>());
        Assert.That(() => TiffReader.Open(tiles.ToStream()), Throws.InstanceOf<TiffFormatException>());
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1_000_000));
    }

    [Test]
    public void Wrong_use_is_refused()
    {
        using var reader = TiffReader.Open(new TiffBytes().Gray(2, 2, 8, 1, [Four]).ToStream());
        Assert.That(() => reader.ReadPage(1, new byte[4]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => reader.ReadPage(-1, new byte[4]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => reader.ReadPage(0, new byte[3]), Throws.ArgumentException);
        Assert.That(() => reader.Axes(1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(reader.PixelType, Is.EqualTo(PixelType.UInt8));
    }

    private static byte[] Page(TiffReader reader, int page)
    {
        var bytes = new byte[reader.BytesPerPage];
        reader.ReadPage(page, bytes);
        return bytes;
    }
}
