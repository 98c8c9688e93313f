using System.Net.WebSockets;
using Google.Protobuf;
using MicroscopeStream.Contract.V1;

namespace MicroscopeStream.Benchmarks.Viewers;

/// <summary>A viewer without a screen: takes previews over as fast as they come, or stalls and takes nothing.</summary>
internal sealed class WatchingViewer : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _reading = Task.CompletedTask;
    private int _previews;
    private long _bytes;

    /// <summary>Super-resolved previews taken over.</summary>
    public int Previews => Volatile.Read(ref _previews);

    /// <summary>Bytes received.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    public static async Task<WatchingViewer> ConnectAsync(Uri service, uint maxSize, bool stalls, CancellationToken cancellationToken)
    {
        var viewer = new WatchingViewer();
        await viewer._socket.ConnectAsync(new UriBuilder(service) { Scheme = "ws", Path = "/watch" }.Uri, cancellationToken).ConfigureAwait(false);
        await viewer.SendAsync(new ViewerRequest { Watch = new WatchRequest { MaxPreviewSize = maxSize, Localizations = stalls } }, cancellationToken).ConfigureAwait(false);
        if (stalls)
        {
            // It says that it takes all there is, and reads nothing: what is sent fills every buffer on the way.
            await viewer.SendAsync(new ViewerRequest { Acknowledgement = new PreviewAcknowledgement { Previews = ulong.MaxValue } }, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            viewer._reading = viewer.ReadAsync(viewer._stop.Token);
        }

        return viewer;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _socket.Abort();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[8 * 1024 * 1024];
        ulong all = 0;
        while (true)
        {
            int length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await _socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
                length += part.Count;
            }
            while (!part.EndOfMessage);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return;
            }

            Interlocked.Add(ref _bytes, length);
            if (WatchResponse.Parser.ParseFrom(buffer, 0, length).Update.Preview is { } preview)
            {
                _previews += preview.Kind == PreviewKind.SuperResolved ? 1 : 0;
                await SendAsync(new ViewerRequest { Acknowledgement = new PreviewAcknowledgement { Previews = ++all } }, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private Task SendAsync(ViewerRequest request, CancellationToken cancellationToken) =>
        _socket.SendAsync(request.ToByteArray(), WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
}
