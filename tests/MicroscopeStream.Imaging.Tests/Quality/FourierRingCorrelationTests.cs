using System.Globalization;
using System.Runtime.InteropServices;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Quality;

namespace MicroscopeStream.Imaging.Tests.Quality;

public sealed class FourierRingCorrelationTests
{
    [Test]
    public void An_image_agrees_with_itself_at_every_frequency()
    {
        var grid = new PixelGrid(64, 64, 10);
        float[] image = Noise(grid, 1);
        FrcCurve curve = new FourierRingCorrelation(grid).Correlate(image, image);
        Assert.That(curve.Correlation, Is.All.EqualTo(1).Within(1e-5));
        Assert.That(curve.Outcome, Is.EqualTo(FrcOutcome.FinerThanPixels));
        Assert.That(curve.ResolutionNm, Is.NaN);
    }

    [Test]
    public void Independent_noise_agrees_at_none()
    {
        var grid = new PixelGrid(256, 256, 10);
        FrcCurve curve = new FourierRingCorrelation(grid).Correlate(Noise(grid, 2), Noise(grid, 3));
        Assert.That(curve.Outcome, Is.EqualTo(FrcOutcome.NoAgreement));

        // A ring of 2πr coefficients, half of them independent; the window correlates neighbours a little more.
        Assert.That(curve.Correlation.Skip(20).Max(Math.Abs), Is.LessThan(0.25));
        Assert.That(curve.Correlation.Skip(20).Average(), Is.EqualTo(0).Within(0.02));
    }

    [Test]
    public void Scale_and_sign_of_intensity_do_as_they_should()
    {
        var grid = new PixelGrid(48, 80, 10);
        float[] image = Noise(grid, 4);
        FrcCurve curve = new FourierRingCorrelation(grid).Correlate(image, [.. image.Select(v => -7 * v)]);
        Assert.That(curve.Correlation, Is.All.EqualTo(-1).Within(1e-5));
        Assert.That(curve.FrequencyAt(23), Is.EqualTo(1.0 / 20).Within(1e-12));
    }

    [TestCase(128, 128)]
    [TestCase(120, 90)]
    public async Task NumPy_finds_the_same(int width, int height)
    {
        var grid = new PixelGrid(width, height, 10);
        float[] common = Noise(grid, 5), first = Noise(grid, 6), second = Noise(grid, 7);
        for (int i = 0; i < common.Length; i++)
        {
            (first[i], second[i]) = (first[i] + (2 * common[i]), second[i] + common[i]);
        }

        string folder = Directory.CreateTempSubdirectory("frc").FullName;
        try
        {
            string a = Path.Combine(folder, "a.f32"), b = Path.Combine(folder, "b.f32");
            await File.WriteAllBytesAsync(a, MemoryMarshal.AsBytes(first.AsSpan()).ToArray());
            await File.WriteAllBytesAsync(b, MemoryMarshal.AsBytes(second.AsSpan()).ToArray());
            string output = await Python.RunAsync(["numpy"], "frc.py", $"{width}", $"{height}", a, b);
            double[] expected = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => double.Parse(l, CultureInfo.InvariantCulture))];
            Assert.That(new FourierRingCorrelation(grid).Correlate(first, second).Correlation, Is.EqualTo(expected).Within(2e-4));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void Wrong_sizes_are_refused() =>
        Assert.That(
            () => new FourierRingCorrelation(new PixelGrid(32, 32, 10)).Correlate(new float[1024], new float[1000]),
            Throws.ArgumentException.With.Message.Contains("32 × 32"));

    private static float[] Noise(PixelGrid grid, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, grid.PixelCount).Select(_ => random.NextSingle() - 0.5f)];
    }
}
