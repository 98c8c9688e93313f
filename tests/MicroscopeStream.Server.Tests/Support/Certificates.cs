using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MicroscopeStream.Server.Tests.Support;

/// <summary>Self-signed certificates for localhost in a folder that goes with the test.</summary>
internal sealed class Certificates : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mstream-tls-").FullName;

    public Certificates(DateTimeOffset? until = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset end = until ?? TimeProvider.System.GetUtcNow().AddDays(2);
        using X509Certificate2 certificate = request.CreateSelfSigned(end.AddDays(-5), end);
        Write("cert.pem", certificate.ExportCertificatePem());
        Write("key.pem", key.ExportPkcs8PrivateKeyPem());
        File.WriteAllBytes(Path("cert.pfx"), certificate.Export(X509ContentType.Pfx, Password));
        Private("key.pem", "cert.pfx");
    }

    public const string Password = "of the test";

    public string Path(string name) => System.IO.Path.Combine(_folder, name);

    /// <summary>Writes a file that this user alone can read.</summary>
    public string Write(string name, string text)
    {
        File.WriteAllText(Path(name), text);
        Private(name);
        return Path(name);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Private(params string[] names)
    {
        foreach (string name in names)
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(Path(name), UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }
        }
    }
}
