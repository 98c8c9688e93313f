using System.Runtime.InteropServices;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Colour;
using MicroscopeStream.Imaging.Rendering;

namespace MicroscopeStream.Imaging.Tests.Rendering;

[TestFixture]
public class PreviewConverterTests
{
    [TestCase(PixelType.UInt8)]
    [TestCase(PixelType.UInt16)]
    public void Codes_map_back_to_intensities_within_half_a_step(PixelType type)
    {
        var random = new Random(1);
        var grid = new PixelGrid(20, 10, 25);
        float[] image = [.. Enumerable.Range(0, 200).Select(_ => (random.NextSingle() * 1000) - 100)];
        var converter = new PreviewConverter(64, type);
        var plane = new byte[200 * type.BytesPerPixel()];

        Preview preview = converter.Convert(image, grid, plane, new DisplayRange(-100, 900));

        Assert.That((preview.Grid, preview.Bin, preview.Bytes), Is.EqualTo((grid, 1, plane.Length)));
        double half = 1000.0 / preview.MaxCode / 2;
        for (int i = 0; i < image.Length; i++)
        {
            int code = type == PixelType.UInt8 ? plane[i] : MemoryMarshal.Cast<byte, ushort>(plane)[i];
            Assert.That(preview.Intensity(code), Is.EqualTo(image[i]).Within(half * 1.001));
        }
    }

    [Test]
    public void Image_beyond_the_largest_size_is_binned_by_means()
    {
        // 5 × 3 at most 2 wide: bins of 3, the second column of bins only 2 wide.
        float[] image = [1, 2, 3, 40, 50, 4, 5, 6, 60, 70, 7, 8, 9, 80, 90];
        var plane = new byte[2];

        Preview preview = new PreviewConverter(2).Convert(image, new PixelGrid(5, 3, 10), plane, new DisplayRange(0, 255));

        Assert.That((preview.Grid, preview.Bin), Is.EqualTo((new PixelGrid(2, 1, 30), 3)));
        Assert.That(plane, Is.EqualTo(new byte[] { 5, 65 }));
    }

    [Test]
    public void Automatic_range_shows_a_rendered_image_from_nothing_on_and_a_camera_frame_from_its_darkest()
    {
        float[] rendered = new float[10_000];
        for (int i = 0; i < 100; i++)
        {
            rendered[i * 97] = 1 + i;
        }

        float[] camera = [.. Enumerable.Range(0, 10_000).Select(i => 500f + (i % 100))];
        var converter = new PreviewConverter(100);
        var plane = new byte[10_000];

        DisplayRange range = converter.Convert(rendered, new PixelGrid(100, 100, 10), plane).Range;
        Assert.That(range.Min, Is.Zero);
        Assert.That(range.Max, Is.InRange(99, 100));
        range = converter.Convert(camera, new PixelGrid(100, 100, 10), plane).Range;
        Assert.That(range.Min, Is.InRange(499, 501));
        Assert.That(range.Max, Is.InRange(598, 600));
    }

    [Test]
    public void Empty_image_and_pixels_that_are_no_numbers_are_dark()
    {
        var plane = new byte[4];
        new PreviewConverter(8).Convert([float.NaN, 0, 0, 0], new PixelGrid(2, 2, 10), plane);
        Assert.That(plane, Is.All.Zero);
    }

    [Test]
    public void Steady_preview_allocates_nothing()
    {
        var random = new Random(2);
        var grid = new PixelGrid(300, 300, 10);
        float[] image = [.. Enumerable.Range(0, grid.PixelCount).Select(_ => random.NextSingle())];
        var converter = new PreviewConverter(128);
        var plane = new byte[converter.PlaneOf(grid).PixelCount];
        converter.Convert(image, grid, plane);

        long before = GC.GetAllocatedBytesForCurrentThread();
        converter.Convert(image, grid, plane);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Impossible_values_are_refused()
    {
        Assert.That(() => new PreviewConverter(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new PreviewConverter(8, PixelType.Float32), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new PreviewConverter(8).Convert(new float[4], new PixelGrid(2, 2, 10), new byte[3]), Throws.ArgumentException);
    }

    [Test]
    public void Widefield_is_the_mean_of_its_frames()
    {
        var widefield = new WidefieldAccumulator(new PixelGrid(2, 1, 100));
        Assert.That(widefield.Snapshot().Pixels, Is.All.Zero);
        widefield.Add([1, -2]);
        widefield.Add([3, 1e6f]);
        SuperResolvedImage mean = widefield.Snapshot();

        Assert.That((widefield.Frames, mean[0, 0], mean[0, 1]), Is.EqualTo((2, 2f, 499_999f)));
        Assert.That(() => widefield.Add(new float[3]), Throws.ArgumentException);
    }
}
