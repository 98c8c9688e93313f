using System.Net.WebSockets;
using Google.Protobuf;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Server.Tests.Support;

namespace MicroscopeStream.Server.Tests.Viewing;

/// <summary>What a browser does with the WebSocket at /watch, right and wrong.</summary>
public sealed class ViewerTests
{
    private const double FieldWidthNm = 1600, FieldHeightNm = 800;

    [Test]
    public async Task A_viewer_sees_previews_and_the_summary_and_the_service_closes()
    {
        await using TestService service = await StartAsync();
        using TestStream stream = await OpenAsync(service);
        await using TestViewer viewer = await TestViewer.ConnectAsync(service);
        await viewer.WatchAsync(new WatchRequest());
        await stream.SendAsync(0);
        await stream.EndAsync();
        List<WatchResponse> seen = await viewer.ToEndAsync();
        Preview[] previews = [.. seen.Where(r => r.Update.Preview is not null).Select(r => r.Update.Preview)];
        Assert.Multiple(() =>
        {
            Assert.That(previews.Select(p => p.Kind), Is.SupersetOf(new[] { PreviewKind.SuperResolved, PreviewKind.Widefield }));
            Assert.That(previews.Select(p => p.Width * p.PixelSizeNm), Is.All.EqualTo(FieldWidthNm).Within(1e-6));
            Assert.That(seen[0].Session.SessionId, Is.EqualTo(stream.Opened.SessionId));
            Assert.That((seen[0].Session.Width, seen[0].Session.Height, seen[0].Session.PixelSizeNm), Is.EqualTo((16u, 8u, 100.0)));
            Assert.That(seen.Skip(1).Select(r => r.Session), Is.All.Null);
            Assert.That(seen.Count(r => r.Update.Summary is not null), Is.EqualTo(1));
            Assert.That(viewer.CloseStatus, Is.EqualTo(WebSocketCloseStatus.NormalClosure));
        });
    }

    [Test]
    public async Task Previews_wait_for_the_viewer_and_only_the_newest_comes_after()
    {
        await using TestService service = await StartAsync();
        using TestStream stream = await OpenAsync(service);
        await using TestViewer viewer = await TestViewer.ConnectAsync(service);
        await viewer.WatchAsync(new WatchRequest());
        for (ulong i = 0; i < 2; i++)
        {
            await stream.SendAsync(i);
            for (int kinds = 0; kinds < 2; kinds++)
            {
                await viewer.UntilAsync(r => r.Update.Preview is not null);
            }
        }

        // Four are on their way: none comes any more, whatever the session publishes, and messages pass them.
        for (ulong i = 2; i < 10; i++)
        {
            await stream.SendAsync(i);
        }

        await stream.EndAsync();
        WatchResponse next = await viewer.UntilAsync(r => r.Update.Preview is not null || r.Update.Summary is not null);
        Assert.That(next.Update.Summary, Is.Not.Null, "no preview before the acknowledgement");
        await viewer.AcknowledgeAsync(4);
        List<WatchResponse> rest = await viewer.ToEndAsync();
        Assert.That(rest.Select(r => r.Update.Preview?.Frames), Is.EqualTo(new ulong?[] { 10, 10 }), "one of each kind, of every frame");
    }

    [Test]
    public async Task A_viewer_that_takes_one_at_a_time_gets_every_kind_in_turn()
    {
        await using TestService service = await StartAsync();
        using TestStream stream = await OpenAsync(service);
        await using TestViewer slow = await TestViewer.ConnectAsync(service);
        await using TestViewer quick = await TestViewer.ConnectAsync(service);
        await slow.WatchAsync(new WatchRequest());
        await quick.WatchAsync(new WatchRequest());
        await quick.AcknowledgeAsync(int.MaxValue);
        for (ulong i = 0; i < 2; i++)
        {
            // Four are on their way to it without its word.
            await stream.SendAsync(i);
            await BothOfAsync(quick, i + 1);
            await BothOfAsync(slow, i + 1);
        }

        var kinds = new List<PreviewKind>();
        for (ulong i = 2; i < 6; i++)
        {
            // Both kinds are new before the slow one takes its next.
            await stream.SendAsync(i);
            await BothOfAsync(quick, i + 1);
            await slow.AcknowledgeAsync((int)i - 1);
            kinds.Add((await slow.UntilAsync(r => r.Update.Preview is not null)).Update.Preview.Kind);
        }

        Assert.That(kinds.Count(kind => kind == PreviewKind.Widefield), Is.EqualTo(2), string.Join(' ', kinds));

        static async Task BothOfAsync(TestViewer viewer, ulong frames)
        {
            var seen = new HashSet<PreviewKind>();
            while (seen.Count < 2)
            {
                Preview preview = (await viewer.UntilAsync(r => r.Update.Preview is not null)).Update.Preview;
                if (preview.Frames == frames)
                {
                    seen.Add(preview.Kind);
                }
            }
        }
    }

    [Test]
    public async Task Each_viewer_has_its_own_region_and_size_and_may_change_them()
    {
        await using TestService service = await StartAsync();
        using TestStream stream = await OpenAsync(service);
        await stream.SendAsync(0);
        await using TestViewer whole = await TestViewer.ConnectAsync(service);
        await whole.WatchAsync(new WatchRequest());
        Preview all = (await whole.UntilAsync(IsWidefield)).Update.Preview;
        await using TestViewer part = await TestViewer.ConnectAsync(service);
        await part.WatchAsync(new WatchRequest { Region = new Region { XNm = 450, YNm = 200, WidthNm = 300, HeightNm = 100 } });
        Preview cut = (await part.UntilAsync(IsWidefield)).Update.Preview;

        // Nothing new is published: what is there comes again in the new size.
        await part.WatchAsync(new WatchRequest { MaxPreviewSize = 8 });
        Preview small = (await part.UntilAsync(IsWidefield)).Update.Preview;
        Assert.Multiple(() =>
        {
            Assert.That((all.Width, all.Height, all.OriginXNm), Is.EqualTo((16u, 8u, 0.0)));
            Assert.That((cut.Width, cut.Height, cut.OriginXNm, cut.OriginYNm), Is.EqualTo((4u, 1u, 400.0, 200.0)));
            Assert.That(cut.Data, Has.Length.EqualTo(4));
            Assert.That((small.Width, small.Height, small.PixelSizeNm), Is.EqualTo((8u, 4u, 200.0)));
        });
    }

    [Test]
    public async Task A_viewer_that_reads_nothing_slows_nobody()
    {
        await using TestService service = await StartAsync();
        using TestStream stream = await OpenAsync(service, r => (r.Acquisition.Width, r.Acquisition.Height) = (512, 512));
        await using TestViewer stalled = await TestViewer.ConnectAsync(service);
        await stalled.WatchAsync(new WatchRequest { Localizations = true });
        await stalled.AcknowledgeAsync(int.MaxValue);
        await using TestViewer other = await TestViewer.ConnectAsync(service);
        await other.WatchAsync(new WatchRequest());
        Frame frame = TestStream.FrameOf(0);
        frame.Pixels = ByteString.CopyFrom(new byte[512 * 512 * 2]);
        for (ulong i = 0; i < 200; i++)
        {
            frame.Sequence = i;
            await stream.SendAsync(frame);
        }

        SessionSummary summary = await stream.EndAsync();
        await other.AcknowledgeAsync(int.MaxValue);
        List<WatchResponse> seen = await other.ToEndAsync();
        Assert.Multiple(() =>
        {
            Assert.That(summary.Frames.Processed, Is.EqualTo(200));
            Assert.That(seen.Last(r => r.Update.Preview is not null).Update.Preview.Frames, Is.EqualTo(200));
        });
    }

    [Test]
    public async Task A_viewer_without_an_id_gets_the_newest_session()
    {
        await using TestService service = await StartAsync();
        using TestStream first = await OpenAsync(service);
        using TestStream second = await OpenAsync(service);
        await using TestViewer viewer = await TestViewer.ConnectAsync(service);
        await viewer.WatchAsync(new WatchRequest());
        await second.SendAsync(0);
        Assert.That((await viewer.ReadAsync())!.Session.SessionId, Is.EqualTo(second.Opened.SessionId));
    }

    [Test]
    public async Task A_viewer_turns_to_another_session()
    {
        await using TestService service = await StartAsync();
        using TestStream first = await OpenAsync(service);
        using TestStream second = await OpenAsync(service);
        await first.SendAsync(0);
        await second.SendAsync(0);
        await using TestViewer viewer = await TestViewer.ConnectAsync(service);
        await viewer.WatchAsync(new WatchRequest { SessionId = first.Opened.SessionId });
        await viewer.UntilAsync(IsWidefield);
        await viewer.WatchAsync(new WatchRequest { SessionId = second.Opened.SessionId });
        WatchResponse turned = await viewer.UntilAsync(r => r.Session is not null);
        Assert.That(turned.Session.SessionId, Is.EqualTo(second.Opened.SessionId));
    }

    private static IEnumerable<TestCaseData> Nonsense =>
    [
        new TestCaseData(new byte[] { 0xff, 0xff, 0xff }, WebSocketMessageType.Binary).SetArgDisplayNames("no message"),
        new TestCaseData(Array.Empty<byte>(), WebSocketMessageType.Binary).SetArgDisplayNames("an empty message"),
        new TestCaseData("watch"u8.ToArray(), WebSocketMessageType.Text).SetArgDisplayNames("text"),
        new TestCaseData(new byte[10_000], WebSocketMessageType.Binary).SetArgDisplayNames("too long"),
        new TestCaseData(new ViewerRequest { Watch = new WatchRequest { PreviewRate = double.NaN } }.ToByteArray(), WebSocketMessageType.Binary).SetArgDisplayNames("a rate that is no number"),
        new TestCaseData(new ViewerRequest { Watch = new WatchRequest { Region = new Region() } }.ToByteArray(), WebSocketMessageType.Binary).SetArgDisplayNames("an empty region"),
    ];

    [TestCaseSource(nameof(Nonsense))]
    public async Task A_message_that_is_not_understood_closes_with_the_reason(byte[] bytes, WebSocketMessageType type)
    {
        await using TestService service = await StartAsync();
        await using TestViewer viewer = await TestViewer.ConnectAsync(service);
        await viewer.SendAsync(bytes, type);
        await viewer.ToEndAsync();
        Assert.Multiple(() =>
        {
            Assert.That((int?)viewer.CloseStatus, Is.EqualTo(4400));
            Assert.That(viewer.CloseReason, Is.Not.Empty);
        });
    }

    [Test]
    public async Task A_session_that_is_not_there_closes_with_the_reason()
    {
        await using TestService service = await StartAsync();
        await using TestViewer viewer = await TestViewer.ConnectAsync(service);
        await viewer.WatchAsync(new WatchRequest { SessionId = "gone" });
        await viewer.ToEndAsync();
        Assert.Multiple(() =>
        {
            Assert.That((int?)viewer.CloseStatus, Is.EqualTo(4404));
            Assert.That(viewer.CloseReason, Does.Contain("session"));
        });
    }

    [Test]
    public async Task Viewers_beyond_the_limit_are_told()
    {
        await using TestService service = await StartAsync(o => o with { MaxViewers = 1 });
        using TestStream stream = await OpenAsync(service);
        await stream.SendAsync(0);
        await using TestViewer first = await TestViewer.ConnectAsync(service);
        await first.WatchAsync(new WatchRequest());
        await first.UntilAsync(IsWidefield);
        await using TestViewer second = await TestViewer.ConnectAsync(service);
        await second.ToEndAsync();
        Assert.That((int?)second.CloseStatus, Is.EqualTo(4429));
    }

    [TestCase("", 4401)]
    [TestCase("yesterday's", 4401)]
    [TestCase("secret", 4404)]
    public async Task Where_a_token_is_asked_for_no_other_will_do(string token, int close)
    {
        await using TestService service = await StartAsync(o => o with { ViewerToken = "secret" });
        await using TestViewer viewer = await TestViewer.ConnectAsync(service);
        await viewer.WatchAsync(new WatchRequest { SessionId = "none" }, token);
        await viewer.ToEndAsync();
        Assert.That((int?)viewer.CloseStatus, Is.EqualTo(close));
    }

    [TestCase("http://example.org")]
    [TestCase("null")]
    public async Task A_page_of_another_site_gets_no_connection(string origin)
    {
        await using TestService service = await StartAsync();
        WebSocketException? refused = await Assert.ThrowsAsync<WebSocketException>(() => TestViewer.ConnectAsync(service, origin));
        Assert.That(refused!.Message, Does.Contain("403"));
    }

    [Test]
    public async Task The_services_own_page_gets_a_connection()
    {
        await using TestService service = await StartAsync();
        await using TestViewer viewer = await TestViewer.ConnectAsync(service, service.Server.HttpAddress!.GetLeftPart(UriPartial.Authority));
        await viewer.SendAsync([]);
        await viewer.ToEndAsync();
        Assert.That((int?)viewer.CloseStatus, Is.EqualTo(4400), "it was listened to");
    }

    [Test]
    public async Task A_shutdown_tells_viewers()
    {
        await using TestService service = await StartAsync();
        using TestStream stream = await OpenAsync(service);
        await stream.SendAsync(0);
        await using TestViewer viewer = await TestViewer.ConnectAsync(service);
        await viewer.WatchAsync(new WatchRequest());
        await viewer.UntilAsync(IsWidefield);
        await viewer.AcknowledgeAsync(int.MaxValue);
        Task stopping = service.Server.StopAsync();
        await viewer.ToEndAsync();
        await stopping;
        Assert.That(viewer.CloseStatus, Is.EqualTo(WebSocketCloseStatus.EndpointUnavailable));
    }

    private static bool IsWidefield(WatchResponse response) => response.Update.Preview?.Kind == PreviewKind.Widefield;

    private static Task<TestService> StartAsync(Func<Server.Hosting.MicroscopeStreamServerOptions, Server.Hosting.MicroscopeStreamServerOptions>? change = null) =>
        TestService.StartAsync(o => (change ?? (same => same))(o with { HttpUrl = "http://127.0.0.1:0" }));

    private static Task<TestStream> OpenAsync(TestService service, Action<OpenRequest>? change = null) => service.OpenStreamAsync(request =>
    {
        request.Preview = new PreviewOptions { Rate = 100, PixelSizeNm = 50 };
        change?.Invoke(request);
    });
}
