using MicroscopeStream.Imaging.Quality;

namespace MicroscopeStream.Imaging.Tests.Quality;

[TestFixture]
public class ImageComparisonTests
{
    [Test]
    public void Images_that_differ_by_scale_and_offset_are_the_same()
    {
        float[] reference = [.. Enumerable.Range(0, 100).Select(i => (float)((i * i) % 37))];
        float[] image = [.. reference.Select(v => (v * 4) - 16)];

        Assert.That(ImageComparison.Pearson(image, reference), Is.EqualTo(1).Within(1e-12));
        Assert.That(ImageComparison.Pearson([.. image.Select(v => -v)], reference), Is.EqualTo(-1).Within(1e-12));
        Assert.That(ImageComparison.AffinePsnr(image, reference), Is.GreaterThan(250));
    }

    [Test]
    public void Psnr_of_a_known_rest()
    {
        // ±1 on top of 0 and 100, balanced so that it is uncorrelated with the reference: the best fit is the identity.
        float[] reference = [0, 0, 100, 100], image = [1, -1, 101, 99];
        double slope = 10000.0 / 10004, rest = 2500 - (2500 * slope);

        Assert.That(ImageComparison.AffinePsnr(image, reference), Is.EqualTo(10 * Math.Log10(10000 / rest)).Within(1e-9));
        Assert.That(ImageComparison.Pearson(image, reference), Is.EqualTo(Math.Sqrt(slope)).Within(1e-12));
    }

    [Test]
    public void Constant_image_explains_nothing()
    {
        float[] reference = [0, 10];
        Assert.That(ImageComparison.Pearson([3, 3], reference), Is.NaN);
        Assert.That(ImageComparison.AffinePsnr([3, 3], reference), Is.EqualTo(20 * Math.Log10(10 / 5.0)).Within(1e-9));
    }

    [Test]
    public void Images_of_different_size_are_refused()
    {
        Assert.That(() => ImageComparison.Pearson(new float[2], new float[3]), Throws.ArgumentException);
        Assert.That(() => ImageComparison.AffinePsnr([], []), Throws.ArgumentException);
    }
}
