using System.Net;
using System.Net.Http.Headers;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Server.Hosting;
using MicroscopeStream.Server.Tests.Support;

namespace MicroscopeStream.Server.Tests.Viewing;

/// <summary>The viewer's files, and what it asks for beside its stream.</summary>
public sealed class ViewerHttpTests
{
    [TestCase("/", "text/html")]
    [TestCase("/viewer.js", "text/javascript")]
    [TestCase("/style.css", "text/css")]
    [TestCase("/icon.svg", "image/svg+xml")]
    public async Task The_viewers_files_are_served_from_the_assembly(string path, string type)
    {
        await using TestService service = await StartAsync();
        using HttpClient http = Client(service);
        using HttpResponseMessage response = await http.GetAsync(new Uri(path, UriKind.Relative));
        using var again = new HttpRequestMessage(HttpMethod.Get, path);
        again.Headers.IfNoneMatch.Add(response.Headers.ETag!);
        using HttpResponseMessage unchanged = await http.SendAsync(again);
        Assert.Multiple(() =>
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(response.Content.Headers.ContentType!.MediaType, Is.EqualTo(type));
            Assert.That(response.Content.Headers.ContentLength, Is.GreaterThan(100));
            Assert.That(response.Headers.GetValues("Content-Security-Policy").Single(), Does.Contain("default-src 'none'").And.Contain("script-src 'self'"));
            Assert.That(unchanged.StatusCode, Is.EqualTo(HttpStatusCode.NotModified));
        });
    }

    [Test]
    public async Task Nothing_in_the_page_comes_from_elsewhere()
    {
        await using TestService service = await StartAsync();
        using HttpClient http = Client(service);
        string page = await http.GetStringAsync(new Uri("/", UriKind.Relative));
        Assert.That(page, Does.Not.Contain("http://").And.Not.Contain("https://").And.Not.Contain("<script>").And.Not.Contain("style=\""));
    }

    [Test]
    public async Task Sessions_and_models_come_as_messages_of_the_contract()
    {
        await using TestService service = await StartAsync();
        using TestStream stream = await service.OpenStreamAsync();
        using HttpClient http = Client(service);
        var sessions = ListSessionsResponse.Parser.ParseFrom(await http.GetByteArrayAsync(new Uri("/api/v1/sessions", UriKind.Relative)));
        var models = ListModelsResponse.Parser.ParseFrom(await http.GetByteArrayAsync(new Uri("/api/v1/models", UriKind.Relative)));
        var one = DescribeModelResponse.Parser.ParseFrom(await http.GetByteArrayAsync(new Uri($"/api/v1/models/{GatedMethod.Id}", UriKind.Relative)));
        using HttpResponseMessage unknown = await http.GetAsync(new Uri("/api/v1/models/other", UriKind.Relative));
        string said = await unknown.Content.ReadAsStringAsync();
        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        string json = await http.GetStringAsync(new Uri("/api/v1/sessions", UriKind.Relative));
        Assert.Multiple(() =>
        {
            Assert.That(sessions.Sessions.Single().SessionId, Is.EqualTo(stream.Opened.SessionId));
            Assert.That(models.Models.Select(m => m.Id), Does.Contain(GatedMethod.Id));
            Assert.That(one.Info.Id, Is.EqualTo(GatedMethod.Id));
            Assert.That(unknown.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That(said, Does.Contain("other").And.Contain(GatedMethod.Id));
            Assert.That(json, Does.Contain(stream.Opened.SessionId));
        });
    }

    [TestCase(null, HttpStatusCode.Unauthorized)]
    [TestCase("wrong", HttpStatusCode.Unauthorized)]
    [TestCase("secret", HttpStatusCode.OK)]
    public async Task A_token_that_is_set_is_asked_for(string? token, HttpStatusCode status)
    {
        await using TestService service = await StartAsync(o => o with { ViewerToken = "secret" });
        using HttpClient http = Client(service);
        http.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using HttpResponseMessage response = await http.GetAsync(new Uri("/api/v1/sessions", UriKind.Relative));
        Assert.Multiple(() =>
        {
            Assert.That(response.StatusCode, Is.EqualTo(status));
            Assert.That(service.Server.ViewerAddress!.Fragment, Is.EqualTo("#token=secret"));
        });
    }

    [Test]
    public async Task Beyond_this_machine_there_is_always_a_token()
    {
        await using TestService service = await TestService.StartAsync(o => o with { HttpUrl = "http://0.0.0.0:0", AllowRemote = true });
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{service.Server.HttpAddress!.Port}") };
        using HttpResponseMessage response = await http.GetAsync(new Uri("/api/v1/sessions", UriKind.Relative));
        Assert.Multiple(() =>
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That(service.Server.ViewerAddress!.Fragment, Has.Length.EqualTo("#token=".Length + 32));
        });
    }

    [Test]
    public async Task A_name_that_someone_else_points_at_this_machine_gets_nothing()
    {
        await using TestService service = await StartAsync();
        using HttpClient http = Client(service);
        http.DefaultRequestHeaders.Host = "rebound.example";
        using HttpResponseMessage response = await http.GetAsync(new Uri("/api/v1/sessions", UriKind.Relative));
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    private static HttpClient Client(TestService service) => new() { BaseAddress = service.Server.HttpAddress };

    private static Task<TestService> StartAsync(Func<MicroscopeStreamServerOptions, MicroscopeStreamServerOptions>? change = null) =>
        TestService.StartAsync(o => (change ?? (same => same))(o with { HttpUrl = "http://127.0.0.1:0" }));
}
