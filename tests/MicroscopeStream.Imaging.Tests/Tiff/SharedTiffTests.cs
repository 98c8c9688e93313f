using System.Buffers.Binary;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Tiff;

namespace MicroscopeStream.Imaging.Tests.Tiff;

/// <summary>Microscopes' own files. The sums were taken with tifffile.</summary>
[TestFixture]
public class SharedTiffTests
{
    [TestCase("smlm/bundled-tubulins-hd/frames.tif", 64, 64, 361, 100.0, 223009869988L)]
    [TestCase("smlm/artificial-hd/frames.tif", 64, 64, 20, 100.0, 16403441318L)]
    [TestCase("smlm/tetrapod-experimental/01.tif", 492, 332, 1, null, 4161257494L)]
    [TestCase("sim/hexsim-mitochondria/raw.tiff", 512, 512, 7, null, 205136815448L)]
    [TestCase("sim/microtubules-low-high-light/high-light-raw.tif", 256, 256, 15, null, 388333301315L)]
    [TestCase("sim/microtubules-low-high-light/low-light-conventional-sim.tif", 256, 256, 1, null, 32876979944L)]
    public void File_reads_as_with_tifffile(string file, int width, int height, int pages, double? pixelSizeNm, long sum)
    {
        using var reader = TiffReader.Open(SharedData.PathOf(file));

        Assert.That((reader.Width, reader.Height, reader.PageCount, reader.PixelType), Is.EqualTo((width, height, pages, PixelType.UInt16)));
        Assert.That(reader.PixelSizeNm, Is.EqualTo(pixelSizeNm));
        Assert.That(reader.Warnings, Is.Empty);
        Assert.That(SumOfAllPages(reader), Is.EqualTo(sum));
    }

    private static long SumOfAllPages(TiffReader reader)
    {
        var page = new byte[reader.BytesPerPage];
        long sum = 0;
        for (int i = 0; i < reader.PageCount; i++)
        {
            reader.ReadPage(i, page);
            for (int k = 0; k < page.Length; k += 2)
            {
                // Weighted with the place, so that no two pixels can be exchanged unnoticed.
                sum += BinaryPrimitives.ReadUInt16LittleEndian(page.AsSpan(k)) * (long)(1 + (k / 2 % 997));
            }
        }

        return sum;
    }
}
