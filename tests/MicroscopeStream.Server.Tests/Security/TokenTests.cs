using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Server.Tests.Support;
using Microsoft.Extensions.Logging;

namespace MicroscopeStream.Server.Tests.Security;

/// <summary>Who may do what with which token, over gRPC and in a browser.</summary>
public sealed class TokenTests
{
    private const string Watcher = "watcher-0123456789", Streamer = "streamer-0123456789", Controller = "controller-0123456789", Admin = "admin-0123456789";

    private readonly Certificates _files = new();
    private readonly CapturedLogs _logs = new();
    private TestService _service = null!;

    [OneTimeSetUp]
    public async Task Start() => _service = await TestService.StartAsync(o => o with
    {
        HttpUrl = "http://127.0.0.1:0",
        ConfigureLogging = logging => logging.AddProvider(_logs),
        TokenFilePath = _files.Write(
            "tokens",
            $"# for the tests\none   watch   {Watcher}\ntwo\tstream {Streamer}\nthree control {Controller}\n"
            + $"four admin sha256:{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Admin)))} 2999-12-31\nold watch,stream of-yesterday-012345 2026-01-01\n"),
    });

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _service.DisposeAsync();
        _files.Dispose();
        _logs.Dispose();
    }

    [TestCase(null, StatusCode.Unauthenticated, StatusCode.Unauthenticated, StatusCode.Unauthenticated, StatusCode.Unauthenticated)]
    [TestCase("of-yesterday-012345", StatusCode.Unauthenticated, StatusCode.Unauthenticated, StatusCode.Unauthenticated, StatusCode.Unauthenticated)]
    [TestCase("something-of-another", StatusCode.Unauthenticated, StatusCode.Unauthenticated, StatusCode.Unauthenticated, StatusCode.Unauthenticated)]
    [TestCase(Watcher, StatusCode.OK, StatusCode.NotFound, StatusCode.PermissionDenied, StatusCode.PermissionDenied)]
    [TestCase(Streamer, StatusCode.OK, StatusCode.PermissionDenied, StatusCode.OK, StatusCode.NotFound)]
    [TestCase(Controller, StatusCode.OK, StatusCode.PermissionDenied, StatusCode.PermissionDenied, StatusCode.NotFound)]
    [TestCase(Admin, StatusCode.OK, StatusCode.NotFound, StatusCode.OK, StatusCode.NotFound)]
    public async Task A_token_allows_what_its_scopes_say(string? token, StatusCode list, StatusCode watch, StatusCode open, StatusCode close)
    {
        Metadata headers = token is null ? [] : new Metadata { { "authorization", $"Bearer {token}" } };
        Assert.That(await StatusOf(async () => await _service.Models.ListModelsAsync(new ListModelsRequest(), headers)), Is.EqualTo(list));
        Assert.That(await StatusOf(async () => await _service.Sessions.ListSessionsAsync(new ListSessionsRequest(), headers)), Is.EqualTo(list));
        Assert.That(
            await StatusOf(async () => await _service.Sessions.Watch(new WatchRequest { SessionId = "0123456789abcdef" }, headers).ResponseStream.MoveNext(CancellationToken.None)),
            Is.EqualTo(watch));
        OpenResponse? opened = null;
        Assert.That(await StatusOf(async () => opened = await _service.Sessions.OpenAsync(TestService.GoodRequest(), headers)), Is.EqualTo(open));
        Assert.That(
            await StatusOf(async () => await _service.Sessions.CloseAsync(new CloseRequest { SessionId = "0123456789abcdef", ResumeToken = "x" }, headers)), Is.EqualTo(close));
        if (opened is not null)
        {
            await _service.Sessions.CloseAsync(new CloseRequest { SessionId = opened.SessionId, ResumeToken = opened.ResumeToken, Abort = true }, headers);
        }
    }

    [Test]
    public async Task A_refusal_says_what_to_do_and_no_log_has_the_token()
    {
        RpcException without = await TestService.FailureOf(async () => await _service.Sessions.OpenAsync(TestService.GoodRequest()));
        RpcException lacking = await TestService.FailureOf(
            async () => await _service.Sessions.OpenAsync(TestService.GoodRequest(), new Metadata { { "authorization", $"Bearer {Watcher}" } }));
        Assert.Multiple(() =>
        {
            Assert.That(Faults.Of(without).Single().Code, Is.EqualTo("no-token"));
            Assert.That(without.Status.Detail, Does.Contain("--token-file"));
            Assert.That(Faults.Of(lacking).Single().Code, Is.EqualTo("no-scope"));
            Assert.That(lacking.Status.Detail, Does.Contain("Open").And.Contain("stream"));
            Assert.That(_logs.Entries.Where(entry => entry.Text.Contains("refused", StringComparison.Ordinal)), Is.Not.Empty);
            Assert.That(_logs.Entries.Where(entry => entry.Text.Contains(Watcher, StringComparison.Ordinal)), Is.Empty);
        });
    }

    [Test]
    public async Task Whoever_probes_needs_no_token()
    {
        var health = new Contract.Health.Health.HealthClient(_service.Channel);
        Assert.That((await health.CheckAsync(new Contract.Health.HealthCheckRequest())).Status, Is.EqualTo(Contract.Health.HealthCheckResponse.Types.ServingStatus.Serving));
        using var http = new HttpClient { BaseAddress = _service.Server.HttpAddress };
        Assert.That((await http.GetAsync(new Uri("/healthz", UriKind.Relative))).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [TestCase("", HttpStatusCode.Unauthorized)]
    [TestCase("of-yesterday-012345", HttpStatusCode.Unauthorized)]
    [TestCase(Streamer, HttpStatusCode.Unauthorized)]
    [TestCase(Watcher, HttpStatusCode.OK)]
    [TestCase(Admin, HttpStatusCode.OK)]
    public async Task A_browser_shows_a_token_that_may_watch(string token, HttpStatusCode status)
    {
        using var http = new HttpClient { BaseAddress = _service.Server.HttpAddress };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (string path in (string[])["/api/v1/sessions", "/metrics", "/status"])
        {
            using HttpResponseMessage response = await http.GetAsync(new Uri(path, UriKind.Relative));
            Assert.That(response.StatusCode, Is.EqualTo(status), path);
        }

        await using TestViewer viewer = await TestViewer.ConnectAsync(_service);
        await viewer.WatchAsync(new WatchRequest(), token);
        await viewer.ToEndAsync();
        Assert.That((int?)viewer.CloseStatus, Is.EqualTo(status == HttpStatusCode.OK ? 4404 : 4401));
    }

    private static async Task<StatusCode> StatusOf(Func<Task> call)
    {
        try
        {
            await call();
            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
    }
}
