using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Ingest;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Pipeline.Tests.Support;

namespace MicroscopeStream.Pipeline.Tests.Ingest;

public sealed class SequenceTests
{
    [Test]
    public async Task A_jump_is_counted_and_told_and_the_session_goes_on()
    {
        (SessionSummary summary, List<SessionUpdate> updates, _) = await StreamAsync([(0, null), (1, null), (5, null), (6, null)]);

        Gap gap = updates.Select(update => update.Body).OfType<Gap>().Single();
        Assert.Multiple(() =>
        {
            Assert.That(gap, Is.EqualTo(new Gap(2, 3)));
            Assert.That(summary.Frames.Gaps, Is.EqualTo(1));
            Assert.That(summary.Frames.Missing, Is.EqualTo(3));
            Assert.That(summary.Frames.Processed, Is.EqualTo(4));
        });
    }

    [Test]
    public async Task Repeated_and_backward_numbers_are_refused_counted_and_told_once_per_episode()
    {
        (SessionSummary summary, List<SessionUpdate> updates, List<IngestResult> results) =
            await StreamAsync([(0, null), (1, null), (1, null), (0, null), (2, null), (2, null)]);

        Assert.Multiple(() =>
        {
            Assert.That(results.Select(result => result.Accepted), Is.EqualTo(new[] { true, true, false, false, true, false }));
            Assert.That(results[^1].ReceivedThrough, Is.EqualTo(2));
            Assert.That(results[^1].Received, Is.EqualTo(6));
            Assert.That(summary.Frames.DroppedByCause, Is.EqualTo(new[] { new DropCount(DropCause.OutOfOrder, 3) }));
            Assert.That(summary.Frames.Processed, Is.EqualTo(3));
            Assert.That(updates.Select(update => update.Body).OfType<Notice>().Count(notice => notice.Code == NoticeCodes.OutOfOrder), Is.EqualTo(1));
            Assert.That(updates.Select(update => update.Body).OfType<Drop>().Sum(drop => drop.Count), Is.EqualTo(3));
            Assert.That(summary.Warnings, Has.Exactly(1).Contains("repeated and backward"));
        });
    }

    [Test]
    public async Task An_episode_that_ended_is_told_again()
    {
        var time = new TestTimeProvider();
        await using var bench = new Bench(time);
        Session session = await bench.Manager.OpenAsync(Bench.Specification(), CancellationToken.None);
        using UpdateSubscription watcher = session.Subscribe(new SubscriptionOptions());
        await Bench.SendAsync(session, 0);
        await Bench.SendAsync(session, 0);
        time.Advance(TimeSpan.FromSeconds(5));
        await Bench.SendAsync(session, 0);
        time.Advance(TimeSpan.FromSeconds(11));
        await Bench.SendAsync(session, 0);
        await session.CompleteAsync(CancellationToken.None);

        List<SessionUpdate> updates = await Bench.ReadAllAsync(watcher);
        Assert.That(updates.Select(update => update.Body).OfType<Notice>().Count(notice => notice.Code == NoticeCodes.OutOfOrder), Is.EqualTo(2));
    }

    [Test]
    public async Task A_frame_of_another_size_is_refused_with_both_sizes_named_and_leaves_no_gap()
    {
        int agreed = Bench.Width * Bench.Height * 2;
        (SessionSummary summary, List<SessionUpdate> updates, List<IngestResult> results) =
            await StreamAsync([(0, null), (1, agreed - 2), (2, null)]);

        Notice notice = updates.Select(update => update.Body).OfType<Notice>().Single(notice => notice.Code == NoticeCodes.FrameSize);
        Assert.Multiple(() =>
        {
            Assert.That(results.Select(result => result.Cause), Is.EqualTo(new DropCause?[] { null, DropCause.Invalid, null }));
            Assert.That(notice.Message, Does.Contain($"{agreed - 2} bytes").And.Contain($"{agreed}").And.Contain("32 × 16"));
            Assert.That(summary.Frames.Gaps, Is.Zero);
            Assert.That(summary.Frames.Processed, Is.EqualTo(2));
            Assert.That(summary.LeakedBuffers, Is.Zero);
        });
    }

    [Test]
    public async Task A_frame_that_had_no_buffer_is_counted_under_its_cause_and_its_number_is_taken()
    {
        await using var bench = new Bench();
        Session session = await bench.Manager.OpenAsync(Bench.Specification(), CancellationToken.None);
        IngestResult result = session.Refuse(new() { Sequence = 0 }, 10, DropCause.Invalid, "its payload was cut short.");
        SessionSummary summary = await session.CompleteAsync(CancellationToken.None);

        Assert.Multiple(() =>
        {
            Assert.That(result, Has.Property("Accepted").False.And.Property("Cause").EqualTo(DropCause.Invalid));
            Assert.That(session.NextSequence, Is.EqualTo(1));
            Assert.That(summary.Frames.DroppedByCause, Is.EqualTo(new[] { new DropCount(DropCause.Invalid, 1) }));
            Assert.That(summary.Warnings, Has.Exactly(1).Contains("cut short"));
        });
    }

    private static async Task<(SessionSummary Summary, List<SessionUpdate> Updates, List<IngestResult> Results)> StreamAsync(
        (long Sequence, int? Bytes)[] frames)
    {
        await using var bench = new Bench();
        Session session = await bench.Manager.OpenAsync(Bench.Specification(), CancellationToken.None);
        using StreamConnection connection = session.Connect();
        Task<List<SessionUpdate>> reading = Bench.ReadAllAsync(connection.Updates);
        var results = new List<IngestResult>();
        foreach ((long sequence, int? bytes) in frames)
        {
            results.Add(await Bench.SendAsync(session, sequence, bytes: bytes));
        }

        return (await session.CompleteAsync(CancellationToken.None), await reading, results);
    }
}
