using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Core.Tests.Frames;

public sealed class PixelGridTests
{
    [Test]
    public void The_centre_of_a_pixel_lies_half_a_pixel_from_its_corner()
    {
        var grid = new PixelGrid(64, 32, 100);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(grid.CentreNm(0), Is.EqualTo(50));
            Assert.That(grid.CentreNm(63), Is.EqualTo(6350));
            Assert.That((grid.WidthNm, grid.HeightNm), Is.EqualTo((6400.0, 3200.0)));
            Assert.That(grid.PixelCount, Is.EqualTo(2048));
            Assert.That(grid.AreaUm2, Is.EqualTo(20.48).Within(1e-12));
        }
    }

    [TestCase(64, 100, 12.5, 512)]
    [TestCase(64, 100, 10, 640)]
    [TestCase(64, 100, 100, 64)]
    [TestCase(64, 108, 12.5, 553)]
    [TestCase(3, 0.1, 0.1, 3)]
    [TestCase(1, 100, 1000, 1)]
    public void A_finer_grid_covers_the_field_and_is_not_a_pixel_too_large(int width, double pixel, double finer, int expected)
    {
        PixelGrid grid = new PixelGrid(width, width, pixel).Resample(finer);
        Assert.That((grid.Width, grid.Height, grid.PixelSizeNm), Is.EqualTo((expected, expected, finer)));
        Assert.That(grid.WidthNm, Is.GreaterThanOrEqualTo((width * pixel) - (1e-5 * finer)).And.LessThan((width * pixel) + finer));
    }

    [Test]
    public void Impossible_pixel_sizes_are_refused([Values(0, -1, double.NaN, double.PositiveInfinity)] double size) =>
        Assert.That(() => new PixelGrid(4, 4, 100).Resample(size), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
