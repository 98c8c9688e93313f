using System.Net.WebSockets;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Server.Diagnostics;
using MicroscopeStream.Server.Hosting;
using MicroscopeStream.Server.Observing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace MicroscopeStream.Server.Viewing;

/// <summary><c>/watch</c>: the WebSocket through which browsers follow sessions.</summary>
internal sealed partial class ViewerEndpoint(
    SessionManager sessions,
    ViewerAccess access,
    ShutdownDrain drain,
    ServerInstruments instruments,
    MicroscopeStreamServerOptions options,
    ILogger<ViewerEndpoint> logger)
{
    // A browser whose machine sleeps, or whose page takes nothing, answers no ping: after both together it is let go.
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan PongTimeout = TimeSpan.FromSeconds(30);

    /// <summary>How long viewers may take to read their last messages when the service stops.</summary>
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(3);

    private int _viewers;

    /// <summary>Viewers connected now.</summary>
    public int Viewers => Volatile.Read(ref _viewers);

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        RequestDelegate watch = endpoints.CreateApplicationBuilder()
            .UseWebSockets(new WebSocketOptions { KeepAliveInterval = PingInterval, KeepAliveTimeout = PongTimeout })
            .Use((HttpContext context, RequestDelegate _) => ((ViewerEndpoint)context.RequestServices.GetService(typeof(ViewerEndpoint))!).HandleAsync(context))
            .Build();
        endpoints.Map("/watch", watch);
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (access.RefuseOrigin(context) is { } refused)
        {
            await PlainText.WriteAsync(context, refused.Status, refused.Reason).ConfigureAwait(false);
            return;
        }

        if (!context.WebSockets.IsWebSocketRequest)
        {
            await PlainText.WriteAsync(context, StatusCodes.Status426UpgradeRequired, "This address speaks WebSocket: see viewer.proto.").ConfigureAwait(false);
            return;
        }

        drain.Streams.Enter(context);
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        await using CancellationTokenRegistration stopping = drain.Stopping.Register(static source => ((CancellationTokenSource)source!).CancelAfter(FlushTimeout), ending);
        var connection = new ViewerConnection(socket, sessions, access, drain.Stopping);
        string from = context.Connection.RemoteIpAddress?.ToString() ?? "";
        bool room = Interlocked.Increment(ref _viewers) <= options.MaxViewers;
        instruments.ViewerCame();
        Connected(logger, from, Viewers);
        try
        {
            await (room ? connection.RunAsync(ending.Token) : connection.CloseAsync(ViewerClose.TooMany, "The service has as many viewers as it allows.", ending.Token))
                .ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or IOException)
        {
            Broken(logger, from, e.Message);
            socket.Abort();
        }
        finally
        {
            Interlocked.Decrement(ref _viewers);
            instruments.ViewerLeft(connection.Previews, connection.Missed);
            Gone(logger, from, connection.Previews, connection.Missed);
        }
    }

    [LoggerMessage(EventIds.ViewerConnected, LogLevel.Information, "A viewer at {Peer} connected, {Viewers} in all")]
    private static partial void Connected(ILogger logger, string peer, int viewers);

    [LoggerMessage(EventIds.ViewerBroken, LogLevel.Debug, "The connection to the viewer at {Peer} broke: {Why}")]
    private static partial void Broken(ILogger logger, string peer, string why);

    [LoggerMessage(EventIds.ViewerGone, LogLevel.Information, "The viewer at {Peer} left: {Previews} previews sent, {Missed} updates missed")]
    private static partial void Gone(ILogger logger, string peer, long previews, long missed);
}
