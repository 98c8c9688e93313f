using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Ingest;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Pipeline.Tests.Support;

namespace MicroscopeStream.Pipeline.Tests.Sessions;

/// <summary>Ends, good and bad, and coming back.</summary>
public sealed class SessionLifeTests
{
    [Test]
    [CancelAfter(30_000)]
    public async Task A_client_that_comes_back_misses_no_result()
    {
        await using var bench = new Bench();
        Session session = await bench.Manager.OpenAsync(Bench.Specification(), CancellationToken.None);
        using (session.Connect())
        {
            for (int i = 0; i < 20; i++)
            {
                await Bench.SendAsync(session, i);
            }
        }

        Assert.That(session.Streaming, Is.False);
        Session again = bench.Manager.Authenticate(session.Id, session.ResumeToken);
        Assert.That(again.NextSequence, Is.EqualTo(20));

        using StreamConnection connection = again.Connect();
        Task<List<SessionUpdate>> reading = Bench.ReadAllAsync(connection.Updates);
        for (long i = again.NextSequence; i < 30; i++)
        {
            await Bench.SendAsync(session, i);
        }

        SessionSummary summary = await session.CompleteAsync(CancellationToken.None);
        long covered = (await reading).Where(update => update.Body is LocalizationBatch).Sum(update => update.Range.Last - update.Range.First + 1);
        Assert.That(covered, Is.EqualTo(30));
        Assert.That(summary.Frames.Gaps, Is.Zero);
    }

    [Test]
    public async Task Two_clients_cannot_stream_into_one_session()
    {
        await using var bench = new Bench();
        Session session = await bench.Manager.OpenAsync(Bench.Specification(), CancellationToken.None);
        StreamConnection first = session.Connect();
        SessionRefusedException refusal = Assert.Throws<SessionRefusedException>(() => session.Connect())!;
        Assert.That(refusal.Problems[0].Code, Is.EqualTo("already-streaming"));
        first.Dispose();
        session.Connect().Dispose();
        first.Dispose();
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task Closing_without_a_reader_ends_even_when_results_fill_their_queue()
    {
        var probe = new ProbeMethod();
        await using var bench = new Bench(methods: probe);
        Session session = await bench.Manager.OpenAsync(Bench.Specification("probe"), CancellationToken.None);
        var sending = Task.Run(async () =>
        {
            for (int i = 0; i < 1500; i++)
            {
                await Bench.SendAsync(session, i);
            }
        });

        // The queue of the session's own stream is full, so the session waits for its client: nothing is lost, nothing grows.
        await WaitAsync(() => session.Credits == 0);
        Assert.That(sending.IsCompleted, Is.False);

        Task<SessionSummary> closing = session.CompleteAsync(CancellationToken.None);
        SessionSummary summary = await closing;
        await sending;

        Assert.That(summary.Frames.Received, Is.EqualTo(summary.Frames.Processed + summary.Frames.Dropped));
        Assert.That(summary.LeakedBuffers, Is.Zero);
        Assert.That(probe.Disposed, Is.EqualTo(1));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task Abort_drops_what_is_queued_and_counts_it()
    {
        var probe = new ProbeMethod(3, 1) { OnFrame = async (_, _, cancelled) => await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancelled) };
        await using var bench = new Bench(methods: probe);
        Session session = await bench.Manager.OpenAsync(Bench.Specification("probe"), CancellationToken.None);
        for (int i = 0; i < 20; i++)
        {
            await Bench.SendAsync(session, i);
        }

        await WaitAsync(() => probe.Seen.Count > 0);
        SessionSummary summary = await session.AbortAsync();

        Assert.Multiple(() =>
        {
            Assert.That(summary.Frames.Processed, Is.Zero);
            Assert.That(summary.Frames.DroppedByCause, Is.EqualTo(new[] { new DropCount(DropCause.Aborted, 20) }));
            Assert.That(summary.LeakedBuffers, Is.Zero);
            Assert.That(session.State, Is.EqualTo(SessionState.Ended));
        });
        Assert.That(await session.AbortAsync(), Is.SameAs(summary));
        Assert.That(await session.CompleteAsync(CancellationToken.None), Is.SameAs(summary));
    }

    [Test]
    public async Task Frames_after_the_end_are_refused()
    {
        await using var bench = new Bench();
        Session session = await bench.Manager.OpenAsync(Bench.Specification(), CancellationToken.None);
        Assert.That(session.Pool.TryRent(out Core.Frames.FrameLease late), Is.True);
        Task<SessionSummary> completing = session.CompleteAsync(CancellationToken.None);
        late.Frame.LengthBytes = session.Specification.Acquisition.FrameBytes;
        late.Frame.Header = new() { Sequence = 0 };
        IngestResult result = session.Offer(late);
        await completing;

        Assert.That(result.Accepted, Is.False);
        Assert.That(session.Pool.Outstanding, Is.Zero);
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_session_without_a_client_is_ended_after_the_stated_time_and_a_connected_one_is_not()
    {
        var time = new TestTimeProvider();
        await using var bench = new Bench(time, new SessionManagerOptions { KeepDisconnected = TimeSpan.FromSeconds(30) });
        Session left = await bench.Manager.OpenAsync(Bench.Specification(), CancellationToken.None);
        Session kept = await bench.Manager.OpenAsync(Bench.Specification(), CancellationToken.None);
        using StreamConnection connection = kept.Connect();

        await StepAsync(time, 29);
        Assert.That(bench.Manager.Sessions, Has.Count.EqualTo(2));
        await StepAsync(time, 3);
        await WaitAsync(() => bench.Manager.Sessions.Count == 1);
        await left.Completion;

        Assert.That(bench.Manager.Sessions, Is.EqualTo(new[] { kept }));
        Assert.That(() => bench.Manager.Authenticate(left.Id, left.ResumeToken), Throws.InstanceOf<SessionRefusedException>().With.Property("Reason").EqualTo(RefusalReason.NotFound));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_method_that_fails_costs_its_frames_and_not_the_session()
    {
        var probe = new ProbeMethod(3, 1)
        {
            OnFrame = (input, _, _) => input.Sequence is >= 5 and < 8 ? throw new InvalidDataException("the maps are upside down") : default,
        };
        await using var bench = new Bench(methods: probe);
        Session session = await bench.Manager.OpenAsync(Bench.Specification("probe"), CancellationToken.None);
        using StreamConnection connection = session.Connect();
        Task<List<SessionUpdate>> reading = Bench.ReadAllAsync(connection.Updates);
        for (int i = 0; i < 20; i++)
        {
            await Bench.SendAsync(session, i);
        }

        SessionSummary summary = await session.CompleteAsync(CancellationToken.None);
        List<SessionUpdate> updates = await reading;

        Assert.Multiple(() =>
        {
            Assert.That(summary.Frames.Processed, Is.EqualTo(17));
            Assert.That(summary.Frames.DroppedByCause, Is.EqualTo(new[] { new DropCount(DropCause.Failed, 3) }));
            Notice notice = updates.Select(update => update.Body).OfType<Notice>().Single();
            Assert.That(notice.Code, Is.EqualTo(NoticeCodes.MethodFailed));
            Assert.That(notice.Message, Does.Contain("frame 5").And.Contain("upside down"));
            Assert.That(summary.LeakedBuffers, Is.Zero);
        });
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_fault_outside_the_method_ends_its_session_with_a_reason_and_no_other()
    {
        // No verdict at all is what publishing was never told to expect.
        var probe = new ProbeMethod
        {
            OnFrame = (input, update, _) =>
            {
                update.Trust = input.Sequence < 3 ? update.Trust : null!;
                return default;
            },
        };
        using var logs = new CapturedLogs();
        await using var bench = new Bench(loggers: logs, methods: probe);
        Session broken = await bench.Manager.OpenAsync(Bench.Specification("probe") with { BufferFrames = 4 }, CancellationToken.None);
        Session healthy = await bench.Manager.OpenAsync(Bench.Specification(), CancellationToken.None);
        using StreamConnection connection = broken.Connect();
        Task<List<SessionUpdate>> reading = Bench.ReadAllAsync(connection.Updates);
        for (int i = 0; i < 100; i++)
        {
            await Bench.SendAsync(broken, i);
        }

        SessionSummary summary = await broken.Completion;
        List<SessionUpdate> updates = await reading;
        await Bench.SendAsync(healthy, 0);
        SessionSummary other = await healthy.CompleteAsync(CancellationToken.None);

        Assert.Multiple(() =>
        {
            Assert.That(updates.Select(update => update.Body).OfType<Notice>().Select(notice => notice.Code), Does.Contain(NoticeCodes.SessionFailed));
            Assert.That(
                updates.Select(update => update.Body).OfType<Notice>().Single(notice => notice.Code == NoticeCodes.SessionFailed).Message,
                Does.Contain(logs.Faults.Single().Message), "the fault itself, and not that the stages before it found its channel closed");
            Assert.That(logs.Faults.Single(), Is.TypeOf<NullReferenceException>().With.Property(nameof(Exception.StackTrace)).Contains("PublishStage"));
            Assert.That(updates[^1].Body, Is.SameAs(summary));
            Assert.That(summary.Frames.Received, Is.EqualTo(summary.Frames.Processed + summary.Frames.Dropped));
            Assert.That(other.Frames.Processed, Is.EqualTo(1));
        });
    }

    [Test]
    public async Task A_method_that_cannot_even_be_disposed_does_not_keep_its_session()
    {
        var probe = new ProbeMethod { OnDispose = () => throw new InvalidOperationException("stuck") };
        await using var bench = new Bench(methods: probe);
        Session session = await bench.Manager.OpenAsync(Bench.Specification("probe"), CancellationToken.None);
        SessionSummary summary = await session.CompleteAsync(CancellationToken.None);
        Assert.That(summary.Warnings, Has.Exactly(1).Contains("stuck"));
    }

    private static async Task StepAsync(TestTimeProvider time, int seconds)
    {
        for (int i = 0; i < seconds; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
        }
    }

    private static async Task WaitAsync(Func<bool> condition)
    {
        for (int i = 0; i < 2000 && !condition(); i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, CancellationToken.None);
        }

        Assert.That(condition(), Is.True, "waited four seconds in vain");
    }
}
