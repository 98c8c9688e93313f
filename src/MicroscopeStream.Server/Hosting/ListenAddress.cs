using System.Net;

namespace MicroscopeStream.Server.Hosting;

/// <summary>An address to listen on, checked.</summary>
/// <param name="EndPoint">Address and port.</param>
/// <param name="Tls">Whether connections are encrypted.</param>
internal readonly record struct ListenAddress(IPEndPoint EndPoint, bool Tls)
{
    /// <summary>Name of the option that holds gRPC's address.</summary>
    public const string GrpcOption = "--grpc-url";

    /// <summary>Name of the option that holds the viewer's address.</summary>
    public const string HttpOption = "--http-url";

    /// <summary>Reads a listening URL.</summary>
    /// <param name="url">For example <c>http://127.0.0.1:5090</c>.</param>
    /// <param name="option">Name of the option, for messages.</param>
    /// <param name="options">What guards the address.</param>
    /// <exception cref="ArgumentException">
    /// It is no URL, names a host, asks for TLS without a certificate, or can be reached by other machines unguarded.
    /// </exception>
    public static ListenAddress Parse(string url, string option, MicroscopeStreamServerOptions options)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) || uri.PathAndQuery != "/" || uri.UserInfo.Length > 0 || uri.Scheme is not ("http" or "https"))
        {
            throw new ArgumentException($"{option} is '{url}'; expected a URL like http://127.0.0.1:5090 without a path.", option);
        }

        bool tls = uri.Scheme == Uri.UriSchemeHttps;
        if (tls && string.IsNullOrEmpty(options.TlsCertificatePath))
        {
            throw new ArgumentException($"{option} is '{url}', which needs a certificate: name it with --tls-cert.", option);
        }

        IPAddress address = string.Equals(uri.Host, "localhost", StringComparison.OrdinalIgnoreCase)
            ? IPAddress.Loopback
            : IPAddress.TryParse(uri.DnsSafeHost, out IPAddress? parsed)
                ? parsed
                : throw new ArgumentException($"{option} is '{url}'; expected an IP address or localhost, not the name '{uri.Host}'.", option);
        if (!IPAddress.IsLoopback(address))
        {
            CheckGuarded(url, option, tls, options);
        }

        return new ListenAddress(new IPEndPoint(address, uri.Port), tls);
    }

    private static void CheckGuarded(string url, string option, bool tls, MicroscopeStreamServerOptions options)
    {
        if (!tls && !options.AllowRemote)
        {
            throw new ArgumentException(
                $"{option} is '{url}', which other machines can reach, and everybody on the way could read and change what is sent. "
                + "Listen on 127.0.0.1, or on https:// with --tls-cert and --tokens; --allow-remote is for a TLS proxy in front.",
                option);
        }

        if (tls && option == GrpcOption && string.IsNullOrEmpty(options.TokenFilePath))
        {
            throw new ArgumentException($"{option} is '{url}', which other machines can reach: name a file of tokens with --tokens, which says who may do what.", option);
        }
    }
}
