using MicroscopeStream.Core.Results;
using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Pipeline.Tests.Support;

namespace MicroscopeStream.Pipeline.Tests.Publishing;

public sealed class WatcherTests
{
    [Test]
    [CancelAfter(30_000)]
    public async Task A_watcher_that_never_reads_slows_nobody_and_is_told_what_it_missed()
    {
        await using var bench = new Bench(methods: Emitting());
        Session session = await bench.Manager.OpenAsync(Bench.Specification("probe"), CancellationToken.None);
        using UpdateSubscription asleep = session.Subscribe(new SubscriptionOptions { Localizations = true, QueueLength = 4 });
        using StreamConnection connection = session.Connect();
        Task<List<SessionUpdate>> reading = Bench.ReadAllAsync(connection.Updates);
        for (int i = 0; i < 100; i++)
        {
            await Bench.SendAsync(session, i);
        }

        SessionSummary summary = await session.CompleteAsync(CancellationToken.None);
        await reading;
        List<SessionUpdate> seen = await Bench.ReadAllAsync(asleep);

        Assert.Multiple(() =>
        {
            Assert.That(summary.Frames.Processed, Is.EqualTo(100));
            Assert.That(asleep.Missed, Is.EqualTo(96));
            Assert.That(seen.Where(update => update.Body is LocalizationBatch).Sum(update => ((LocalizationBatch)update.Body).Count), Is.EqualTo(4));
            Assert.That(seen[^1].Body, Is.SameAs(summary), "messages have a place of their own");
        });
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task Batches_that_wait_are_merged_in_order_with_the_timings_of_the_last()
    {
        await using var bench = new Bench(methods: Emitting());
        Session session = await bench.Manager.OpenAsync(Bench.Specification("probe"), CancellationToken.None);
        using UpdateSubscription late = session.Subscribe(new SubscriptionOptions { Localizations = true });
        for (int i = 0; i < 50; i++)
        {
            await Bench.SendAsync(session, i);
        }

        await session.CompleteAsync(CancellationToken.None);
        List<SessionUpdate> seen = await Bench.ReadAllAsync(late);
        SessionUpdate merged = seen.Single(update => update.Body is LocalizationBatch);
        long[] frames = [.. ((LocalizationBatch)merged.Body).Rows.ToArray().Select(row => row.Frame)];

        Assert.Multiple(() =>
        {
            Assert.That(merged.Range, Is.EqualTo(new SequenceRange(0, 49)));
            Assert.That(merged.SenderTimestampNs, Is.EqualTo(1049));
            Assert.That(frames, Is.EqualTo(Enumerable.Range(0, 50)));
        });
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_watcher_without_interest_in_localizations_gets_none_and_misses_none()
    {
        await using var bench = new Bench(methods: Emitting());
        Session session = await bench.Manager.OpenAsync(Bench.Specification("probe"), CancellationToken.None);
        using UpdateSubscription watcher = session.Subscribe(new SubscriptionOptions());
        for (int i = 0; i < 10; i++)
        {
            await Bench.SendAsync(session, i);
        }

        await session.CompleteAsync(CancellationToken.None);
        List<SessionUpdate> seen = await Bench.ReadAllAsync(watcher);
        Assert.That(seen.Select(update => update.Body), Has.None.InstanceOf<LocalizationBatch>());
        Assert.That(watcher.Missed, Is.Zero);
    }

    [TestCase(FramePolicy.Lossless)]
    [TestCase(FramePolicy.Live)]
    [CancelAfter(30_000)]
    public async Task A_client_that_stops_reading_dense_results_stops_the_session_before_they_fill_the_memory(FramePolicy policy)
    {
        const int perFrame = 50_000, frames = 60;
        var probe = new ProbeMethod
        {
            OnFrame = static (input, update, _) =>
            {
                for (int i = 0; i < perFrame; i++)
                {
                    update.Localizations.Add(new Localization { Frame = input.Sequence, X = i, Y = i });
                }

                return default;
            },
        };
        await using var bench = new Bench(methods: probe);
        Session session = await bench.Manager.OpenAsync(Bench.Specification("probe", policy) with { BufferFrames = 4 }, CancellationToken.None);
        using StreamConnection connection = session.Connect();
        var sending = Task.Run(async () =>
        {
            for (int i = 0; i < frames; i++)
            {
                await Bench.SendAsync(session, i);
                await Task.Delay(TimeSpan.FromMilliseconds(policy == FramePolicy.Live ? 5 : 0), TimeProvider.System, CancellationToken.None);
            }
        });
        if (policy == FramePolicy.Live)
        {
            // A live sender is never held back: all is sent before anything is read.
            await sending;
        }

        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, CancellationToken.None);
        long held = session.GetProgress().Frames.Processed;

        long read = 0;
        Task<long> reading = Task.Run(async () =>
        {
            await foreach (SessionUpdate update in connection.Updates.ReadAllAsync(CancellationToken.None))
            {
                read += update.Body is LocalizationBatch batch ? batch.Count : 0;
                update.Release();
            }

            return read;
        });
        await sending;
        SessionSummary summary = await session.CompleteAsync(CancellationToken.None);

        Assert.That(held, Is.InRange(5, 11), "half a million localizations wait at most");
        Assert.That(await reading, Is.EqualTo(summary.Localizations));
        Assert.That(summary.Localizations, Is.EqualTo(summary.Frames.Processed * perFrame));
        Assert.That(summary.Frames.Dropped, policy == FramePolicy.Live ? Is.GreaterThan(0) : Is.Zero);
    }

    [Test]
    public async Task Watching_a_session_that_has_ended_gives_its_summary_and_ends_at_once()
    {
        await using var bench = new Bench();
        Session session = await bench.Manager.OpenAsync(Bench.Specification(), CancellationToken.None);
        SessionSummary summary = await session.CompleteAsync(CancellationToken.None);
        List<SessionUpdate> seen = await Bench.ReadAllAsync(session.Subscribe(new SubscriptionOptions()));
        Assert.That(seen.Select(update => update.Body), Is.EqualTo(new UpdateBody[] { summary }));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_watcher_that_leaves_is_forgotten()
    {
        await using var bench = new Bench();
        Session session = await bench.Manager.OpenAsync(Bench.Specification(), CancellationToken.None);
        UpdateSubscription gone = session.Subscribe(new SubscriptionOptions { Localizations = true });
        gone.Dispose();
        gone.Dispose();
        await Bench.SendAsync(session, 0);
        await session.CompleteAsync(CancellationToken.None);
        Assert.That(await gone.WaitToReadAsync(CancellationToken.None), Is.False);
        Assert.That(gone.Missed, Is.Zero);
    }

    [Test]
    public async Task Waiting_can_be_cancelled()
    {
        await using var bench = new Bench();
        Session session = await bench.Manager.OpenAsync(Bench.Specification(), CancellationToken.None);
        using UpdateSubscription watcher = session.Subscribe(new SubscriptionOptions());
        using var cancel = new CancellationTokenSource();
        ValueTask<bool> waiting = watcher.WaitToReadAsync(cancel.Token);
        await cancel.CancelAsync();
        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
    }

    private static ProbeMethod Emitting() => new()
    {
        OnFrame = static (input, update, _) =>
        {
            update.Localizations.Add(new Localization { Frame = input.Sequence, X = 100, Y = 200 });
            return default;
        },
    };
}
