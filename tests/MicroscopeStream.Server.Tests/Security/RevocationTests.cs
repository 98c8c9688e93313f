using Grpc.Core;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Pipeline.Tests.Support;
using MicroscopeStream.Server.Tests.Support;

namespace MicroscopeStream.Server.Tests.Security;

/// <summary>What becomes of connections whose token is taken out of the file while they are open.</summary>
public sealed class RevocationTests
{
    private const string Kept = "kept-0123456789abcdef", Taken = "taken-0123456789abcdef";

    private readonly Certificates _files = new();

    [OneTimeTearDown]
    public void Delete() => _files.Dispose();

    [Test]
    [CancelAfter(60_000)]
    public async Task Watch_stream_and_viewer_of_a_token_that_is_taken_out_end_within_seconds_and_others_go_on()
    {
        var time = new TestTimeProvider();
        string path = _files.Write("revoked", $"one watch,stream {Kept}\ntwo watch,stream {Taken}\n");
        await using TestService service = await TestService.StartAsync(o => o with { HttpUrl = "http://127.0.0.1:0", TokenFilePath = path, TimeProvider = time, KeepDisconnected = TimeSpan.FromDays(1) });
        OpenResponse kept = await service.Sessions.OpenAsync(TestService.GoodRequest(), Bearer(Kept));
        OpenResponse taken = await service.Sessions.OpenAsync(TestService.GoodRequest(), Bearer(Taken));
        using AsyncServerStreamingCall<WatchResponse> goesOn = service.Sessions.Watch(new WatchRequest { SessionId = kept.SessionId }, Bearer(Kept));
        using AsyncServerStreamingCall<WatchResponse> watch = service.Sessions.Watch(new WatchRequest { SessionId = kept.SessionId }, Bearer(Taken));
        using AsyncDuplexStreamingCall<StreamRequest, StreamResponse> stream = service.Sessions.Stream(Bearer(Taken));
        await stream.RequestStream.WriteAsync(new StreamRequest { Start = new StreamStart { SessionId = taken.SessionId, ResumeToken = taken.ResumeToken } });
        Assert.That(await stream.ResponseStream.MoveNext(CancellationToken.None), Is.True);
        await using TestViewer viewer = await TestViewer.ConnectAsync(service);
        await viewer.WatchAsync(new WatchRequest { SessionId = kept.SessionId }, Taken);
        await using var passing = new Passing(time);
        await viewer.UntilAsync(message => message.Update.Progress is not null);
        Assert.That(await watch.ResponseStream.MoveNext(CancellationToken.None), Is.True);

        DateTime before = File.GetLastWriteTimeUtc(path);
        File.WriteAllText(path, $"one watch,stream {Kept}\n");
        File.SetLastWriteTimeUtc(path, before.AddSeconds(1));
        await viewer.ToEndAsync();
        Assert.That((int?)viewer.CloseStatus, Is.EqualTo(4401));
        Assert.That(viewer.CloseReason, Does.Contain("not valid any more"));
        Assert.That((await TestService.FailureOf(() => ToEndAsync(watch.ResponseStream))).StatusCode, Is.EqualTo(StatusCode.Unauthenticated));
        Assert.That((await TestService.FailureOf(() => ToEndAsync(stream.ResponseStream))).StatusCode, Is.EqualTo(StatusCode.Unauthenticated));

        // Whoever has a token takes the session up where it was left.
        Assert.That(
            (await service.Sessions.ResumeAsync(new ResumeRequest { SessionId = taken.SessionId, ResumeToken = taken.ResumeToken }, Bearer(Kept))).NextSequence, Is.Zero);
        for (int i = 0; i < 3; i++)
        {
            Assert.That(await goesOn.ResponseStream.MoveNext(CancellationToken.None), Is.True);
        }
    }

    private static Metadata Bearer(string token) => new() { { "authorization", $"Bearer {token}" } };

    private static async Task ToEndAsync<T>(IAsyncStreamReader<T> responses)
    {
        while (await responses.MoveNext(CancellationToken.None))
        {
        }
    }

    /// <summary>Lets the service's time pass, a quarter of a second every few milliseconds.</summary>
    private sealed class Passing : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _running;

        public Passing(TestTimeProvider time) => _running = Task.Run(async () =>
        {
            while (!_stop.IsCancellationRequested)
            {
                time.Advance(TimeSpan.FromSeconds(0.25));
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
            }
        });

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running;
            _stop.Dispose();
        }
    }
}
