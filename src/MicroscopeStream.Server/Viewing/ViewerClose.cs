using System.Net.WebSockets;
using System.Text;

namespace MicroscopeStream.Server.Viewing;

/// <summary>Why the service closes a viewer's WebSocket, as viewer.proto lists it.</summary>
internal static class ViewerClose
{
    /// <summary>What a close frame has room for (RFC 6455, 5.5.1), in bytes.</summary>
    private const int MostReasonBytes = 123;

    public const WebSocketCloseStatus Ended = WebSocketCloseStatus.NormalClosure;
    public const WebSocketCloseStatus ShuttingDown = WebSocketCloseStatus.EndpointUnavailable;
    public const WebSocketCloseStatus BadMessage = (WebSocketCloseStatus)4400;
    public const WebSocketCloseStatus WrongToken = (WebSocketCloseStatus)4401;
    public const WebSocketCloseStatus NoSession = (WebSocketCloseStatus)4404;
    public const WebSocketCloseStatus TooMany = (WebSocketCloseStatus)4429;

    /// <summary>A reason that fits.</summary>
    public static string Fit(string reason)
    {
        while (Encoding.UTF8.GetByteCount(reason) > MostReasonBytes)
        {
            reason = string.Concat(reason.AsSpan(0, Math.Min(reason.Length - 2, MostReasonBytes - 3)), "…");
        }

        return reason;
    }
}
