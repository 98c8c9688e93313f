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
}
