using System.Net;

namespace MicroscopeStream.Server.Hosting;

/// <summary>An address to listen on, checked.</summary>
internal static class ListenAddress
{
    /// <summary>Reads a listening URL.</summary>
    /// <param name="url">For example <c>http://127.0.0.1:5090</c>.</param>
    /// <param name="option">Name of the option, for messages.</param>
    /// <param name="allowRemote">Whether an address other than loopback is allowed.</param>
    /// <exception cref="ArgumentException">It is no URL, asks for TLS, names a host, or is not loopback.</exception>
    public static IPEndPoint Parse(string url, string option, bool allowRemote)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) || uri.PathAndQuery != "/" || uri.UserInfo.Length > 0)
        {
            throw new ArgumentException($"{option} is '{url}'; expected a URL like http://127.0.0.1:5090 without a path.", option);
        }

        if (uri.Scheme != Uri.UriSchemeHttp)
        {
            throw new ArgumentException($"{option} is '{url}'; this version listens with http:// only, on this machine. Put a TLS proxy in front for more.", option);
        }

        IPAddress address = string.Equals(uri.Host, "localhost", StringComparison.OrdinalIgnoreCase)
            ? IPAddress.Loopback
            : IPAddress.TryParse(uri.DnsSafeHost, out IPAddress? parsed)
                ? parsed
                : throw new ArgumentException($"{option} is '{url}'; expected an IP address or localhost, not the name '{uri.Host}'.", option);
        if (!IPAddress.IsLoopback(address) && !allowRemote)
        {
            throw new ArgumentException(
                $"{option} is '{url}', which other machines can reach, and this version has no encryption and no authentication. "
                + "Listen on 127.0.0.1, or state --allow-remote if the network is trusted.",
                option);
        }

        return new IPEndPoint(address, uri.Port);
    }
}
