using MicroscopeStream.Imaging.Rendering;

namespace MicroscopeStream.Imaging.Tests.Rendering;

[TestFixture]
public class GaussianBlurTests
{
    [Test]
    public void Dot_becomes_the_kernel_and_keeps_its_sum()
    {
        var image = new float[21 * 21];
        image[(10 * 21) + 10] = 1;
        var blur = new GaussianBlur(2);
        blur.Apply(image, image, 21, 21);

        Assert.That(blur.Radius, Is.EqualTo(8));
        Assert.That(image.Sum(v => (double)v), Is.EqualTo(1).Within(1e-6));
        Assert.That(image[(10 * 21) + 12] / image[(10 * 21) + 10], Is.EqualTo(Math.Exp(-0.5)).Within(1e-6));
        Assert.That(image[(12 * 21) + 12] / image[(10 * 21) + 10], Is.EqualTo(Math.Exp(-1)).Within(1e-6));
    }

    [Test]
    public void Mirrored_edges_keep_a_constant_image_and_any_sum([Values(1, 4, 13)] int size)
    {
        var random = new Random(size);
        float[] image = [.. Enumerable.Range(0, size * size).Select(_ => random.NextSingle())], constant = [.. image.Select(_ => 7f)];
        double sum = image.Sum(v => (double)v);
        var blur = new GaussianBlur(2.5);
        blur.Apply(image, image, size, size);
        blur.Apply(constant, constant, size, size);

        Assert.That(image.Sum(v => (double)v), Is.EqualTo(sum).Within(1e-5 * sum));
        Assert.That(constant, Has.All.EqualTo(7f).Within(1e-5));
    }

    [Test]
    public void Impossible_values_are_refused()
    {
        Assert.That(() => new GaussianBlur(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new GaussianBlur(double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new GaussianBlur(1).Apply(new float[3], new float[4], 2, 2), Throws.ArgumentException);
    }
}
