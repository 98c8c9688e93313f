using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;

namespace MicroscopeStream.Core.Tests.Results;

public sealed class ResultTests
{
    [Test]
    public void What_a_localization_does_not_say_is_NaN()
    {
        var localization = new Localization { Frame = 1, X = 2, Y = 3 };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(localization.Z, Is.NaN);
            Assert.That(localization.Photons, Is.NaN);
            Assert.That(localization.SigmaX, Is.NaN);
            Assert.That(localization.LateralUncertainty, Is.NaN);
            Assert.That(localization.Probability, Is.EqualTo(1));
        }
    }

    [TestCase(6, 8, 7.0710678)]
    [TestCase(5, 5, 5)]
    public void Lateral_uncertainty_is_the_root_mean_square_of_both_axes(float x, float y, double expected) =>
        Assert.That(new Localization { Frame = 0, X = 0, Y = 0, SigmaX = x, SigmaY = y }.LateralUncertainty, Is.EqualTo(expected).Within(1e-6));

    [Test]
    public void An_image_is_indexed_by_row_then_column()
    {
        var image = new SuperResolvedImage(new PixelGrid(4, 3, 10));
        image[2, 1] = 5;
        Assert.That(Array.IndexOf(image.Pixels, 5f), Is.EqualTo((2 * 4) + 1));
    }

    [Test]
    public void An_image_wraps_pixels_that_fit_its_grid()
    {
        var pixels = new float[12];
        Assert.That(new SuperResolvedImage(new PixelGrid(4, 3, 10), pixels).Pixels, Is.SameAs(pixels));
        Assert.That(() => new SuperResolvedImage(new PixelGrid(4, 4, 10), pixels), Throws.ArgumentException.With.Message.Contains("4 × 4"));
        Assert.That(() => new SuperResolvedImage(new PixelGrid(0, 4, 10)), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new SuperResolvedImage(new PixelGrid(100_000, 100_000, 10)), Throws.InstanceOf<OverflowException>());
    }
}
