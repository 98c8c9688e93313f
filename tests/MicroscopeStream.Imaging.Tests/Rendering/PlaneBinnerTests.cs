using MicroscopeStream.Imaging.Rendering;

namespace MicroscopeStream.Imaging.Tests.Rendering;

public sealed class PlaneBinnerTests
{
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(7)]
    [TestCase(255)]
    public void Every_pixel_is_the_rounded_mean_of_what_it_covers(int factor)
    {
        const int Width = 301, Height = 277;
        byte[] plane = new byte[Width * Height];
        new Random(1).NextBytes(plane);
        var part = new PlanePart(13, 5, 271, 259, factor);
        ReadOnlySpan<byte> binned = new PlaneBinner().Bin(plane, Width, part).Span;
        int columns = (part.Width + factor - 1) / factor, rows = (part.Height + factor - 1) / factor;
        Assert.That(binned.Length, Is.EqualTo(columns * rows));
        for (int i = 0; i < binned.Length; i++)
        {
            int sum = 0, count = 0;
            for (int y = i / columns * factor; y < Math.Min(part.Height, ((i / columns) + 1) * factor); y++)
            {
                for (int x = i % columns * factor; x < Math.Min(part.Width, ((i % columns) + 1) * factor); x++, count++)
                {
                    sum += plane[((part.Top + y) * Width) + part.Left + x];
                }
            }

            Assert.That(binned[i], Is.EqualTo((byte)((sum + (count / 2)) / count)), $"pixel {i}");
        }
    }

    [Test]
    public void White_stays_white_at_the_largest_factor()
    {
        byte[] plane = new byte[PlaneBinner.LargestFactor * PlaneBinner.LargestFactor];
        plane.AsSpan().Fill(255);
        var part = new PlanePart(0, 0, PlaneBinner.LargestFactor, PlaneBinner.LargestFactor, PlaneBinner.LargestFactor);
        Assert.That(new PlaneBinner().Bin(plane, PlaneBinner.LargestFactor, part).ToArray(), Is.EqualTo(new byte[] { 255 }));
    }

    [TestCase(0, 0, 11, 10, 1)]
    [TestCase(1, 0, 10, 10, 1)]
    [TestCase(0, 1, 10, 10, 1)]
    [TestCase(-1, 0, 5, 5, 1)]
    [TestCase(0, 0, 10, 10, 0)]
    [TestCase(0, 0, 10, 10, 256)]
    public void A_part_that_is_not_within_the_plane_is_refused(int left, int top, int width, int height, int factor) =>
        Assert.That(() => new PlaneBinner().Bin(new byte[100], 10, new PlanePart(left, top, width, height, factor)), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
