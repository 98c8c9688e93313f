using MicroscopeStream.Simulator.Sampling;

namespace MicroscopeStream.Simulator.Tests.Sampling;

public sealed class RandomStreamTests
{
    // From an implementation in Python whose xoshiro256++ gives the published first outputs of the state 1, 2, 3, 4.
    [TestCase(1UL, RandomPurpose.Noise, 0, 0, new[] { 0xc668aedc9e43f6bUL, 0xa03490043cb4e2e6UL, 0xadc37605e0913cccUL })]
    [TestCase(ulong.MaxValue, RandomPurpose.Molecule, -3, 7, new[] { 0xb29281bf37ada946UL, 0x34909591b62d1296UL, 0xe5bca20e476b1b6eUL })]
    public void The_numbers_of_a_name_never_change(ulong seed, RandomPurpose purpose, long major, long minor, ulong[] expected)
    {
        var random = new RandomStream(seed, purpose, major, minor);
        Assert.That(new[] { random.NextBits(), random.NextBits(), random.NextBits() }, Is.EqualTo(expected));
    }

    [Test]
    public void Streams_of_neighbouring_names_are_unrelated()
    {
        var firsts = new HashSet<ulong>();
        for (ulong seed = 0; seed < 10; seed++)
        {
            for (int major = -5; major < 5; major++)
            {
                for (int minor = -5; minor < 5; minor++)
                {
                    foreach (RandomPurpose purpose in Enum.GetValues<RandomPurpose>())
                    {
                        firsts.Add(new RandomStream(seed, purpose, major, minor).NextBits());
                    }
                }
            }
        }

        Assert.That(firsts, Has.Count.EqualTo(10 * 10 * 10 * Enum.GetValues<RandomPurpose>().Length));
        double bits = firsts.Average(value => (double)ulong.PopCount(value));
        Assert.That(bits, Is.EqualTo(32).Within(0.2));
    }

    [Test]
    public void Units_fill_their_interval_evenly()
    {
        var random = new RandomStream(3, RandomPurpose.Noise);
        var counts = new long[100];
        for (int i = 0; i < 1_000_000; i++)
        {
            double unit = random.NextUnit(), positive = random.NextPositiveUnit();
            counts[(int)(unit * 100)]++;
            Assert.That(positive > 0 && positive <= 1);
        }

        Assert.That(Statistics.ChiSquarePerCell(counts, [.. counts.Select(_ => 10_000.0)]), Is.EqualTo(1).Within(0.45));
    }

    [TestCase(0.5)]
    [TestCase(40)]
    public void Exponential_numbers_have_mean_and_spread_alike(double mean)
    {
        var random = new RandomStream(4, RandomPurpose.Blink);
        double[] values = new double[200_000];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = random.NextExponential(mean);
        }

        (double average, double variance) = Statistics.Moments(values);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(average, Is.EqualTo(mean).Within(0.01 * mean));
            Assert.That(variance, Is.EqualTo(mean * mean).Within(0.03 * mean * mean));
            Assert.That(values.Count(v => v > 2 * mean) / 200_000.0, Is.EqualTo(Math.Exp(-2)).Within(0.003));
        }
    }

    [TestCase(1)]
    [TestCase(2.5)]
    [TestCase(20)]
    public void Geometric_numbers_follow_their_law(double mean)
    {
        var random = new RandomStream(5, RandomPurpose.Blink);
        const int Samples = 200_000;
        var counts = new long[400];
        for (int i = 0; i < Samples; i++)
        {
            counts[(int)random.NextGeometric(mean)]++;
        }

        double p = 1 / mean;
        double[] expected = [.. Enumerable.Range(0, 400).Select(k => k == 0 ? 0 : Samples * p * Math.Pow(1 - p, k - 1))];
        Assert.That(counts[0], Is.Zero);
        Assert.That(
            mean == 1 ? counts[1] / (double)Samples : Statistics.ChiSquarePerCell(counts, expected), Is.EqualTo(1).Within(mean == 1 ? 0 : 0.8));
    }
}
