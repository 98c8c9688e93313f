using MicroscopeStream.Inference.Execution;

namespace MicroscopeStream.Inference.Tests.Execution;

/// <summary>Every part is done once, whoever does it, and a failure is told when all is quiet.</summary>
public class WorkLanesTests
{
    [Test]
    [CancelAfter(60_000)]
    public void Every_part_is_done_exactly_once([Values(1, 2, 5)] int lanes, [Values(0, 1, 4, 17)] int parts)
    {
        using var threads = new WorkLanes(lanes, "test");
        var work = new Work(_ => { });
        for (int round = 1; round <= 200; round++)
        {
            threads.Run(work, parts);
            Assert.That(work.Done.Take(parts), Has.All.EqualTo(round));
        }

        Assert.That(work.Done.Skip(parts), Has.All.Zero);
    }

    [Test]
    [CancelAfter(60_000)]
    public void Parts_run_side_by_side()
    {
        using var threads = new WorkLanes(3, "test");
        using var all = new Barrier(3);
        threads.Run(new Work(_ => Assert.That(all.SignalAndWait(30_000), Is.True)), 3);
    }

    [Test]
    [CancelAfter(60_000)]
    public void A_failure_is_thrown_when_no_part_is_in_progress_any_more_and_the_next_work_runs([Values(1, 3)] int lanes)
    {
        using var threads = new WorkLanes(lanes, "test");
        int inside = 0;
        var failing = new Work(part =>
        {
            Interlocked.Increment(ref inside);
            Thread.Yield();
            Interlocked.Decrement(ref inside);
            if (part == 1)
            {
                throw new InvalidOperationException("part 1");
            }
        });
        for (int round = 0; round < 50; round++)
        {
            Assert.That(() => threads.Run(failing, 20), Throws.InvalidOperationException.With.Message.EqualTo("part 1"));
            Assert.That(Volatile.Read(ref inside), Is.Zero);
        }

        var sound = new Work(_ => { });
        threads.Run(sound, 20);
        Assert.That(sound.Done.Take(20), Has.All.EqualTo(1));
    }

    private sealed class Work(Action<int> action) : IPartedWork
    {
        public int[] Done { get; } = new int[32];

        public void Do(int part)
        {
            action(part);
            Interlocked.Increment(ref Done[part]);
        }
    }
}
