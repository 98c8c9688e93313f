using MicroscopeStream.Simulator.Sampling;

namespace MicroscopeStream.Simulator.Tests.Sampling;

public sealed class SamplerTests
{
    private const int Samples = 400_000;

    // Below the tables, on their rows, between them, at their end, and above.
    [Test]
    public void Poisson_numbers_follow_their_law(
        [Values(0.01, 0.3, 0.5, 0.999, 2, 7.3, 20.25, 47.9999, 48, 60.5, 1000)] double mean)
    {
        var random = new RandomStream(6, RandomPurpose.Noise, (long)(mean * 1000));
        var counts = new long[(int)(mean + (12 * Math.Sqrt(mean)) + 20)];
        for (int i = 0; i < Samples; i++)
        {
            counts[random.NextPoisson(mean)]++;
        }

        var expected = new double[counts.Length];
        double logFactorial = 0;
        for (int k = 0; k < expected.Length; k++)
        {
            logFactorial += k > 0 ? Math.Log(k) : 0;
            expected[k] = Samples * Math.Exp((k * Math.Log(mean)) - mean - logFactorial);
        }

        double average = counts.Select((n, k) => n * (double)k).Sum() / Samples;
        Assert.That(average, Is.EqualTo(mean).Within(4 * Math.Sqrt(mean / Samples)));
        Assert.That(Statistics.ChiSquarePerCell(counts, expected), Is.LessThan(mean < 1 ? 3.5 : 1.8));
    }

    [TestCase(0)]
    [TestCase(-3)]
    [TestCase(double.NaN)]
    public void No_light_gives_no_photons(double mean)
    {
        var random = new RandomStream(1, RandomPurpose.Noise);
        Assert.That(random.NextPoisson(mean), Is.Zero);
    }

    [Test]
    public void Normal_numbers_have_the_moments_and_the_tails_of_their_law()
    {
        var random = new RandomStream(7, RandomPurpose.Noise);
        const int Many = 4_000_000;
        double sum = 0, squares = 0, cubes = 0, fourths = 0;
        int[] beyond = new int[3];
        double[] limits = [1, 2.5, 3.6];
        for (int i = 0; i < Many; i++)
        {
            double x = random.NextNormal();
            sum += x;
            squares += x * x;
            cubes += x * x * x;
            fourths += x * x * x * x;
            for (int j = 0; j < limits.Length; j++)
            {
                beyond[j] += Math.Abs(x) > limits[j] ? 1 : 0;
            }
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(sum / Many, Is.EqualTo(0).Within(0.002));
            Assert.That(squares / Many, Is.EqualTo(1).Within(0.003));
            Assert.That(cubes / Many, Is.EqualTo(0).Within(0.008));
            Assert.That(fourths / Many, Is.EqualTo(3).Within(0.02));
            for (int j = 0; j < limits.Length; j++)
            {
                double expected = Many * (1 - Statistics.Erf(limits[j] / Math.Sqrt(2)));
                Assert.That(beyond[j], Is.EqualTo(expected).Within(4 * Math.Sqrt(expected)), $"beyond {limits[j]}");
            }
        }
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(30)]
    public void Gamma_numbers_have_mean_variance_and_skewness_of_their_law(double shape)
    {
        var random = new RandomStream(8, RandomPurpose.Noise, (long)shape);
        double[] values = new double[Samples];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = random.NextGamma(shape);
        }

        (double mean, double variance) = Statistics.Moments(values);
        double skewness = values.Average(v => Math.Pow((v - mean) / Math.Sqrt(variance), 3));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(mean, Is.EqualTo(shape).Within(0.006 * shape));
            Assert.That(variance, Is.EqualTo(shape).Within(0.015 * shape));
            Assert.That(skewness, Is.EqualTo(2 / Math.Sqrt(shape)).Within(0.05));
            Assert.That(values.Min(), Is.GreaterThan(0));
        }
    }
}
