using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace MicroscopeStream.Server.Hosting;

/// <summary>The certificate that the service shows, with its key and what stands between it and its root.</summary>
internal static class TlsCertificate
{
    /// <summary>Reads a certificate: PEM with its key beside or inside it, or PFX (PKCS #12).</summary>
    /// <exception cref="ArgumentException">It cannot be read, has no key, a key that everybody can read, or is not valid today.</exception>
    public static HttpsConnectionAdapterOptions Load(string path, string? keyPath, string? password, TimeProvider time)
    {
        string key = string.IsNullOrEmpty(keyPath) ? path : keyPath;
        if (!OperatingSystem.IsWindows() && File.Exists(key) && (File.GetUnixFileMode(key) & UnixFileMode.OtherRead) != 0)
        {
            throw new ArgumentException($"The private key in '{key}' can be read by everybody on this machine: chmod o-r it.");
        }

        X509Certificate2 certificate;
        var chain = new X509Certificate2Collection();
        try
        {
            if (IsPem(path))
            {
                using var pem = X509Certificate2.CreateFromPemFile(path, key);

                // Through PKCS #12: Windows' TLS takes no key that was only ever in memory.
                certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
                chain.ImportFromPemFile(path);
            }
            else
            {
                certificate = X509CertificateLoader.LoadPkcs12FromFile(path, password);
                chain = X509CertificateLoader.LoadPkcs12CollectionFromFile(path, password);
            }
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException(
                $"The certificate in '{path}' cannot be used: {e.Message} Expected PEM with its key (--tls-key, or in the same file), "
                + "or PFX with its password in MSTREAM_TLS_PASSWORD.",
                e);
        }

        DateTimeOffset now = time.GetUtcNow();
        if (now < certificate.NotBefore || now > certificate.NotAfter)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"The certificate in '{path}' is valid from {certificate.NotBefore:yyyy-MM-dd} to {certificate.NotAfter:yyyy-MM-dd}, not today. Renew it."));
        }

        return new HttpsConnectionAdapterOptions { ServerCertificate = certificate, ServerCertificateChain = chain };
    }

    private static bool IsPem(string path)
    {
        using StreamReader reader = File.OpenText(path);
        char[] head = new char[4096];
        int read = reader.ReadBlock(head);
        return head.AsSpan(0, read).IndexOf("-----BEGIN ") >= 0;
    }
}
