using MicroscopeStream.Imaging.Fourier;

namespace MicroscopeStream.Imaging.Tests.Fourier;

public sealed class FourierTransform2DTests
{
    private static readonly (int Width, int Height)[] Sizes =
        [(1, 1), (8, 8), (64, 32), (16, 64), (60, 45), (21, 26), (17, 34), (97, 12), (7, 13), (3, 128), (128, 9), (100, 250), (131, 127)];

    [Test]
    public void It_is_the_sum_that_defines_it([ValueSource(nameof(Sizes))] (int Width, int Height) size)
    {
        (int w, int h) = size;
        (float[] re, float[] im) = Noise(w, h, 1);
        (float[] gotRe, float[] gotIm) = ([.. re], [.. im]);
        new FourierTransform2D(w, h).Forward(gotRe, gotIm);
        double scale = Math.Sqrt(w * h);
        foreach ((int u, int v) in new[] { (0, 0), (1 % w, 0), (0, h - 1), (w / 2, h / 3), (w - 1, h / 2) })
        {
            double sumRe = 0, sumIm = 0;
            for (int y = 0; y < h; y++)
            {
                for (int x = 0; x < w; x++)
                {
                    double angle = -2 * Math.PI * (((double)u * x / w) + ((double)v * y / h));
                    (double c, double s) = (Math.Cos(angle), Math.Sin(angle));
                    sumRe += (re[(y * w) + x] * c) - (im[(y * w) + x] * s);
                    sumIm += (re[(y * w) + x] * s) + (im[(y * w) + x] * c);
                }
            }

            Assert.That(gotRe[(v * w) + u] / scale, Is.EqualTo(sumRe / scale).Within(2e-6), $"real part at ({u}, {v})");
            Assert.That(gotIm[(v * w) + u] / scale, Is.EqualTo(sumIm / scale).Within(2e-6), $"imaginary part at ({u}, {v})");
        }
    }

    [Test]
    public void A_point_becomes_a_plane_wave([ValueSource(nameof(Sizes))] (int Width, int Height) size)
    {
        (int w, int h) = size;
        int x0 = w / 3, y0 = 2 * h / 3;
        var (re, im) = (new float[w * h], new float[w * h]);
        re[(y0 * w) + x0] = 1;
        new FourierTransform2D(w, h).Forward(re, im);
        for (int v = 0; v < h; v++)
        {
            for (int u = 0; u < w; u++)
            {
                double angle = -2 * Math.PI * (((double)u * x0 / w) + ((double)v * y0 / h));
                Assert.That(re[(v * w) + u], Is.EqualTo(Math.Cos(angle)).Within(2e-6));
                Assert.That(im[(v * w) + u], Is.EqualTo(Math.Sin(angle)).Within(2e-6));
            }
        }
    }

    [Test]
    public void A_plane_wave_becomes_a_point_at_its_frequency()
    {
        const int W = 48, H = 40, U = 5, V = 33;
        var (re, im) = (new float[W * H], new float[W * H]);
        for (int i = 0; i < re.Length; i++)
        {
            double angle = 2 * Math.PI * ((U * (i % W) / (double)W) + (V * (i / W) / (double)H));
            (re[i], im[i]) = ((float)Math.Cos(angle), (float)Math.Sin(angle));
        }

        new FourierTransform2D(W, H).Forward(re, im);
        Assert.That(re[(V * W) + U], Is.EqualTo(W * H).Within(1e-2));
        re[(V * W) + U] = 0;
        Assert.That(re.Concat(im).Max(MathF.Abs), Is.LessThan(1e-2));
    }

    [Test]
    public void Energy_is_kept_and_the_inverse_leads_back([ValueSource(nameof(Sizes))] (int Width, int Height) size)
    {
        (int w, int h) = size;
        (float[] re, float[] im) = Noise(w, h, 2);
        (float[] thereRe, float[] thereIm) = ([.. re], [.. im]);
        var transform = new FourierTransform2D(w, h);
        transform.Forward(thereRe, thereIm);
        Assert.That(Energy(thereRe, thereIm) / (w * h), Is.EqualTo(Energy(re, im)).Within(1e-5 * Energy(re, im)));
        transform.Inverse(thereRe, thereIm);
        Assert.That(thereRe, Is.EqualTo(re).Within(3e-6f));
        Assert.That(thereIm, Is.EqualTo(im).Within(3e-6f));
    }

    [Test]
    public void It_is_linear()
    {
        (float[] aRe, float[] aIm) = Noise(50, 36, 3);
        (float[] bRe, float[] bIm) = Noise(50, 36, 4);
        float[] sumRe = [.. aRe.Zip(bRe, (a, b) => (2 * a) - (3 * b))], sumIm = [.. aIm.Zip(bIm, (a, b) => (2 * a) - (3 * b))];
        var transform = new FourierTransform2D(50, 36);
        transform.Forward(aRe, aIm);
        transform.Forward(bRe, bIm);
        transform.Forward(sumRe, sumIm);
        Assert.That(sumRe, Is.EqualTo(aRe.Zip(bRe, (a, b) => (2 * a) - (3 * b))).Within(1e-3f));
        Assert.That(sumIm, Is.EqualTo(aIm.Zip(bIm, (a, b) => (2 * a) - (3 * b))).Within(1e-3f));
    }

    [Test]
    public void A_transform_allocates_nothing([Values(64, 97)] int size)
    {
        (float[] re, float[] im) = Noise(size, size, 6);
        var transform = new FourierTransform2D(size, size);
        transform.Forward(re, im);
        long before = GC.GetAllocatedBytesForCurrentThread();
        transform.Forward(re, im);
        transform.Inverse(re, im);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Planes_of_another_size_are_refused() =>
        Assert.That(() => new FourierTransform2D(8, 8).Forward(new float[64], new float[63]), Throws.ArgumentException.With.Message.Contains("8 × 8"));

    [Test]
    [Explicit("Measures time")]
    public void Speed_of_512_squared()
    {
        (float[] sourceRe, float[] sourceIm) = Noise(512, 512, 5);
        var (re, im) = (new float[512 * 512], new float[512 * 512]);
        var transform = new FourierTransform2D(512, 512);
        var times = new List<double>();
        for (int i = 0; i < 101; i++)
        {
            sourceRe.CopyTo(re, 0);
            sourceIm.CopyTo(im, 0);
            long start = TimeProvider.System.GetTimestamp();
            transform.Forward(re, im);
            times.Add(TimeProvider.System.GetElapsedTime(start).TotalMilliseconds);
        }

        times.Sort();
        TestContext.Out.WriteLine($"512 × 512: least {times[0]:F2} ms, median {times[50]:F2} ms");
        Assert.That(times[0], Is.LessThan(40));
    }

    private static double Energy(float[] re, float[] im) => re.Sum(v => (double)v * v) + im.Sum(v => (double)v * v);

    private static (float[] Re, float[] Im) Noise(int w, int h, int seed)
    {
        var random = new Random(seed);
        return ([.. Enumerable.Range(0, w * h).Select(_ => (2 * random.NextSingle()) - 1)], [.. Enumerable.Range(0, w * h).Select(_ => (2 * random.NextSingle()) - 1)]);
    }
}
