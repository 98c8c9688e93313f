using MicroscopeStream.Imaging.Resampling;

namespace MicroscopeStream.Imaging.Tests.Resampling;

public sealed class GridDoublerTests
{
    [Test]
    public void Waves_lie_where_they_were_on_a_grid_twice_as_fine()
    {
        const int width = 40, height = 31;
        float[] image = [.. Enumerable.Range(0, width * height).Select(i => (float)Wave(i % width, i / width))], fine = new float[4 * image.Length];
        new GridDoubler(width, height).Apply(image, fine);
        double worst = 0;
        for (int y = 8; y < (2 * height) - 8; y++)
        {
            for (int x = 8; x < (2 * width) - 8; x++)
            {
                // Fine pixel i lies at (i − ½)/2 pixels from the centre of the first one.
                worst = Math.Max(worst, Math.Abs(fine[(y * 2 * width) + x] - Wave((x - 0.5) / 2, (y - 0.5) / 2)));
            }
        }

        Assert.That(worst, Is.LessThan(0.02));

        static double Wave(double x, double y) => 3 + Math.Cos((0.5 * x) + (0.35 * y) + 0.3);
    }

    [TestCase(1, 1)]
    [TestCase(2, 5)]
    public void Even_images_stay_even_to_their_edges(int width, int height)
    {
        var fine = new float[4 * width * height];
        new GridDoubler(width, height).Apply(Enumerable.Repeat(7f, width * height).ToArray(), fine);
        Assert.That(fine, Is.All.EqualTo(7).Within(1e-5));
    }

    [Test]
    public void Other_sizes_are_refused()
    {
        Assert.That(() => new GridDoubler(0, 3), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new GridDoubler(4, 3).Apply(new float[12], new float[24]), Throws.ArgumentException);
    }
}
