using Grpc.Core;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Server.Tests.Support;

namespace MicroscopeStream.Server.Tests.Sessions;

public sealed class WatchTests
{
    [Test]
    public async Task A_watcher_sees_localizations_and_the_summary_of_the_newest_session()
    {
        await using TestService service = await TestService.StartAsync();
        using TestStream stream = await service.OpenStreamAsync();
        using AsyncServerStreamingCall<WatchResponse> watch = service.Sessions.Watch(new WatchRequest { Localizations = true });
        await watch.ResponseHeadersAsync;
        for (ulong i = 0; i < 10; i++)
        {
            await stream.SendAsync(i);
        }

        await stream.EndAsync();
        List<WatchResponse> seen = await watch.ResponseStream.ReadAllAsync().ToListAsync();
        Assert.Multiple(() =>
        {
            Assert.That(seen.Where(r => r.Update.Localizations is not null).SelectMany(r => r.Update.Localizations.Frame), Is.EqualTo(Enumerable.Range(0, 10).Select(i => (ulong)i)));
            Assert.That(seen[^1].Update.Summary.Frames.Processed, Is.EqualTo(10));
            Assert.That(seen[^1].Missed, Is.Zero);
        });
    }

    [Test]
    public async Task A_watcher_that_wants_no_localizations_gets_none()
    {
        await using TestService service = await TestService.StartAsync();
        using TestStream stream = await service.OpenStreamAsync();
        using AsyncServerStreamingCall<WatchResponse> watch = service.Sessions.Watch(new WatchRequest { SessionId = stream.Opened.SessionId });
        await watch.ResponseHeadersAsync;
        await stream.SendAsync(0);
        await stream.EndAsync();
        List<WatchResponse> seen = await watch.ResponseStream.ReadAllAsync().ToListAsync();
        Assert.That(seen.Select(r => r.Update.BodyCase), Does.Contain(Update.BodyOneofCase.Summary).And.Not.Contain(Update.BodyOneofCase.Localizations));
    }

    [Test]
    public async Task A_watcher_that_does_not_read_slows_nobody_and_is_told_what_it_missed()
    {
        await using TestService service = await TestService.StartAsync();
        using TestStream stream = await service.OpenStreamAsync(r => (r.Acquisition.Width, r.Acquisition.Height) = (512, 512));
        using var lazyChannel = service.NewChannel();
        using AsyncServerStreamingCall<WatchResponse> lazy =
            new SessionService.SessionServiceClient(lazyChannel).Watch(new WatchRequest { SessionId = stream.Opened.SessionId, Localizations = true });
        await lazy.ResponseHeadersAsync;
        Frame frame = TestStream.FrameOf(0);
        frame.Pixels = Google.Protobuf.ByteString.CopyFrom(new byte[512 * 512 * 2]);
        for (ulong i = 0; i < 300; i++)
        {
            frame.Sequence = i;
            await stream.SendAsync(frame);
        }

        SessionSummary summary = await stream.EndAsync();
        List<WatchResponse> seen = await lazy.ResponseStream.ReadAllAsync().ToListAsync();
        Assert.Multiple(() =>
        {
            Assert.That(summary.Frames.Processed, Is.EqualTo(300), "the session went its pace");
            Assert.That(seen[^1].Update.Summary, Is.Not.Null, "the account is never missed");
        });
    }

    [Test]
    public async Task Watching_nobody_is_not_found()
    {
        await using TestService service = await TestService.StartAsync();
        using AsyncServerStreamingCall<WatchResponse> watch = service.Sessions.Watch(new WatchRequest());
        RpcException failure = await TestService.FailureOf(() => watch.ResponseStream.MoveNext(default));
        Assert.That(failure.StatusCode, Is.EqualTo(StatusCode.NotFound));
    }

    [Test]
    public async Task A_preview_rate_that_is_no_number_is_refused()
    {
        await using TestService service = await TestService.StartAsync();
        using TestStream stream = await service.OpenStreamAsync();
        using AsyncServerStreamingCall<WatchResponse> watch = service.Sessions.Watch(new WatchRequest { PreviewRate = double.NaN });
        RpcException failure = await TestService.FailureOf(() => watch.ResponseStream.MoveNext(default));
        Assert.That((failure.StatusCode, Faults.Of(failure).Single().Field), Is.EqualTo((StatusCode.InvalidArgument, "preview_rate")));
    }
}
