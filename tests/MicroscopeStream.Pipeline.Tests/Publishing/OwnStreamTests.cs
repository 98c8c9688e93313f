using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Pipeline.Tests.Support;

namespace MicroscopeStream.Pipeline.Tests.Publishing;

/// <summary>The session's own stream: what a client that reads late, or whose connection breaks, finds there.</summary>
public sealed class OwnStreamTests
{
    [Test]
    [CancelAfter(30_000)]
    public async Task Messages_that_nobody_reads_add_up_and_the_summary_comes_all_the_same()
    {
        const int frames = 700;
        await using var bench = new Bench(methods: Emitting());
        Session session = await bench.Manager.OpenAsync(Bench.Specification("probe"), CancellationToken.None);
        using StreamConnection connection = session.Connect();
        for (int i = 0; i < frames; i++)
        {
            // Every other number is missing, and what comes is of the wrong size: messages and no results.
            await Bench.SendAsync(session, 2 * i, bytes: 6);
        }

        SessionSummary summary = await session.CompleteAsync(CancellationToken.None);
        List<SessionUpdate> seen = await Bench.ReadAllAsync(connection.Updates);
        List<SessionUpdate> gaps = [.. seen.Where(update => update.Body is Gap)];
        List<SessionUpdate> drops = [.. seen.Where(update => update.Body is Drop)];

        Assert.Multiple(() =>
        {
            Assert.That(seen[^1].Body, Is.SameAs(summary));
            Assert.That(seen, Has.Count.LessThanOrEqualTo(257), "and the memory they take is bounded");
            Assert.That(gaps.Sum(update => ((Gap)update.Body).Count), Is.EqualTo(frames - 1).And.EqualTo(summary.Frames.Missing));
            Assert.That(gaps.Min(update => ((Gap)update.Body).First), Is.EqualTo(1));
            Assert.That(Covered(gaps), Is.EqualTo(new SequenceRange(2, (2 * frames) - 2)));
            Assert.That(drops.Sum(update => ((Drop)update.Body).Count), Is.EqualTo(frames));
            Assert.That(((Drop)drops[^1].Body).Total, Is.EqualTo(frames));
            Assert.That(connection.Updates.Missed, Is.Zero);
        });
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task The_summary_comes_to_a_watcher_that_reads_late_too()
    {
        await using var bench = new Bench(methods: Emitting());
        Session session = await bench.Manager.OpenAsync(Bench.Specification("probe"), CancellationToken.None);
        using UpdateSubscription late = session.Subscribe(new SubscriptionOptions());
        for (int i = 0; i < 400; i++)
        {
            await Bench.SendAsync(session, 2 * i, bytes: 6);
        }

        SessionSummary summary = await session.CompleteAsync(CancellationToken.None);
        List<SessionUpdate> seen = await Bench.ReadAllAsync(late);
        Assert.That(seen[^1].Body, Is.SameAs(summary));
        Assert.That(late.Missed, Is.GreaterThanOrEqualTo(143), "399 gaps for 256 places: it is told how many it missed");
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task What_could_not_be_written_comes_first_on_the_next_connection()
    {
        const int frames = 40;
        await using var bench = new Bench(methods: Emitting());
        Session session = await bench.Manager.OpenAsync(Bench.Specification("probe"), CancellationToken.None);
        var rows = new List<long>();
        using (StreamConnection first = session.Connect())
        {
            await SendAsync(session, 0, frames / 2);
            Assert.That(await first.Updates.WaitToReadAsync(CancellationToken.None));
            Assert.That(first.Updates.TryRead(out SessionUpdate broken));
            first.Updates.PutBack(broken);
        }

        await SendAsync(session, frames / 2, frames);
        using StreamConnection second = session.Connect();
        Task<SessionSummary> ending = session.CompleteAsync(CancellationToken.None);
        foreach (SessionUpdate update in await Bench.ReadAllAsync(second.Updates))
        {
            if (update.Body is LocalizationBatch batch)
            {
                rows.AddRange(batch.Rows.ToArray().Select(row => row.Frame));
            }
        }

        Assert.That(rows, Is.EqualTo(Enumerable.Range(0, frames)), "each once, in order");
        Assert.That((await ending).Frames.Processed, Is.EqualTo(frames));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task What_was_put_back_and_never_read_counts_as_missed_when_the_session_is_aborted()
    {
        await using var bench = new Bench(methods: Emitting());
        Session session = await bench.Manager.OpenAsync(Bench.Specification("probe"), CancellationToken.None);
        using StreamConnection connection = session.Connect();
        await SendAsync(session, 0, 1);
        Assert.That(await connection.Updates.WaitToReadAsync(CancellationToken.None));
        Assert.That(connection.Updates.TryRead(out SessionUpdate update));
        connection.Updates.PutBack(update);
        await session.AbortAsync();
        Assert.That(connection.Updates.Missed, Is.GreaterThanOrEqualTo(1));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task Merged_batches_cover_the_frames_they_hold_and_none_that_was_dropped()
    {
        await using var bench = new Bench(methods: Emitting());
        Session session = await bench.Manager.OpenAsync(Bench.Specification("probe"), CancellationToken.None);
        using UpdateSubscription late = session.Subscribe(new SubscriptionOptions { Localizations = true });
        for (int i = 0; i < 60; i++)
        {
            await Bench.SendAsync(session, i, bytes: i % 10 == 7 ? 6 : null);
        }

        await session.CompleteAsync(CancellationToken.None);
        List<SessionUpdate> batches = [.. (await Bench.ReadAllAsync(late)).Where(update => update.Body is LocalizationBatch)];
        Assert.Multiple(() =>
        {
            Assert.That(batches.Sum(update => update.Range.Last - update.Range.First + 1), Is.EqualTo(54));
            Assert.That(batches, Has.Count.LessThan(54), "and consecutive ones are merged");
            foreach (SessionUpdate update in batches)
            {
                Assert.That(((LocalizationBatch)update.Body).Count, Is.EqualTo(update.Range.Last - update.Range.First + 1));
            }
        });
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task Drops_name_the_first_and_the_last_frame_dropped()
    {
        await using var bench = new Bench(methods: Emitting());
        Session session = await bench.Manager.OpenAsync(Bench.Specification("probe"), CancellationToken.None);
        using StreamConnection connection = session.Connect();
        for (int i = 0; i < 20; i++)
        {
            await Bench.SendAsync(session, i, bytes: i is 4 or 5 or 11 ? 6 : null);
        }

        await session.CompleteAsync(CancellationToken.None);
        List<SessionUpdate> drops = [.. (await Bench.ReadAllAsync(connection.Updates)).Where(update => update.Body is Drop)];
        Assert.That(Covered(drops), Is.EqualTo(new SequenceRange(4, 11)));
        Assert.That(drops.Sum(update => ((Drop)update.Body).Count), Is.EqualTo(3));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task An_image_that_a_method_shows_while_results_wait_is_not_forgotten()
    {
        const int last = 257;
        var image = new SuperResolvedImage(new PixelGrid(Bench.Width, Bench.Height, 100));
        Array.Fill(image.Pixels, 7f);
        var probe = new ProbeMethod(task: "image")
        {
            OnFrame = (input, update, _) =>
            {
                update.Image = input.Sequence == last ? image : null;
                return default;
            },
        };
        await using var bench = new Bench(methods: probe);
        Session session = await bench.Manager.OpenAsync(
            Bench.Specification("probe") with { Preview = new PreviewOptions { Rate = 50 } }, CancellationToken.None);
        using StreamConnection connection = session.Connect();
        using UpdateSubscription viewer = session.Subscribe(new SubscriptionOptions());

        // 256 results wait to be read, the next one waits for room, and the image is shown with the one after that.
        await SendAsync(session, 0, last + 1);
        while (probe.Seen.Count <= last)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, CancellationToken.None);
        }

        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, CancellationToken.None);
        Task<List<SessionUpdate>> reading = Bench.ReadAllAsync(connection.Updates);
        await session.CompleteAsync(CancellationToken.None);
        await reading;
        Assert.That(
            (await Bench.ReadAllAsync(viewer)).Select(update => update.Body).OfType<PreviewPlane>().Select(plane => plane.Kind),
            Does.Contain(PreviewKind.SuperResolved));
    }

    private static SequenceRange Covered(IEnumerable<SessionUpdate> updates) =>
        updates.Aggregate(SequenceRange.None, (all, update) => all.Union(update.Range));

    private static async Task SendAsync(Session session, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            await Bench.SendAsync(session, i);
        }
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
