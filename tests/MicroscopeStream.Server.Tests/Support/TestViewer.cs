using System.Net.WebSockets;
using Google.Protobuf;
using MicroscopeStream.Contract.V1;

namespace MicroscopeStream.Server.Tests.Support;

/// <summary>A viewer as the browser's: .NET's own WebSocket with the generated messages.</summary>
internal sealed class TestViewer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ClientWebSocket _socket = new();
    private byte[] _buffer = new byte[1 << 20];

    public WebSocketCloseStatus? CloseStatus => _socket.CloseStatus;

    public string? CloseReason => _socket.CloseStatusDescription;

    public static async Task<TestViewer> ConnectAsync(TestService service, string? origin = null)
    {
        var viewer = new TestViewer();
        if (origin is not null)
        {
            viewer._socket.Options.SetRequestHeader("Origin", origin);
        }

        var address = new UriBuilder(service.Server.HttpAddress!) { Scheme = "ws", Path = "/watch" };
        using var limit = new CancellationTokenSource(Patience);
        await viewer._socket.ConnectAsync(address.Uri, limit.Token);
        return viewer;
    }

    public Task WatchAsync(WatchRequest request, string token = "") => SendAsync(new ViewerRequest { Token = token, Watch = request }.ToByteArray());

    public Task AcknowledgeAsync(int previews) =>
        SendAsync(new ViewerRequest { Acknowledgement = new PreviewAcknowledgement { Previews = (ulong)previews } }.ToByteArray());

    public async Task SendAsync(byte[] bytes, WebSocketMessageType type = WebSocketMessageType.Binary)
    {
        using var limit = new CancellationTokenSource(Patience);
        await _socket.SendAsync(bytes, type, endOfMessage: true, limit.Token);
    }

    /// <summary>The next message; null when the service has closed.</summary>
    public async Task<WatchResponse?> ReadAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        int length = 0;
        while (true)
        {
            ValueWebSocketReceiveResult part = await _socket.ReceiveAsync(_buffer.AsMemory(length), limit.Token);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            length += part.Count;
            if (part.EndOfMessage)
            {
                return WatchResponse.Parser.ParseFrom(_buffer, 0, length);
            }

            if (length == _buffer.Length)
            {
                Array.Resize(ref _buffer, length * 2);
            }
        }
    }

    /// <summary>Messages until one fulfils a condition; fails when the service closes before.</summary>
    public async Task<WatchResponse> UntilAsync(Func<WatchResponse, bool> condition)
    {
        while (await ReadAsync() is { } message)
        {
            if (condition(message))
            {
                return message;
            }
        }

        throw new AssertionException($"The service closed: {CloseStatus} {CloseReason}");
    }

    /// <summary>Reads until the service closes.</summary>
    public async Task<List<WatchResponse>> ToEndAsync()
    {
        var all = new List<WatchResponse>();
        while (await ReadAsync() is { } message)
        {
            all.Add(message);
        }

        return all;
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return default;
    }
}
