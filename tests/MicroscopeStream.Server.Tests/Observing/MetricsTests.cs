using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Server.Tests.Support;
using Telemetry = MicroscopeStream.Pipeline.Accounting.Telemetry;

namespace MicroscopeStream.Server.Tests.Observing;

/// <summary>What an operator sees: metrics, traces, health.</summary>
public sealed partial class MetricsTests
{
    [Test]
    public async Task Metrics_add_up_with_the_sessions_account()
    {
        await using TestService service = await StartAsync();
        using TestStream stream = await service.OpenStreamAsync(request => request.Acquisition.Name = "a \"name\"");
        for (ulong i = 0; i < 12; i++)
        {
            await stream.SendAsync(i < 10 ? i : i + 5, value: i == 3 ? (ushort)666 : (ushort)100);
        }

        SessionSummary summary = await stream.EndAsync();
        string[] lines = await ScrapeAsync(service);
        Assert.Multiple(() =>
        {
            Assert.That(summary.Frames.Processed, Is.EqualTo(11));
            Assert.That(Value(lines, "microscopestream_frames_received_total"), Is.EqualTo(12));
            Assert.That(Value(lines, "microscopestream_frames_processed_total"), Is.EqualTo(11));
            Assert.That(Value(lines, "microscopestream_frames_dropped_total{cause=\"failed\"}"), Is.EqualTo(1));
            Assert.That(Value(lines, "microscopestream_frames_missing_total"), Is.EqualTo(5));
            Assert.That(Value(lines, "microscopestream_frames_size_bytes_total"), Is.EqualTo(12 * 16 * 8 * 2));
            Assert.That(Value(lines, "microscopestream_localizations_total"), Is.EqualTo(11));
            Assert.That(Value(lines, "microscopestream_frame_duration_seconds_count{stage=\"total\"}"), Is.EqualTo(11));
            Assert.That(Value(lines, "microscopestream_frame_duration_seconds_bucket{stage=\"total\",le=\"+Inf\"}"), Is.EqualTo(11));
            Assert.That(Value(lines, "microscopestream_serving"), Is.EqualTo(1));
            Assert.That(lines, Has.Some.StartsWith("dotnet_gc_collections_total{"), "the runtime's own are there");
        });
    }

    [Test]
    public async Task Every_line_is_as_prometheus_reads_it()
    {
        await using TestService service = await StartAsync();
        using TestStream stream = await service.OpenStreamAsync();
        await stream.SendAsync(0);
        await stream.UntilAsync(s => s.LocalizedFrames.Any());
        string[] lines = await ScrapeAsync(service);
        Assert.Multiple(() =>
        {
            Assert.That(lines, Has.Length.GreaterThan(50));
            Assert.That(lines.Where(line => !Sample().IsMatch(line) && !Comment().IsMatch(line)), Is.Empty);
            Assert.That(lines.Where(line => line.StartsWith("# TYPE", StringComparison.Ordinal)), Is.Unique);
            Assert.That(lines.Where(line => !line.StartsWith('#')).Select(line => line[..line.LastIndexOf(' ')]), Is.Unique, "no series twice");
            Assert.That(Value(lines, "microscopestream_sessions"), Is.EqualTo(1));
            Assert.That(Value(lines, $"microscopestream_frames_queued{{session=\"{stream.Opened.SessionId}\"}}"), Is.Not.Null);
        });
    }

    [Test]
    public async Task A_session_that_has_gone_leaves_the_gauges()
    {
        await using TestService service = await StartAsync();
        using TestStream stream = await service.OpenStreamAsync();
        await stream.SendAsync(0);
        await stream.EndAsync();
        string[] lines = await ScrapeAsync(service);
        Assert.Multiple(() =>
        {
            Assert.That(Value(lines, "microscopestream_sessions"), Is.Zero);
            Assert.That(lines, Has.None.Contains(stream.Opened.SessionId));
        });
    }

    [Test]
    public async Task Two_services_in_one_process_tell_of_their_own_frames()
    {
        await using TestService one = await StartAsync();
        await using TestService other = await StartAsync();
        using TestStream stream = await one.OpenStreamAsync();
        await stream.SendAsync(0);
        await stream.EndAsync();
        Assert.Multiple(async () =>
        {
            Assert.That(Value(await ScrapeAsync(one), "microscopestream_frames_received_total"), Is.EqualTo(1));
            Assert.That(Value(await ScrapeAsync(other), "microscopestream_frames_received_total"), Is.Null);
        });
    }

    [Test]
    public async Task Metrics_ask_for_the_token()
    {
        await using TestService service = await StartAsync(token: "secret");
        using var http = new HttpClient();
        using HttpResponseMessage response = await http.GetAsync(new Uri(service.Server.HttpAddress!, "/metrics"));
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task Frames_are_traced_below_their_session_with_the_time_of_every_stage()
    {
        var stopped = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Telemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                lock (stopped)
                {
                    stopped.Add(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using TestService service = await StartAsync();
        using TestStream stream = await service.OpenStreamAsync();
        for (ulong i = 0; i < 3; i++)
        {
            await stream.SendAsync(i);
        }

        await stream.EndAsync();
        await service.Server.StopAsync();
        Activity[] all;
        lock (stopped)
        {
            all = [.. stopped];
        }

        Activity session = all.Single(a => a.OperationName == "session" && (string?)a.GetTagItem("session.id") == stream.Opened.SessionId);
        Activity[] frames = [.. all.Where(a => a.OperationName == "frame" && a.TraceId == session.TraceId)];
        Assert.Multiple(() =>
        {
            Assert.That(frames.Select(f => f.GetTagItem("frame.sequence")), Is.EquivalentTo(new object[] { 0L, 1L, 2L }));
            Assert.That(frames.Select(f => f.ParentSpanId), Is.All.EqualTo(session.SpanId));
            Assert.That(frames.Select(f => f.GetTagItem("stage.reconstruct_ms")), Is.All.TypeOf<double>());
            Assert.That(session.GetTagItem("frames.processed"), Is.EqualTo(3L));
        });
    }

    [Test]
    public async Task Health_says_degraded_and_why()
    {
        await using TestService service = await StartAsync();
        using var http = new HttpClient { BaseAddress = service.Server.HttpAddress };
        using TestStream stream = await service.OpenStreamAsync();
        string before = await http.GetStringAsync(new Uri("/healthz", UriKind.Relative));
        await stream.SendAsync(0, 666);
        await stream.UntilAsync(s => s.Updates.Any(u => u.Drop is not null));
        string after = await http.GetStringAsync(new Uri("/healthz", UriKind.Relative));
        using var status = JsonDocument.Parse(await http.GetStringAsync(new Uri("/status", UriKind.Relative)));
        Assert.Multiple(() =>
        {
            Assert.That(before, Is.EqualTo("serving\n"));
            Assert.That(after, Does.StartWith("degraded\n").And.Contain("'test' drops frames"));
            Assert.That(status.RootElement.GetProperty("health").GetString(), Is.EqualTo("degraded"));
            Assert.That(status.RootElement.GetProperty("reasons").GetArrayLength(), Is.EqualTo(1));
        });
    }

    private static Task<TestService> StartAsync(string? token = null) =>
        TestService.StartAsync(o => o with { HttpUrl = "http://127.0.0.1:0", ViewerToken = token });

    private static async Task<string[]> ScrapeAsync(TestService service)
    {
        using var http = new HttpClient { BaseAddress = service.Server.HttpAddress };
        return (await http.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static double? Value(string[] lines, string series) =>
        lines.FirstOrDefault(line => line.StartsWith(series + " ", StringComparison.Ordinal)) is { } line
            ? double.Parse(line[(series.Length + 1)..], System.Globalization.CultureInfo.InvariantCulture)
            : null;

    [GeneratedRegex("""^[a-z_0-9]+(\{[a-z_0-9]+="([^"\\]|\\.)*"(,[a-z_0-9]+="([^"\\]|\\.)*")*\})? (-?[0-9.E+-]+|[+-]Inf|NaN)$""")]
    private static partial Regex Sample();

    [GeneratedRegex("^# (HELP|TYPE) [a-z_0-9]+ ")]
    private static partial Regex Comment();
}
