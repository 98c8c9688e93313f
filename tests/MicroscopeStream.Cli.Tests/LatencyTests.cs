using MicroscopeStream.Cli.Reports;
using MicroscopeStream.Cli.Streaming;
using MicroscopeStream.Cli.Tests.Support;

namespace MicroscopeStream.Cli.Tests;

/// <summary>How latency is measured: from when a frame was due, so that neither a slow sender nor a drop can hide in it.</summary>
public sealed class LatencyTests
{
    [Test]
    public async Task Frames_are_due_by_the_clock_whenever_the_earlier_ones_left()
    {
        var time = new TestClock();
        var pacer = new FramePacer(50, time);
        long start = await pacer.WaitAsync(0, CancellationToken.None);

        // The sender is held up for 100 ms: frames 1 to 5 are due in the past and leave at once, each with its own due moment.
        time.Advance(TimeSpan.FromMilliseconds(100));
        for (int frame = 1; frame <= 5; frame++)
        {
            ValueTask<long> due = pacer.WaitAsync(frame, CancellationToken.None);
            Assert.That(due.IsCompleted, Is.True);
            Assert.That(time.GetElapsedTime(start, await due).TotalMilliseconds, Is.EqualTo(20 * frame).Within(0.001));
        }

        // Caught up: the next one waits for its moment again, and not less.
        Task<long> next = pacer.WaitAsync(6, CancellationToken.None).AsTask();
        time.Advance(TimeSpan.FromMilliseconds(19));
        Assert.That(next.IsCompleted, Is.False);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That(
            time.GetElapsedTime(start, await next.WaitAsync(TimeSpan.FromSeconds(10))).TotalMilliseconds, Is.EqualTo(120).Within(0.001));
    }

    [Test]
    public void A_dropped_frame_gives_its_due_moment_to_no_other()
    {
        var due = new DueTimes();
        for (int frame = 0; frame < 6; frame++)
        {
            due.Add(frame, 100 * frame);
        }

        Assert.That((due.TryTake(0, 1, out long first), first), Is.EqualTo((true, 0L)));
        Assert.That((due.TryTake(0, 1, out long second), second), Is.EqualTo((true, 100L)));
        Assert.That(due.TryTake(0, 1, out _), Is.False);

        // 2 and 3 had no result.
        Assert.That((due.TryTake(4, 4, out long fourth), fourth), Is.EqualTo((true, 400L)));
        Assert.That(due.TryTake(4, 4, out _), Is.False);
        Assert.That(due.TryTake(2, 3, out _), Is.False);
        Assert.That((due.TryTake(5, 5, out long fifth), fifth), Is.EqualTo((true, 500L)));
    }

    [TestCase(1)]
    [TestCase(99)]
    [TestCase(10_000)]
    public void Percentiles_are_exact_to_half_a_per_cent_and_never_too_small(int count)
    {
        var random = new Random(11);
        double[] ms = [.. Enumerable.Range(0, count).Select(_ => Math.Exp(random.NextDouble() * 12) * 0.01)];
        var histogram = new LatencyHistogram();
        foreach (double duration in ms)
        {
            histogram.Add(TimeSpan.FromMilliseconds(duration));
        }

        Array.Sort(ms);
        Percentiles percentiles = histogram.ToPercentiles();
        foreach ((double share, double stated) in new[] { (0.5, percentiles.P50), (0.95, percentiles.P95), (0.99, percentiles.P99), (1.0, percentiles.Max) })
        {
            double exact = ms[(int)Math.Ceiling(share * count) - 1];

            // The report's own rounding to 1 µs comes on top.
            Assert.That(stated, Is.InRange(exact - 0.0011, (exact * 1.005) + 0.0011), $"{share}");
        }
    }

    [Test]
    public void Without_frames_there_is_nothing_but_zeros() =>
        Assert.That(new LatencyHistogram().ToPercentiles(), Is.EqualTo(new Percentiles(0, 0, 0, 0)));
}
