using MicroscopeStream.Imaging.Fourier;
using MicroscopeStream.Imaging.Numerics;

namespace MicroscopeStream.Imaging.Tests.Fourier;

public sealed class RealFourierTransform2DTests
{
    private static readonly (int Width, int Height)[] Sizes =
        [(2, 1), (8, 8), (64, 32), (16, 64), (60, 45), (21, 26), (17, 34), (97, 12), (7, 13), (128, 9), (100, 250), (96, 75), (131, 127)];

    [Test]
    public void It_is_half_of_the_complex_transform([ValueSource(nameof(Sizes))] (int Width, int Height) size, [Values(1, 3)] int workers)
    {
        (int w, int h) = size;
        float[] image = Noise(w, h, 1);
        (float[] re, float[] im) = ([.. image], new float[w * h]);
        new FourierTransform2D(w, h).Forward(re, im);
        using var crew = new WorkCrew(workers);
        var transform = new RealFourierTransform2D(w, h, 0, crew);
        (float[] gotRe, float[] gotIm) = Spectrum(transform);
        transform.Forward(image, gotRe, gotIm);
        double scale = Math.Sqrt(w * h);
        for (int v = 0; v < h; v++)
        {
            for (int u = 0; u <= w / 2; u++)
            {
                Assert.That(gotRe[(v * transform.Stride) + u] / scale, Is.EqualTo(re[(v * w) + u] / scale).Within(2e-6), $"real part at ({u}, {v})");
                Assert.That(gotIm[(v * transform.Stride) + u] / scale, Is.EqualTo(im[(v * w) + u] / scale).Within(2e-6), $"imaginary part at ({u}, {v})");
            }
        }
    }

    [Test]
    public void The_inverse_leads_back([ValueSource(nameof(Sizes))] (int Width, int Height) size, [Values(1, 2)] int workers)
    {
        (int w, int h) = size;
        float[] image = Noise(w, h, 2), back = new float[w * h];
        using var crew = new WorkCrew(workers);
        var transform = new RealFourierTransform2D(w, h, 0, crew);
        (float[] re, float[] im) = Spectrum(transform);
        transform.Forward(image, re, im);
        transform.Inverse(re, im, back);
        Assert.That(back, Is.EqualTo(image).Within(3e-6f));
    }

    [Test]
    public void Columns_left_out_count_as_zero()
    {
        const int W = 90, H = 64, Kept = 20;
        float[] image = Noise(W, H, 3), low = new float[W * H], lowAgain = new float[W * H];
        var all = new RealFourierTransform2D(W, H);
        var some = new RealFourierTransform2D(W, H, Kept);
        (float[] re, float[] im) = Spectrum(all);
        all.Forward(image, re, im);
        for (int v = 0; v < H; v++)
        {
            re.AsSpan((v * all.Stride) + Kept, all.Columns - Kept).Clear();
            im.AsSpan((v * all.Stride) + Kept, all.Columns - Kept).Clear();
        }

        all.Inverse(re, im, low);
        (float[] someRe, float[] someIm) = Spectrum(some);
        some.Forward(image, someRe, someIm);
        some.Inverse(someRe, someIm, lowAgain);
        Assert.That(lowAgain, Is.EqualTo(low).Within(1e-6f));
    }

    [Test]
    public void It_agrees_with_numpy_on_a_plane_wave_of_known_phase()
    {
        const int W = 48, H = 30, U = 7, V = 25;
        var image = new float[W * H];
        for (int i = 0; i < image.Length; i++)
        {
            image[i] = (float)Math.Cos((2 * Math.PI * ((U * (i % W) / (double)W) + (V * (i / W) / (double)H))) + 0.7);
        }

        var transform = new RealFourierTransform2D(W, H);
        (float[] re, float[] im) = Spectrum(transform);
        transform.Forward(image, re, im);
        Assert.That(re[(V * transform.Stride) + U], Is.EqualTo(W * H / 2 * Math.Cos(0.7)).Within(1e-2));
        Assert.That(im[(V * transform.Stride) + U], Is.EqualTo(W * H / 2 * Math.Sin(0.7)).Within(1e-2));
    }

    [Test]
    public void A_transform_allocates_nothing([Values(1, 2)] int workers)
    {
        float[] image = Noise(96, 64, 6);
        using var crew = new WorkCrew(workers);
        var transform = new RealFourierTransform2D(96, 64, 0, crew);
        (float[] re, float[] im) = Spectrum(transform);
        transform.Forward(image, re, im);
        long before = GC.GetAllocatedBytesForCurrentThread();
        transform.Forward(image, re, im);
        transform.Inverse(re, im, image);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Planes_of_another_size_are_refused() =>
        Assert.That(() => new RealFourierTransform2D(8, 8).Forward(new float[64], new float[64], new float[63]), Throws.ArgumentException.With.Message.Contains("8 × 8"));

    [TestCase(512)]
    [TestCase(768)]
    [TestCase(1024)]
    [Explicit("Measures time")]
    public void Speed(int n)
    {
        float[] image = Noise(n, n, 5);
        foreach (int workers in new[] { 1, 2 })
        {
            using var crew = new WorkCrew(workers);
            var transform = new RealFourierTransform2D(n, n, 0, crew);
            (float[] re, float[] im) = Spectrum(transform);
            var times = new List<double>();
            var back = new List<double>();
            for (int i = 0; i < 101; i++)
            {
                long start = TimeProvider.System.GetTimestamp();
                transform.Forward(image, re, im);
                times.Add(TimeProvider.System.GetElapsedTime(start).TotalMilliseconds);
                start = TimeProvider.System.GetTimestamp();
                transform.Inverse(re, im, image);
                back.Add(TimeProvider.System.GetElapsedTime(start).TotalMilliseconds);
            }

            times.Sort();
            back.Sort();
            TestContext.Out.WriteLine($"{n}², {workers} thread(s): forward least {times[0]:F2}, median {times[50]:F2} ms; inverse least {back[0]:F2}, median {back[50]:F2} ms");
            Assert.That(times[0], Is.LessThan(400));
        }
    }

    private static (float[] Re, float[] Im) Spectrum(RealFourierTransform2D transform) =>
        (new float[transform.SpectrumLength], new float[transform.SpectrumLength]);

    private static float[] Noise(int w, int h, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, w * h).Select(_ => (2 * random.NextSingle()) - 1)];
    }
}
