using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Ingest;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Pipeline.Tests.Support;

namespace MicroscopeStream.Pipeline.Tests.Ingest;

public sealed class PolicyTests
{
    [Test]
    [CancelAfter(30_000)]
    public async Task Lossless_stops_the_sender_and_drops_nothing()
    {
        using var gate = new SemaphoreSlim(0);
        var probe = new ProbeMethod { OnFrame = async (_, _, cancelled) => await gate.WaitAsync(cancelled) };
        await using var bench = new Bench(methods: probe);
        Session session = await bench.Manager.OpenAsync(Bench.Specification("probe") with { BufferFrames = 4 }, CancellationToken.None);
        using StreamConnection connection = session.Connect();
        Task<List<SessionUpdate>> reading = Bench.ReadAllAsync(connection.Updates);

        var sending = Task.Run(async () =>
        {
            for (int i = 0; i < 300; i++)
            {
                await Bench.SendAsync(session, i);
            }
        });
        await UntilAsync(() => session.Credits == 0);
        long held = session.GetProgress().Frames.Received;
        Assert.That(sending.IsCompleted, Is.False);
        Assert.That(held, Is.LessThan(60));

        gate.Release(300);
        await sending;
        SessionSummary summary = await session.CompleteAsync(CancellationToken.None);
        await reading;

        Assert.Multiple(() =>
        {
            Assert.That(summary.Frames.Processed, Is.EqualTo(300));
            Assert.That(summary.Frames.Dropped, Is.Zero);
            Assert.That(summary.LeakedBuffers, Is.Zero);
        });
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task Live_never_stops_the_sender_drops_the_oldest_and_counts_every_drop()
    {
        using var gate = new SemaphoreSlim(0);
        var probe = new ProbeMethod { OnFrame = async (_, _, cancelled) => await gate.WaitAsync(cancelled) };
        await using var bench = new Bench(methods: probe);
        Session session = await bench.Manager.OpenAsync(
            Bench.Specification("probe", FramePolicy.Live) with { BufferFrames = 16 }, CancellationToken.None);
        using StreamConnection connection = session.Connect();
        Task<List<SessionUpdate>> reading = Bench.ReadAllAsync(connection.Updates);

        for (int i = 0; i < 500; i++)
        {
            IngestResult result = await Bench.SendAsync(session, i);
            Assert.That(result.Credits, Is.GreaterThan(0), "a live sender is never held back");
        }

        FrameCounts during = session.GetProgress().Frames;
        gate.Release(500);
        SessionSummary summary = await session.CompleteAsync(CancellationToken.None);
        List<SessionUpdate> updates = await reading;

        Assert.Multiple(() =>
        {
            Assert.That(during.Received, Is.EqualTo(500));
            Assert.That(during.Processed + during.Dropped + during.InFlight, Is.EqualTo(500));
            Assert.That(summary.Frames.Received, Is.EqualTo(500));
            Assert.That(summary.Frames.Processed + summary.Frames.Dropped, Is.EqualTo(500));
            Assert.That(summary.Frames.Dropped, Is.GreaterThan(400));
            Assert.That(probe.Seen[^1].Sequence, Is.EqualTo(499), "the newest frame survives");
            Assert.That(updates.Select(update => update.Body).OfType<Drop>().Sum(drop => drop.Count), Is.EqualTo(summary.Frames.Dropped));
            Assert.That(summary.Warnings, Has.Exactly(1).Contains("faster than they can be worked on"));
            Assert.That(summary.LeakedBuffers, Is.Zero);
        });
    }

    [Test]
    public async Task Live_without_any_buffer_says_so_at_once()
    {
        using var gate = new SemaphoreSlim(0);
        var probe = new ProbeMethod { OnFrame = async (_, _, cancelled) => await gate.WaitAsync(cancelled) };
        await using var bench = new Bench(methods: probe);
        Session session = await bench.Manager.OpenAsync(
            Bench.Specification("probe", FramePolicy.Live) with { BufferFrames = 2 }, CancellationToken.None);
        var taken = new List<Core.Frames.FrameLease>();
        while (session.Pool.TryRent(out Core.Frames.FrameLease lease))
        {
            taken.Add(lease);
        }

        IngestResult result = await Bench.SendAsync(session, 0);
        Assert.That(result.Cause, Is.EqualTo(DropCause.BuffersFull));

        taken.ForEach(lease => lease.Dispose());
        gate.Release(10);
        SessionSummary summary = await session.CompleteAsync(CancellationToken.None);
        Assert.That(summary.Frames.DroppedByCause, Is.EqualTo(new[] { new DropCount(DropCause.BuffersFull, 1) }));
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (int i = 0; i < 1000 && !condition(); i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, CancellationToken.None);
        }
    }
}
