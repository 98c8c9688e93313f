using Grpc.Core;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Server.Tests.Support;

namespace MicroscopeStream.Server.Tests.Sessions;

/// <summary>Closing, aborting, listing, and sessions beside each other.</summary>
public sealed class LifeTests
{
    [Test]
    public async Task Close_works_off_what_is_queued_and_tells_the_stream()
    {
        await using TestService service = await TestService.StartAsync();
        using TestStream stream = await service.OpenStreamAsync();
        for (ulong i = 0; i < 10; i++)
        {
            await stream.SendAsync(i);
        }

        await stream.UntilAsync(s => s.LastAcknowledgement?.Received == 10);
        CloseResponse closed = await service.Sessions.CloseAsync(Closing(stream));
        await stream.Completion;
        Assert.Multiple(() =>
        {
            Assert.That(closed.Summary.Frames.Processed, Is.EqualTo(10));
            Assert.That(stream.Summary, Is.EqualTo(closed.Summary), "the stream of a closed session ends with the same account");
        });
    }

    [Test]
    public async Task Abort_throws_away_what_is_queued_and_counts_it()
    {
        await using TestService service = await TestService.StartAsync();
        service.Gated.Shut();
        using TestStream stream = await service.OpenStreamAsync();
        for (ulong i = 0; i < 10; i++)
        {
            await stream.SendAsync(i);
        }

        await stream.UntilAsync(s => s.LastAcknowledgement?.Received == 10);
        CloseRequest closing = Closing(stream);
        closing.Abort = true;
        SessionSummary summary = (await service.Sessions.CloseAsync(closing)).Summary;
        Assert.Multiple(() =>
        {
            Assert.That(summary.Frames.Received, Is.EqualTo(10));
            Assert.That(summary.Frames.Processed, Is.Zero);
            Assert.That(summary.Frames.DroppedByCause.Single().Cause, Is.EqualTo(DropCause.Aborted));
            Assert.That(summary.LeakedBuffers, Is.Zero);
        });
    }

    [Test]
    public async Task A_closed_session_is_forgotten()
    {
        await using TestService service = await TestService.StartAsync();
        OpenResponse opened = await service.Sessions.OpenAsync(TestService.GoodRequest());
        var closing = new CloseRequest { SessionId = opened.SessionId, ResumeToken = opened.ResumeToken };
        await service.Sessions.CloseAsync(closing);
        RpcException failure = await TestService.FailureOf(() => service.Sessions.CloseAsync(closing).ResponseAsync);
        Assert.That(failure.StatusCode, Is.EqualTo(StatusCode.NotFound));
    }

    [Test]
    public async Task Sessions_are_listed_with_what_they_do()
    {
        await using TestService service = await TestService.StartAsync();
        using TestStream streaming = await service.OpenStreamAsync(r => r.Acquisition.Name = "one");
        await service.Sessions.OpenAsync(TestService.GoodRequest(r => r.Acquisition.Name = "two"));
        await streaming.SendAsync(0);
        await streaming.UntilAsync(s => s.LocalizedFrames.Any());
        ListSessionsResponse listed = await service.Sessions.ListSessionsAsync(new ListSessionsRequest());
        Assert.Multiple(() =>
        {
            Assert.That(listed.Sessions.Select(s => (s.Name, s.Streaming)), Is.EqualTo(new[] { ("one", true), ("two", false) }));
            Assert.That(listed.Sessions[0].Progress.Frames.Received, Is.EqualTo(1));
            Assert.That(listed.Sessions[0].Method, Is.EqualTo(GatedMethod.Id));
        });
    }

    [Test]
    public async Task Two_sessions_do_not_reach_each_other()
    {
        await using TestService service = await TestService.StartAsync();
        using TestStream good = await service.OpenStreamAsync();
        using TestStream bad = await service.OpenStreamAsync();
        for (ulong i = 0; i < 20; i++)
        {
            await good.SendAsync(i, 50);
            await bad.SendAsync(i, 666);
        }

        await bad.SendAsync(ulong.MaxValue);
        await TestService.FailureOf(() => bad.Completion);
        SessionSummary summary = await good.EndAsync();
        Assert.Multiple(() =>
        {
            Assert.That(summary.Frames.Processed, Is.EqualTo(20));
            Assert.That(summary.Warnings, Is.Empty);
            Assert.That(good.Updates.Where(u => u.Localizations is not null).SelectMany(u => u.Localizations.XNm), Is.All.EqualTo(50.0));
        });
    }

    private static CloseRequest Closing(TestStream stream) => new() { SessionId = stream.Opened.SessionId, ResumeToken = stream.Opened.ResumeToken };
}
