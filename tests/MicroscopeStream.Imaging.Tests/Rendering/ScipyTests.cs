using System.Globalization;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Quality;
using MicroscopeStream.Imaging.Rendering;

namespace MicroscopeStream.Imaging.Tests.Rendering;

/// <summary>Rendering and scoring beside NumPy and SciPy.</summary>
[TestFixture]
public class ScipyTests
{
    private static readonly string[] Modules = ["numpy", "scipy"];

    [TestCase(0)]
    [TestCase(25)]
    public async Task Blurred_histogram_is_that_of_numpy_and_scipy(double sigmaNm)
    {
        var random = new Random(2);
        double[] positions = [.. Enumerable.Range(0, 20_000).Select(_ => random.NextDouble() * 6400)];
        positions[0] = positions[1] = 6400;
        positions[2] = positions[3] = 0;
        var renderer = new HistogramRenderer(new PixelGrid(512, 512, 12.5), sigmaNm);
        for (int i = 0; i < positions.Length; i += 2)
        {
            renderer.Add(new Localization { Frame = 0, X = positions[i], Y = positions[i + 1] });
        }

        using var folder = new TempFolder();
        await Python.RunAsync(Modules, "render.py", "histogram", folder.Write("xy", positions), "512", "6400", Text(sigmaNm / 12.5), folder["out"]);

        Assert.That(LargestDifference(renderer.Snapshot().Pixels, folder.Read("out")), Is.LessThan(1e-6));
    }

    [TestCase(40, 30, 0.4)]
    [TestCase(40, 30, 3.7)]
    [TestCase(5, 3, 6)]
    [TestCase(1, 9, 2)]
    public async Task Blur_is_that_of_scipy_even_when_wider_than_the_image(int width, int height, double sigma)
    {
        var random = new Random(3);
        float[] image = [.. Enumerable.Range(0, width * height).Select(_ => random.NextSingle() * 100)], blurred = new float[image.Length];
        new GaussianBlur(sigma).Apply(image, blurred, width, height);

        using var folder = new TempFolder();
        await Python.RunAsync(Modules, "render.py", "blur", folder.Write("in", image), Text(width), Text(height), Text(sigma), folder["out"]);

        Assert.That(LargestDifference(blurred, folder.Read("out")), Is.LessThan(2e-5));
    }

    [Test]
    public async Task Psnr_and_pearson_are_those_of_numpy()
    {
        var random = new Random(4);
        float[] reference = [.. Enumerable.Range(0, 4000).Select(_ => random.NextSingle() * 1000)];
        float[] image = [.. reference.Select(v => 300 - (0.02f * v) + random.NextSingle())];

        using var folder = new TempFolder();
        string[] theirs = (await Python.RunAsync(Modules, "render.py", "compare", folder.Write("a", image), folder.Write("b", reference))).Split(' ');

        Assert.That(ImageComparison.AffinePsnr(image, reference), Is.EqualTo(double.Parse(theirs[0], CultureInfo.InvariantCulture)).Within(1e-6));
        Assert.That(ImageComparison.Pearson(image, reference), Is.EqualTo(double.Parse(theirs[1], CultureInfo.InvariantCulture)).Within(1e-9));
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static double LargestDifference(float[] a, float[] b)
    {
        Assert.That(a, Has.Length.EqualTo(b.Length));
        return a.Zip(b, (x, y) => Math.Abs((double)x - y)).Max();
    }
}
