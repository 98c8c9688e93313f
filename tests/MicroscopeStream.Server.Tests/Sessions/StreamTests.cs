using MicroscopeStream.Contract.V1;
using MicroscopeStream.Server.Tests.Support;

namespace MicroscopeStream.Server.Tests.Sessions;

public sealed class StreamTests
{
    [Test]
    public async Task Every_frame_comes_back_as_a_result_and_the_stream_ends_with_the_account()
    {
        await using TestService service = await TestService.StartAsync();
        using TestStream stream = await service.OpenStreamAsync();
        for (ulong i = 0; i < 50; i++)
        {
            await stream.SendAsync(i, (ushort)(100 + i));
        }

        SessionSummary summary = await stream.EndAsync();
        Localizations all = Localizations.Of(stream);
        Assert.Multiple(() =>
        {
            Assert.That(all.Frames, Is.EqualTo(Enumerable.Range(0, 50).Select(i => (ulong)i)));
            Assert.That(all.X, Is.EqualTo(Enumerable.Range(0, 50).Select(i => 100.0 + i)), "photons arrive as they were sent");
            Assert.That(summary.Frames.Received, Is.EqualTo(50));
            Assert.That(summary.Frames.Processed, Is.EqualTo(50));
            Assert.That(summary.Frames.Dropped, Is.Zero);
            Assert.That(summary.LeakedBuffers, Is.Zero);
            Assert.That(stream.LastAcknowledgement!.ReceivedThrough, Is.EqualTo(49));
            Assert.That(stream.LastAcknowledgement.Received, Is.EqualTo(50));
        });
    }

    [Test]
    public async Task An_end_message_ends_the_stream_as_half_closing_does()
    {
        await using TestService service = await TestService.StartAsync();
        using TestStream stream = await service.OpenStreamAsync();
        await stream.SendAsync(0);
        await stream.Call.RequestStream.WriteAsync(new StreamRequest { End = new EndOfFrames() });
        await stream.Completion;
        Assert.That(stream.Summary!.Frames.Processed, Is.EqualTo(1));
    }

    [Test]
    public async Task An_acknowledgement_means_that_frames_were_received()
    {
        await using TestService service = await TestService.StartAsync();
        using TestStream stream = await service.OpenStreamAsync();
        await stream.SendAsync(0);
        await stream.SendAsync(1);
        await stream.EndAsync();
        Assert.That(stream.Responses.Where(r => r.Acknowledgement is not null).Select(r => r.Acknowledgement.Received), Is.Not.Empty.And.All.Positive);
    }

    [Test]
    public async Task Results_echo_the_senders_timestamp_and_the_range_they_cover()
    {
        await using TestService service = await TestService.StartAsync();
        using TestStream stream = await service.OpenStreamAsync();
        await stream.SendAsync(0);
        await stream.EndAsync();
        Update update = stream.Updates.Single(u => u.Localizations is not null);
        Assert.Multiple(() =>
        {
            Assert.That(update.SenderTimestampNs, Is.EqualTo(1000));
            Assert.That(update.Range, Is.EqualTo(new SequenceRange { First = 0, Last = 0 }));
            Assert.That(update.Timings.ReconstructNs, Is.Positive);
        });
    }

    private sealed record Localizations(ulong[] Frames, double[] X)
    {
        public static Localizations Of(TestStream stream)
        {
            LocalizationBatch[] batches = [.. stream.Updates.Where(u => u.Localizations is not null).Select(u => u.Localizations)];
            return new Localizations([.. batches.SelectMany(b => b.Frame)], [.. batches.SelectMany(b => b.XNm)]);
        }
    }
}
