using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using MicroscopeStream.Cli.Tests.Support;
using MicroscopeStream.Client;

namespace MicroscopeStream.Cli.Tests;

public sealed partial class ServeTests
{
    [Test]
    public async Task Serve_says_where_it_listens_answers_and_stops_when_asked()
    {
        using var output = new LineWriter();
        using var error = new StringWriter();
        using var stop = new CancellationTokenSource();
        Task<int> serving = MstreamCommand.InvokeAsync(
            ["serve", "--grpc-url", "http://127.0.0.1:0", "--http-url", "http://127.0.0.1:0"], new Terminal.MstreamConsole(output, error), cancellationToken: stop.Token);

        string grpc = await output.FindAsync(GrpcLine());
        string http = await output.FindAsync(HttpLine());
        await using (MicroscopeClient client = MicroscopeClient.Connect(grpc))
        {
            Assert.That((await client.ListModelsAsync()).Models.Select(m => m.Id), Does.Contain("phasor"));
        }

        using (var browser = new HttpClient())
        {
            Assert.That((await browser.GetAsync(new Uri(http))).IsSuccessStatusCode, Is.True);
            Assert.That(await browser.GetStringAsync(new Uri(await output.FindAsync(ViewLine()))), Does.StartWith("<!doctype html>"));
        }

        Outcome top = await Mstream.RunAsync("top", "--server", grpc, "--once");
        Assert.That((top.ExitCode, top.Out), Is.EqualTo((0, "no sessions\n")));

        await stop.CancelAsync();
        Assert.That(await serving.WaitAsync(TimeSpan.FromSeconds(30)), Is.Zero, error.ToString());
    }

    [Test]
    public async Task An_address_beyond_this_machine_is_refused_with_the_reason()
    {
        Outcome refused = await Mstream.RunAsync("serve", "--grpc-url", "http://0.0.0.0:0");

        Assert.That(refused.ExitCode, Is.EqualTo(ExitCodes.Usage));
        Assert.That(refused.Error, Does.Contain("--grpc-url").And.Contain("--allow-remote"));
    }

    [Test]
    public async Task A_service_that_asks_for_tls_and_a_token_is_reached_with_both_and_not_without()
    {
        string folder = Directory.CreateTempSubdirectory("mstream-remote-").FullName;
        using var output = new LineWriter();
        using var error = new StringWriter();
        using var stop = new CancellationTokenSource();
        try
        {
            (string certificate, string key) = Certificate(folder);
            string tokens = Write(folder, "tokens", "room-2 watch 0123456789abcdef\n"), token = Write(folder, "token", "0123456789abcdef\n"), stale = Write(folder, "stale", "fedcba9876543210\n");
            Task<int> serving = MstreamCommand.InvokeAsync(
                ["serve", "--grpc-url", "https://127.0.0.1:0", "--http-url", "", "--tls-cert", certificate, "--tls-key", key, "--tokens", tokens],
                new Terminal.MstreamConsole(output, error), cancellationToken: stop.Token);
            string grpc = await output.FindAsync(GrpcLine());
            Assert.That(grpc, Does.StartWith("https://"));

            Outcome top = await Mstream.RunAsync("top", "--server", grpc, "--token-file", token, "--tls-ca", certificate, "--once");
            Assert.That((top.ExitCode, top.Out), Is.EqualTo((0, "no sessions\n")), top.Error);
            Outcome refused = await Mstream.RunAsync("top", "--server", grpc, "--token-file", stale, "--tls-ca", certificate, "--once");
            Assert.That(refused.ExitCode, Is.EqualTo(ExitCodes.Service));
            Assert.That(refused.Error, Does.Contain("not valid").And.Contain("--token-file"));
            Outcome untrusted = await Mstream.RunAsync("top", "--server", grpc, "--token-file", token, "--once");
            Assert.That(untrusted.ExitCode, Is.EqualTo(ExitCodes.Service));
            Outcome unread = await Mstream.RunAsync("top", "--server", "http://192.0.2.1:5090", "--token-file", token, "--once");
            Assert.That(unread.ExitCode, Is.EqualTo(ExitCodes.Usage));
            Assert.That(unread.Error, Does.Contain("https://"));

            await stop.CancelAsync();
            Assert.That(await serving.WaitAsync(TimeSpan.FromSeconds(30)), Is.Zero, error.ToString());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (string Certificate, string Key) Certificate(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return (Write(folder, "cert.pem", certificate.ExportCertificatePem()), Write(folder, "key.pem", key.ExportPkcs8PrivateKeyPem()));
    }

    private static string Write(string folder, string name, string text)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return path;
    }

    [GeneratedRegex(@"gRPC listens on (http\S+)")]
    private static partial Regex GrpcLine();

    [GeneratedRegex(@"Live view: (http\S+)")]
    private static partial Regex ViewLine();

    [GeneratedRegex(@"HTTP listens on (http\S+)")]
    private static partial Regex HttpLine();

    /// <summary>Lets a test wait for a line.</summary>
    private sealed class LineWriter : StringWriter
    {
        private readonly SemaphoreSlim _written = new(0);

        public override Task WriteLineAsync(string? value)
        {
            lock (_written)
            {
                base.WriteLine(value);
            }

            _written.Release();
            return Task.CompletedTask;
        }

        internal async Task<string> FindAsync(Regex line)
        {
            while (true)
            {
                lock (_written)
                {
                    if (line.Match(ToString()) is { Success: true } match)
                    {
                        return match.Groups[1].Value;
                    }
                }

                Assert.That(await _written.WaitAsync(TimeSpan.FromSeconds(60)), Is.True, "no such line came");
            }
        }

        protected override void Dispose(bool disposing)
        {
            _written.Dispose();
            base.Dispose(disposing);
        }
    }
}
