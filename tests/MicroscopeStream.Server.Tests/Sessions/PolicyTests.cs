using MicroscopeStream.Contract.V1;
using MicroscopeStream.Server.Tests.Support;

namespace MicroscopeStream.Server.Tests.Sessions;

/// <summary>What happens when frames come faster than they can be worked on.</summary>
public sealed class PolicyTests
{
    [Test]
    public async Task Lossless_a_method_that_stands_still_stops_the_sender_and_loses_nothing()
    {
        await using TestService service = await TestService.StartAsync();
        service.Gated.Shut();
        using TestStream stream = await service.OpenStreamAsync(r => (r.Policy, r.BufferFrames) = (Policy.Lossless, 16));

        // Frames of 256 bytes would all fit the transport's windows, so the sender is watched by what the service takes over.
        Task sending = Task.Run(async () =>
        {
            for (ulong i = 0; i < 500; i++)
            {
                await stream.SendAsync(i);
            }
        });
        await stream.UntilAsync(s => s.LastAcknowledgement is { Credits: 0 });
        await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None);
        ulong takenWhileShut = stream.LastAcknowledgement!.Received;
        service.Gated.Open();
        await sending;
        SessionSummary summary = await stream.EndAsync();
        Assert.Multiple(() =>
        {
            Assert.That(takenWhileShut, Is.InRange(16UL, 40UL), "16 buffers plus what sits in the stages");
            Assert.That(summary.Frames.Processed, Is.EqualTo(500));
            Assert.That(summary.Frames.Dropped, Is.Zero);
            Assert.That(stream.LocalizedFrames, Is.EqualTo(Enumerable.Range(0, 500).Select(i => (ulong)i)));
            Assert.That(summary.LeakedBuffers, Is.Zero);
        });
    }

    [Test]
    public async Task A_sender_that_obeys_credits_is_given_new_ones_when_buffers_come_back()
    {
        await using TestService service = await TestService.StartAsync();
        service.Gated.Shut();
        using TestStream stream = await service.OpenStreamAsync(r => (r.Policy, r.BufferFrames) = (Policy.Lossless, 16));
        ulong sent = 0;
        while (sent < 100 && stream.LastAcknowledgement is not { Credits: 0 })
        {
            await stream.SendAsync(sent++);
            await stream.UntilAsync(s => s.LastAcknowledgement?.Received == sent);
        }

        service.Gated.Permit(3);
        await stream.UntilAsync(s => s.LastAcknowledgement is { Credits: > 0 });
        Assert.That(stream.LastAcknowledgement!.Received, Is.EqualTo(sent), "nothing was sent, so only credits changed");
    }

    [Test]
    public async Task Live_what_is_stale_is_dropped_counted_and_told_and_the_sender_is_not_stopped()
    {
        await using TestService service = await TestService.StartAsync();
        service.Gated.Shut();
        using TestStream stream = await service.OpenStreamAsync(r => (r.Policy, r.BufferFrames) = (Policy.Live, 16));
        for (ulong i = 0; i < 500; i++)
        {
            await stream.SendAsync(i);
        }

        await stream.UntilAsync(s => s.LastAcknowledgement?.Received == 500);
        service.Gated.Open();
        SessionSummary summary = await stream.EndAsync();
        ulong told = stream.Updates.Where(u => u.Drop is not null).Aggregate(0UL, (sum, u) => sum + u.Drop.Count);
        Assert.Multiple(() =>
        {
            Assert.That(summary.Frames.Received, Is.EqualTo(500));
            Assert.That(summary.Frames.Dropped, Is.GreaterThan(400));
            Assert.That(summary.Frames.Processed + summary.Frames.Dropped, Is.EqualTo(500));
            Assert.That(told, Is.EqualTo(summary.Frames.Dropped), "every drop is told in the stream");
            Assert.That(stream.LocalizedFrames, Does.Contain(499UL), "the newest frame is worked on");
            Assert.That(summary.LeakedBuffers, Is.Zero);
        });
    }
}
