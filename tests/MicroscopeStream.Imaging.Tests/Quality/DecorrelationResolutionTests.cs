using System.Globalization;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Quality;
using MicroscopeStream.Imaging.Rendering;

namespace MicroscopeStream.Imaging.Tests.Quality;

public sealed class DecorrelationResolutionTests
{
    [TestCase(256, 256, 1.5f, 5f)]
    [TestCase(300, 221, 2.5f, 20f)]
    [TestCase(128, 160, 1.0f, 1f)]
    public async Task It_agrees_with_the_definition_in_numpy(int width, int height, float sigma, float noise)
    {
        float[] image = Points(width, height, sigma, noise);
        using var folder = new TempFolder();
        string path = folder.Write("image.f32", image);
        string answer = await Python.RunAsync(["numpy"], "decorrelation.py", path, $"{width}", $"{height}", "50");
        double ours = new DecorrelationResolution(new PixelGrid(width, height, 50)).Estimate(image);
        Assert.That(ours, Is.EqualTo(double.Parse(answer, CultureInfo.InvariantCulture)).Within(1e-6));
    }

    [Test]
    public void A_wider_blur_is_a_coarser_resolution()
    {
        var grid = new PixelGrid(256, 256, 50);
        double[] resolutions = [.. new[] { 1f, 2f, 4f }.Select(sigma => new DecorrelationResolution(grid).Estimate(Points(256, 256, sigma, 3)))];
        Assert.That(resolutions, Is.Ordered.Ascending);
        Assert.That(resolutions[2], Is.GreaterThan(2 * resolutions[0]));
    }

    [Test]
    public void A_constant_image_has_no_resolution() =>
        Assert.That(new DecorrelationResolution(new PixelGrid(64, 64, 50)).Estimate(Enumerable.Repeat(3f, 64 * 64).ToArray()), Is.EqualTo(double.PositiveInfinity));

    [Test]
    public void An_image_of_another_size_is_refused() =>
        Assert.That(() => new DecorrelationResolution(new PixelGrid(64, 64, 50)).Estimate(new float[63 * 64]), Throws.ArgumentException.With.Message.Contains("64 × 64"));

    private static float[] Points(int width, int height, float sigma, float noise)
    {
        var random = new Random(5);
        var image = new float[width * height];
        for (int i = 0; i < image.Length / 60; i++)
        {
            image[random.Next(image.Length)] += 1000;
        }

        new GaussianBlur(sigma).Apply([.. image], image, width, height);
        for (int i = 0; i < image.Length; i++)
        {
            image[i] += noise * (random.NextSingle() - 0.5f);
        }

        return image;
    }
}
