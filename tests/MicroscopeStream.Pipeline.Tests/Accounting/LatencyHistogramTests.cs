using MicroscopeStream.Pipeline.Accounting;

namespace MicroscopeStream.Pipeline.Tests.Accounting;

public sealed class LatencyHistogramTests
{
    [TestCase(0.50)]
    [TestCase(0.95)]
    [TestCase(0.99)]
    [TestCase(1.00)]
    public void Percentiles_are_at_most_one_percent_above_the_sorted_values_and_never_below(double share)
    {
        var random = new Random(7);
        var histogram = new LatencyHistogram();
        var values = new List<long>();
        for (int i = 0; i < 20_000; i++)
        {
            // Log-uniform from 1 µs to 100 s: every octave gets its share.
            long value = (long)(1e3 * Math.Pow(10, 8 * random.NextDouble()));
            values.Add(value);
            histogram.Record(value);
        }

        values.Sort();
        long exact = values[(int)Math.Ceiling(share * values.Count) - 1];

        Assert.That(histogram.Percentile(share), Is.InRange((double)exact, exact * 1.008));
    }

    [Test]
    public void Small_values_are_exact()
    {
        var histogram = new LatencyHistogram();
        for (int i = 0; i <= 100; i++)
        {
            histogram.Record(i);
        }

        Assert.Multiple(() =>
        {
            Assert.That(histogram.Percentile(0.5), Is.EqualTo(50));
            Assert.That(histogram.Percentile(1), Is.EqualTo(100));
            Assert.That((histogram.Minimum, histogram.Maximum), Is.EqualTo((0, 100)));
        });
    }

    [Test]
    public void The_maximum_is_exact_beyond_the_last_bucket()
    {
        var histogram = new LatencyHistogram();
        long tenHours = 36_000_000_000_000;
        histogram.Record(tenHours);

        Assert.That(histogram.Maximum, Is.EqualTo(tenHours));
        Assert.That(histogram.Count, Is.EqualTo(1));
    }

    [Test]
    public void Negative_counts_as_nothing_and_reset_forgets()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(-5);
        Assert.That(histogram.Percentile(0.5), Is.Zero);
        histogram.Record(1000);
        histogram.Reset();
        Assert.Multiple(() =>
        {
            Assert.That(histogram.Count, Is.Zero);
            Assert.That(histogram.Percentile(0.99), Is.Zero);
            Assert.That(histogram.Maximum, Is.Zero);
        });
    }

    [TestCase(0)]
    [TestCase(1.01)]
    public void A_share_outside_its_range_is_refused(double share) =>
        Assert.That(() => new LatencyHistogram().Percentile(share), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void Recording_allocates_nothing()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            histogram.Record(i * 1_000_003L);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }
}
