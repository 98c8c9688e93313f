using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Pipeline.Tests.Support;

namespace MicroscopeStream.Pipeline.Tests.Sessions;

public sealed class SessionTests
{
    [Test]
    [CancelAfter(30_000)]
    public async Task Every_frame_comes_out_and_the_account_adds_up()
    {
        await using var bench = new Bench();
        Session session = await bench.Manager.OpenAsync(Bench.Specification(), CancellationToken.None);
        using StreamConnection connection = session.Connect();
        Task<List<SessionUpdate>> reading = Bench.ReadAllAsync(connection.Updates);
        for (int i = 0; i < 200; i++)
        {
            Assert.That((await Bench.SendAsync(session, i)).Accepted, Is.True);
        }

        SessionSummary summary = await session.CompleteAsync(CancellationToken.None);
        List<SessionUpdate> updates = await reading;

        Assert.Multiple(() =>
        {
            Assert.That(summary.Frames.Received, Is.EqualTo(200));
            Assert.That(summary.Frames.Processed, Is.EqualTo(200));
            Assert.That(summary.Frames.Dropped, Is.Zero);
            Assert.That(summary.LeakedBuffers, Is.Zero);
            Assert.That(session.NextSequence, Is.EqualTo(200));
            Assert.That(updates[^1].Body, Is.SameAs(summary));
            long next = 0;
            foreach (SessionUpdate update in updates.Where(update => update.Body is LocalizationBatch))
            {
                Assert.That(update.Range.First, Is.EqualTo(next));
                Assert.That(update.SenderTimestampNs, Is.EqualTo(1000 + update.Range.Last));
                next = update.Range.Last + 1;
            }

            Assert.That(next, Is.EqualTo(200));
            Assert.That(summary.Latency.Single(stage => stage.Stage == Stages.Total).Count, Is.EqualTo(200));
        });
    }
}
