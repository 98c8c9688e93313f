using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Colour;
using MicroscopeStream.Imaging.Rendering;

namespace MicroscopeStream.Imaging.Tests.Colour;

public sealed class DepthPictureTests
{
    [Test]
    public void The_bar_shows_the_least_depth_below_and_the_largest_on_top()
    {
        var picture = new RgbImage(200, 160);
        RgbImage wide = DepthBar.Append(picture, -500, 500);
        int column = 200 + 8 + 6, top = 8 + Caption.Height;
        Assert.That(wide.Height, Is.EqualTo(160));
        Assert.That(At(wide, column, top), Is.EqualTo(DepthPalette.At(1)));
        Assert.That(At(wide, column, 160 - 1 - top), Is.EqualTo(DepthPalette.At(0)));
        Assert.That(At(wide, column, top - 1), Is.EqualTo(new Rgb(0, 0, 0)));
        Assert.That(wide.Pixels.AsSpan(0, 600).ToArray(), Is.EqualTo(picture.Pixels.AsSpan(0, 600).ToArray()));
        Assert.That(() => DepthBar.Append(new RgbImage(3, 2), -1, 1), Throws.Nothing);
    }

    [Test]
    public void Nearly_all_light_lies_in_the_range_of_depths()
    {
        var renderer = new DepthRenderer(new PixelGrid(100, 100, 10), GaussianWidth.Constant(2));
        Assert.That(renderer.DepthRange(), Is.Null);
        var random = new Random(3);
        for (int i = 0; i < 2000; i++)
        {
            // A thousandth far away.
            double z = i % 1000 == 0 ? 4000 : -300 + (700 * random.NextDouble());
            renderer.Add(new Localization { Frame = 0, X = 5 + (10 * (i % 100)), Y = 5 + (10 * (i / 100 * 5)), Z = z });
        }

        (double low, double high) = renderer.DepthRange()!.Value;
        Assert.That(low, Is.EqualTo(-300).Within(25));
        Assert.That(high, Is.EqualTo(400).Within(25));
        Assert.That(renderer.DepthRange(0)!.Value.MaximumZNm, Is.EqualTo(4000).Within(50));
    }

    [Test]
    public void One_depth_is_a_range_too()
    {
        var renderer = new DepthRenderer(new PixelGrid(10, 10, 10), GaussianWidth.Constant(5));
        renderer.Add(new Localization { Frame = 0, X = 50, Y = 50, Z = 77 });
        (double low, double high) = renderer.DepthRange()!.Value;
        Assert.That((low, high), Is.EqualTo((77.0, 77.0)).Within(0.01));
    }

    [Test]
    public void Charts_put_points_where_they_belong()
    {
        var image = new RgbImage(300, 200);
        var chart = new Chart(image, (0, 0, 300, 200), (-100, 100), (0, 50));
        chart.Axes("z [nm]", "σ [nm]");
        var red = new Rgb(255, 0, 0);
        chart.Point(0, 25, red, 1);
        chart.Point(500, 25, red, 9);
        int[] inked = [.. Enumerable.Range(0, 300 * 200).Where(i => At(image, i % 300, i / 300) == red)];
        Assert.That(inked, Has.Length.EqualTo(1));
        Assert.That((inked[0] % 300, inked[0] / 300), Is.EqualTo((44 + 120, 22 + 73)));
        Assert.That(() => Caption.Draw(image, "Ω", 0, 0, red), Throws.ArgumentException);
        Assert.That(() => new Chart(image, (0, 0, 300, 200), (1, 1), (0, 1)), Throws.ArgumentException);
    }

    private static Rgb At(RgbImage image, int x, int y)
    {
        int at = 3 * ((y * image.Width) + x);
        return new Rgb(image.Pixels[at], image.Pixels[at + 1], image.Pixels[at + 2]);
    }
}
