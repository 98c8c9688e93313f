using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Server.Hosting;
using MicroscopeStream.Server.Tests.Support;

namespace MicroscopeStream.Server.Tests.Hosting;

/// <summary>https addresses, and what beyond this machine is refused without.</summary>
public sealed class TlsTests
{
    private readonly Certificates _files = new();

    private MicroscopeStreamServerOptions Encrypted => new()
    {
        GrpcUrl = "https://127.0.0.1:0",
        HttpUrl = "https://127.0.0.1:0",
        TlsCertificatePath = _files.Path("cert.pem"),
        TlsKeyPath = _files.Path("key.pem"),
    };

    [OneTimeTearDown]
    public void Delete() => _files.Dispose();

    [TestCase(false)]
    [TestCase(true)]
    public async Task Grpc_and_the_viewer_are_served_over_tls(bool pfx)
    {
        await using MicroscopeStreamServer server = await MicroscopeStreamServer.StartAsync(
            pfx ? Encrypted with { TlsCertificatePath = _files.Path("cert.pfx"), TlsKeyPath = null, TlsPassword = Certificates.Password } : Encrypted);
        using SocketsHttpHandler forGrpc = Trusting(), forHttp = Trusting();
        using GrpcChannel channel = GrpcChannel.ForAddress(server.GrpcAddress, new GrpcChannelOptions { HttpHandler = forGrpc });
        ListModelsResponse models = await new ModelService.ModelServiceClient(channel).ListModelsAsync(new ListModelsRequest());
        using var http = new HttpClient(forHttp, disposeHandler: false);
        string page = await http.GetStringAsync(server.HttpAddress);
        using var stranger = new HttpClient();
        Assert.Multiple(() =>
        {
            Assert.That((server.GrpcAddress.Scheme, server.ViewerAddress!.Scheme), Is.EqualTo(("https", "https")));
            Assert.That(models.Models, Is.Not.Empty);
            Assert.That(page, Does.StartWith("<!doctype html>"));
            Assert.That(async () => await stranger.GetStringAsync(server.HttpAddress), Throws.InstanceOf<HttpRequestException>(), "who does not know the certificate does not trust it");
        });
    }

    [Test]
    public void Beyond_this_machine_grpc_wants_a_certificate_and_tokens()
    {
        Assert.That(
            () => MicroscopeStreamServer.StartAsync(Encrypted with { GrpcUrl = "https://0.0.0.0:0" }), Throws.ArgumentException.With.Message.Contains("--tokens"));
        Assert.That(
            () => MicroscopeStreamServer.StartAsync(Encrypted with { GrpcUrl = "http://0.0.0.0:0" }), Throws.ArgumentException.With.Message.Contains("--tls-cert").And.Message.Contains("--tokens"));
    }

    [Test]
    public async Task With_both_it_is_served()
    {
        await using MicroscopeStreamServer server = await MicroscopeStreamServer.StartAsync(
            Encrypted with { GrpcUrl = "https://0.0.0.0:0", HttpUrl = "https://0.0.0.0:0", TokenFilePath = _files.Write("tokens", "one watch first-0123456789\n") });
        Assert.That(server.ViewerAddress!.Fragment, Is.Empty, "no token is made up where there are tokens");
    }

    [Test]
    public void A_certificate_that_cannot_serve_is_refused_with_the_reason()
    {
        using var old = new Certificates(TimeProvider.System.GetUtcNow().AddDays(-1));
        string garbage = _files.Write("garbage.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        Assert.Multiple(() =>
        {
            Refused(Encrypted with { TlsCertificatePath = old.Path("cert.pem"), TlsKeyPath = old.Path("key.pem") }, "not today");
            Refused(Encrypted with { TlsCertificatePath = garbage }, "garbage.pem");
            Refused(Encrypted with { TlsCertificatePath = _files.Path("none.pem") }, "none.pem");
            Refused(Encrypted with { TlsKeyPath = null }, "--tls-key");
            Refused(Encrypted with { TlsCertificatePath = _files.Path("cert.pfx"), TlsPassword = "wrong" }, "MSTREAM_TLS_PASSWORD");
            Refused(Encrypted with { TlsCertificatePath = null }, "--tls-cert");
            Refused(Encrypted with { GrpcUrl = "http://127.0.0.1:0", HttpUrl = null }, "https://");
        });
        if (!OperatingSystem.IsWindows())
        {
            string open = _files.Write("open.pem", File.ReadAllText(_files.Path("key.pem")));
            File.SetUnixFileMode(open, UnixFileMode.UserRead | UnixFileMode.OtherRead);
            Refused(Encrypted with { TlsKeyPath = open }, "chmod");
        }
    }

    private SocketsHttpHandler Trusting()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(_files.Path("cert.pem"));
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = policy;
        return handler;
    }

    private static void Refused(MicroscopeStreamServerOptions options, string said) =>
        Assert.That(() => MicroscopeStreamServer.StartAsync(options), Throws.ArgumentException.With.Message.Contains(said));
}
