using MicroscopeStream.Imaging.Colour;

namespace MicroscopeStream.Imaging.Tests.Colour;

[TestFixture]
public class ScaleBarTests
{
    [TestCase(6400, 1000, "1 µm")]
    [TestCase(3000, 500, "500 nm")]
    [TestCase(100_000, 20_000, "20 µm")]
    [TestCase(80, 20, "20 nm")]
    [TestCase(9e6, 2e6, "2 mm")]
    [TestCase(3.1, 0.5, "0.5 nm")]
    public void Length_is_the_longest_round_one_within_a_quarter(double widthNm, double lengthNm, string label)
    {
        Assert.That(ScaleBar.RoundLengthNm(widthNm), Is.EqualTo(lengthNm).Within(1e-9));
        Assert.That(ScaleBar.Label(lengthNm), Is.EqualTo(label));
    }

    [Test]
    public void Bar_has_its_length_in_pixels_and_stays_inside([Values(64, 256, 512, 1000)] int size, [Values(12.5, 100, 65.3)] double pixelSizeNm)
    {
        var image = new RgbImage(size, size);
        double length = ScaleBar.Burn(image, pixelSizeNm, new Rgb(1, 2, 3));

        int[] inked = [.. Enumerable.Range(0, size * size).Where(i => image.Pixels[3 * i] == 1)];
        int bottom = inked.Max(i => i / size);
        Assert.That(inked.Count(i => i / size == bottom), Is.EqualTo((int)Math.Round(length / pixelSizeNm)));
        Assert.That(bottom, Is.LessThan(size - 2));
        Assert.That(inked.Max(i => i % size), Is.LessThan(size - 1));
        Assert.That(inked.Min(i => i / size), Is.LessThan(bottom - 6), "there is a label above the bar");
    }

    [Test]
    public void Tiny_image_survives()
    {
        var image = new RgbImage(3, 2);
        Assert.That(() => ScaleBar.Burn(image, 100), Throws.Nothing);
        Assert.That(() => ScaleBar.Burn(image, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Side_by_side_enlarges_the_lower_one_and_keeps_every_pixel()
    {
        var left = new RgbImage(2, 2);
        left.Fill(1, 0, 1, 1, new Rgb(10, 20, 30));
        var right = new RgbImage(5, 8);
        right.Fill(0, 0, 5, 8, new Rgb(7, 7, 7));

        RgbImage both = SideBySide.Compose(left, right, gap: 3);

        Assert.That((both.Width, both.Height), Is.EqualTo((8 + 3 + 5, 8)));
        Assert.That(At(both, 3, 0), Is.EqualTo(default(Rgb)));
        Assert.That(At(both, 4, 3), Is.EqualTo(new Rgb(10, 20, 30)));
        Assert.That(At(both, 7, 4), Is.EqualTo(default(Rgb)));
        Assert.That(At(both, 9, 5), Is.EqualTo(Rgb.White));
        Assert.That(At(both, 11, 7), Is.EqualTo(new Rgb(7, 7, 7)));
        Assert.That(At(SideBySide.Enlarge(left, 4), 4, 3), Is.EqualTo(new Rgb(10, 20, 30)));
    }

    private static Rgb At(RgbImage image, int x, int y)
    {
        int at = 3 * ((y * image.Width) + x);
        return new Rgb(image.Pixels[at], image.Pixels[at + 1], image.Pixels[at + 2]);
    }
}
