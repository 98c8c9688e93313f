using System.Globalization;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Tiff;

namespace MicroscopeStream.Imaging.Tests.Tiff;

/// <summary>Files that other people's writers make (tifffile, and libtiff through Pillow), read by ours.</summary>
[TestFixture]
public class TifffileTests
{
    [Test]
    public async Task Every_file_of_tifffile_and_libtiff_gives_the_pixels_axes_and_pixel_size_that_were_put_in()
    {
        string folder = Directory.CreateTempSubdirectory("mstream-tiff-").FullName;
        try
        {
            string list = await Python.RunAsync(["numpy", "tifffile", "PIL"], "write_tiff_samples.py", folder);
            string[] lines = list.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.That(lines, Has.Length.GreaterThan(100));
            Assert.Multiple(() =>
            {
                foreach (string line in lines)
                {
                    Check(folder, line.Split(' '));
                }
            });
            TestContext.Out.WriteLine($"{lines.Length} files");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Check(string folder, string[] fields)
    {
        (string name, string width, string height, string type, string pages, string nm, string axes) =
            (fields[0], fields[1], fields[2], fields[3], fields[4], fields[5], fields[6]);
        try
        {
            using var reader = TiffReader.Open(Path.Combine(folder, name));
            Assert.That((reader.Width, reader.Height, reader.PixelType, reader.PageCount), Is.EqualTo(
                (Int(width), Int(height), Enum.Parse<PixelType>(type), Int(pages))), name);
            Assert.That(reader.Warnings, Is.Empty, name);
            Assert.That(reader.PixelSizeNm, nm == "-" ? Is.Null : Is.EqualTo(Int(nm)).Within(1e-6), name);
            byte[] expected = File.ReadAllBytes(Path.Combine(folder, name + ".bin")), page = new byte[reader.BytesPerPage];
            string[] where = axes.Split(',');
            for (int i = 0; i < reader.PageCount; i++)
            {
                reader.ReadPage(i, page);
                Assert.That(page.AsSpan().SequenceEqual(expected.AsSpan(i * page.Length, page.Length)), $"{name}: pixels of page {i}");
                if (axes != "-")
                {
                    TiffPageAxes at = reader.Axes(i);
                    Assert.That($"{at.Channel}.{at.Slice}.{at.Time}", Is.EqualTo(where[i]), $"{name}: axes of page {i}");
                }
            }
        }
        catch (TiffFormatException e)
        {
            Assert.Fail($"{name}: {e.Message}");
        }
    }

    private static int Int(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
