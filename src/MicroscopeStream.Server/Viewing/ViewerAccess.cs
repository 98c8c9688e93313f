using System.Net;
using MicroscopeStream.Server.Security;
using Microsoft.AspNetCore.Http;

namespace MicroscopeStream.Server.Viewing;

/// <summary>
/// Who may look: on this machine everybody who sits at it, and no web page that happens to be open in the same browser; beyond it, who
/// has the token.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ViewerAccess(AccessPolicy policy)
{
    private const string Scheme = "Bearer ";

    /// <summary>Whether a token is the right one; any will do where none is asked for.</summary>
    public bool Accepts(string token) => policy.MayWatch(token);

    /// <summary>A token that was accepted, asked about again.</summary>
    public StandingAccess Stand(string token) => new(() => Accepts(token), policy.Time);

    /// <summary>Why a plain request may not be answered; null: it may.</summary>
    public (int Status, string Reason)? Refuse(HttpContext context)
    {
        if (RefuseOrigin(context) is { } refused)
        {
            return refused;
        }

        string header = context.Request.Headers.Authorization.ToString();
        return Accepts(header.StartsWith(Scheme, StringComparison.Ordinal) ? header[Scheme.Length..] : string.Empty)
            ? null
            : (StatusCodes.Status401Unauthorized, "The token is missing or not valid (any more): open the address that the service printed when it started.");
    }

    /// <summary>Why a request may not be answered because of where it comes from; null: it may.</summary>
    public (int Status, string Reason)? RefuseOrigin(HttpContext context)
    {
        // A page of another site can open a WebSocket to this machine, and give its own name this machine's address; a browser
        // tells of both, in Origin and Host.
        if (!policy.GuardsViewers && !IsLoopback(context.Request.Host.Host))
        {
            return (StatusCodes.Status403Forbidden, "Without a token the service is for this machine alone: open it as localhost.");
        }

        string origin = context.Request.Headers.Origin.ToString();
        bool same = origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out Uri? page) && page.Authority == Authority(context.Request));
        return same ? null : (StatusCodes.Status403Forbidden, $"A page of {origin} may not look into this service.");
    }

    // A browser leaves out the port where it is the scheme's own, as Uri does.
    private static string? Authority(HttpRequest request) =>
        Uri.TryCreate($"{request.Scheme}://{request.Host}", UriKind.Absolute, out Uri? own) ? own.Authority : null;

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address));
}
