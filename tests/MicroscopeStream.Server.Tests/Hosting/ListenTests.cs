using System.Net.Sockets;
using Grpc.Net.Client;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Server.Hosting;
using MicroscopeStream.Server.Tests.Support;

namespace MicroscopeStream.Server.Tests.Hosting;

/// <summary>Where the service listens, and where it refuses to.</summary>
public sealed class ListenTests
{
    private static readonly MicroscopeStreamServerOptions AnyPort = new() { GrpcUrl = "http://127.0.0.1:0", HttpUrl = null };

    [TestCase("http://0.0.0.0:0", "--allow-remote")]
    [TestCase("http://[::]:0", "--allow-remote")]
    [TestCase("http://10.1.2.3:0", "--allow-remote")]
    [TestCase("http://example.org:0", "IP address")]
    [TestCase("https://127.0.0.1:0", "--tls-cert")]
    [TestCase("127.0.0.1:5090", "URL")]
    [TestCase("http://127.0.0.1:0/path", "URL")]
    [TestCase("", "URL")]
    public void An_address_that_is_not_ours_to_take_is_refused_with_the_remedy(string url, string said)
    {
        Assert.Multiple(() =>
        {
            Assert.That(() => MicroscopeStreamServer.StartAsync(AnyPort with { GrpcUrl = url }), Throws.ArgumentException.With.Message.Contains(said).And.Message.Contains("--grpc-url"));
            if (url.Length > 0)
            {
                Assert.That(() => MicroscopeStreamServer.StartAsync(AnyPort with { HttpUrl = url }), Throws.ArgumentException.With.Message.Contains("--http-url"));
            }
        });
    }

    [TestCase("http://localhost:0")]
    [TestCase("http://127.0.0.1:0")]
    public async Task Loopback_is_served_and_the_port_is_told(string url)
    {
        await using MicroscopeStreamServer server = await MicroscopeStreamServer.StartAsync(AnyPort with { GrpcUrl = url });
        Assert.Multiple(() =>
        {
            Assert.That(server.GrpcAddress.IsLoopback);
            Assert.That(server.GrpcAddress.Port, Is.GreaterThan(0));
            Assert.That(server.HttpAddress, Is.Null);
        });
    }

    [Test]
    public async Task An_allowed_remote_address_is_served()
    {
        await using MicroscopeStreamServer server = await MicroscopeStreamServer.StartAsync(AnyPort with { GrpcUrl = "http://0.0.0.0:0", AllowRemote = true });
        Assert.That(server.GrpcAddress.Port, Is.GreaterThan(0));
    }

    [Test]
    public async Task A_port_in_use_is_an_io_error()
    {
        await using MicroscopeStreamServer first = await MicroscopeStreamServer.StartAsync(AnyPort);
        Assert.That(() => MicroscopeStreamServer.StartAsync(AnyPort with { GrpcUrl = first.GrpcAddress.ToString() }), Throws.InstanceOf<IOException>());
    }

    [Test]
    public async Task The_status_page_and_the_health_probe_speak_http_1()
    {
        await using MicroscopeStreamServer server = await MicroscopeStreamServer.StartAsync(AnyPort with { HttpUrl = "http://127.0.0.1:0" });
        using var http = new HttpClient { BaseAddress = server.HttpAddress };
        string health = await http.GetStringAsync(new Uri("/healthz", UriKind.Relative));
        string page = await http.GetStringAsync(new Uri("/status", UriKind.Relative));
        using var json = System.Text.Json.JsonDocument.Parse(page);
        Assert.Multiple(() =>
        {
            Assert.That(health, Is.EqualTo("serving\n"));
            Assert.That(json.RootElement.GetProperty("serving").GetBoolean());
            Assert.That(json.RootElement.GetProperty("methods").EnumerateArray().Select(m => m.GetString()), Does.Contain("none"));
        });
    }

    [Test]
    public async Task A_unix_socket_serves_this_user_alone_and_a_file_left_behind_is_replaced()
    {
        string path = Path.Combine(Path.GetTempPath(), $"mstream-test-{Guid.NewGuid():N}.sock");
        using (var abandoned = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            // Disposing a bound socket removes its file, which a process that is killed cannot do; so the file moves away first.
            abandoned.Bind(new UnixDomainSocketEndPoint(path + ".bound"));
            File.Move(path + ".bound", path);
        }

        Assert.That(File.Exists(path));
        await using (MicroscopeStreamServer server = await MicroscopeStreamServer.StartAsync(AnyPort with { UnixSocketPath = path }))
        {
            using GrpcChannel channel = Channels.OverUnixSocket(path);
            ListModelsResponse models = await new ModelService.ModelServiceClient(channel).ListModelsAsync(new ListModelsRequest());
            Assert.Multiple(() =>
            {
                Assert.That(models.Models, Is.Not.Empty);
                Assert.That(
                    () => MicroscopeStreamServer.StartAsync(AnyPort with { UnixSocketPath = path }),
                    Throws.InstanceOf<IOException>().With.Message.Contains("Another service"));
                if (!OperatingSystem.IsWindows())
                {
                    Assert.That(File.GetUnixFileMode(path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
                }
            });
        }

        Assert.That(File.Exists(path), Is.False);
    }
}
