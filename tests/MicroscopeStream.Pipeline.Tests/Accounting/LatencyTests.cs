using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Pipeline.Tests.Support;

namespace MicroscopeStream.Pipeline.Tests.Accounting;

public sealed class LatencyTests
{
    [Test]
    [CancelAfter(30_000)]
    public async Task The_wait_for_a_neighbour_and_the_method_are_told_apart_and_add_up()
    {
        var time = new TestTimeProvider();
        var probe = new ProbeMethod(3, 1)
        {
            OnFrame = (_, _, _) =>
            {
                time.Advance(TimeSpan.FromMilliseconds(20));
                return default;
            },
        };
        await using var bench = new Bench(time, methods: probe);
        Session session = await bench.Manager.OpenAsync(Bench.Specification("probe"), CancellationToken.None);
        using UpdateSubscription watcher = session.Subscribe(new SubscriptionOptions { Localizations = true });

        await Bench.SendAsync(session, 0);
        await CalibratedAsync(session);
        time.Advance(TimeSpan.FromMilliseconds(10));
        await Bench.SendAsync(session, 1);
        StageTimings timings = await NextTimingsAsync(watcher);
        SessionSummary summary = await session.CompleteAsync(CancellationToken.None);

        Assert.Multiple(() =>
        {
            Assert.That(timings.WindowWaitNs, Is.EqualTo(10_000_000).Within(400));
            Assert.That(timings.ReconstructNs, Is.EqualTo(20_000_000).Within(400));
            Assert.That(timings.IngestNs + timings.CalibrateNs + timings.AssembleNs + timings.PublishNs, Is.LessThan(1000));
            Assert.That(timings.TotalNs, Is.EqualTo(30_000_000).Within(1000));
            LatencyPercentiles wait = summary.Latency.Single(stage => stage.Stage == Stages.WindowWait);
            Assert.That(wait.MaxMs, Is.GreaterThanOrEqualTo(9.99));
            Assert.That(summary.Latency.Select(stage => stage.Stage), Is.EquivalentTo(new[]
            {
                Stages.Ingest, Stages.Calibrate, Stages.Assemble, Stages.Reconstruct, Stages.Publish, Stages.Total, Stages.WindowWait,
            }));
            Assert.That(summary.Latency, Has.All.Property("Count").EqualTo(2));
        });
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_neighbour_that_waits_in_the_services_own_queues_is_no_window_wait()
    {
        var time = new TestTimeProvider();
        var probe = new ProbeMethod(3, 1)
        {
            OnFrame = (_, _, _) =>
            {
                time.Advance(TimeSpan.FromMilliseconds(20));
                return default;
            },
        };
        await using var bench = new Bench(time, methods: probe);
        Session session = await bench.Manager.OpenAsync(Bench.Specification("probe") with { BufferFrames = 60 }, CancellationToken.None);
        for (int i = 0; i < 50; i++)
        {
            // Received at once, all of them, before the method has worked on any.
            session.Pool.TryRent(out Core.Frames.FrameLease lease);
            lease.Frame.LengthBytes = session.Pool.BytesPerSlot;
            lease.Frame.Header = new() { Sequence = i, ReceivedTimestamp = 12345 };
            session.Offer(lease);
        }

        SessionSummary summary = await session.CompleteAsync(CancellationToken.None);

        // The last frame alone waits, for the end to be known.
        Assert.That(summary.Latency.Single(stage => stage.Stage == Stages.WindowWait).P95Ms, Is.Zero);
        Assert.That(summary.Latency.Single(stage => stage.Stage == Stages.Total).MaxMs, Is.EqualTo(1000).Within(1));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task Progress_comes_once_a_second_with_rates_of_that_second()
    {
        var time = new TestTimeProvider();
        await using var bench = new Bench(time);
        Session session = await bench.Manager.OpenAsync(Bench.Specification(), CancellationToken.None);
        using UpdateSubscription watcher = session.Subscribe(new SubscriptionOptions());
        for (int i = 0; i < 30; i++)
        {
            await Bench.SendAsync(session, i);
        }

        await UntilAsync(() => session.GetProgress().Frames.Processed == 30);
        Progress first = await NextProgressAsync(watcher, time);
        Progress second = await NextProgressAsync(watcher, time);

        Assert.Multiple(() =>
        {
            Assert.That(first.ReceivedPerS, Is.EqualTo(30).Within(0.5));
            Assert.That(first.ProcessedPerS, Is.EqualTo(30).Within(0.5));
            Assert.That(first.Latency.Single(stage => stage.Stage == Stages.Total).Count, Is.EqualTo(30));
            Assert.That(first.Queued, Is.Zero);
            Assert.That(second.ReceivedPerS, Is.Zero);
            Assert.That(second.Latency, Is.Empty);
            Assert.That(second.Frames.Received, Is.EqualTo(30));
        });
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task The_summary_measures_from_the_first_frame_to_the_last_result()
    {
        var time = new TestTimeProvider();
        await using var bench = new Bench(time);
        Session session = await bench.Manager.OpenAsync(Bench.Specification(), CancellationToken.None);
        time.Advance(TimeSpan.FromSeconds(5));
        for (int i = 0; i < 11; i++)
        {
            await Bench.SendAsync(session, i);
            await UntilAsync(() => session.GetProgress().Frames.Processed == i + 1);
            time.Advance(TimeSpan.FromMilliseconds(i < 10 ? 200 : 5000));
        }

        SessionSummary summary = await session.CompleteAsync(CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(summary.DurationS, Is.EqualTo(2).Within(1e-3));
            Assert.That(summary.FramesPerS, Is.EqualTo(5.5).Within(0.01));
            Assert.That(summary.MegabytesPerS, Is.EqualTo(11 * Bench.Width * Bench.Height * 2 / 2.0 / 1e6).Within(1e-4));
        });
    }

    /// <summary>The raw buffer is back and the photons have had time to reach the window.</summary>
    private static async Task CalibratedAsync(Session session)
    {
        await UntilAsync(() => session.Pool.Outstanding == 0);
        await Task.Delay(TimeSpan.FromMilliseconds(30), TimeProvider.System, CancellationToken.None);
    }

    private static async Task<StageTimings> NextTimingsAsync(UpdateSubscription watcher)
    {
        while (await watcher.WaitToReadAsync(CancellationToken.None))
        {
            if (watcher.TryRead(out SessionUpdate update) && update.Body is LocalizationBatch)
            {
                return update.Timings;
            }
        }

        throw new AssertionException("No result came.");
    }

    private static async Task<Progress> NextProgressAsync(UpdateSubscription watcher, TestTimeProvider time)
    {
        // A quarter of a second at a time, as the reporter ticks; it needs a moment of real time to tick on.
        for (int i = 0; i < 400; i++)
        {
            if (i % 20 == 0 && i < 80)
            {
                time.Advance(TimeSpan.FromSeconds(0.25));
            }

            while (watcher.TryRead(out SessionUpdate update))
            {
                if (update.Body is Progress progress)
                {
                    return progress;
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, CancellationToken.None);
        }

        throw new AssertionException("No progress came.");
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (int i = 0; i < 1000 && !condition(); i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, CancellationToken.None);
        }
    }
}
