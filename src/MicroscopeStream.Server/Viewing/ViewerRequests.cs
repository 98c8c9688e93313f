using System.Net.WebSockets;
using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Server.Security;
using MicroscopeStream.Server.Sessions;

namespace MicroscopeStream.Server.Viewing;

/// <summary>What a viewer says, read as it comes: what it wants now, and what it has taken over.</summary>
internal sealed class ViewerRequests(WebSocket socket, ViewerAccess access, PreviewFlow flow)
{
    /// <summary>A token, an id and some numbers; nobody needs more.</summary>
    private const int MostBytes = 4096;

    private readonly Channel<byte> _said = Channel.CreateBounded<byte>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true, SingleWriter = true });

    private WatchRequest? _wanted;
    private StandingAccess? _admitted;

    /// <summary>Something was said since the last read of this.</summary>
    public ChannelReader<byte> Said => _said.Reader;

    /// <summary>Whether the viewer's token was taken back. Asked by the one who sends.</summary>
    public bool IsTakenBack => Volatile.Read(ref _admitted) is { Holds: false };

    /// <summary>Takes what the viewer wants, if it changed; null otherwise.</summary>
    public WatchRequest? TakeWanted() => Interlocked.Exchange(ref _wanted, null);

    /// <summary>Reads until the viewer closes.</summary>
    /// <returns>Why the service should close, or null when the viewer did.</returns>
    public async Task<(WebSocketCloseStatus Status, string Reason)?> ReadAsync(CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[MostBytes];
        try
        {
            while (await ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false) is { } message)
            {
                if (Take(message) is { } fault)
                {
                    return fault;
                }

                _said.Writer.TryWrite(0);
            }

            return null;
        }
        catch (InvalidDataException e)
        {
            return (ViewerClose.BadMessage, e.Message);
        }
        finally
        {
            _said.Writer.TryComplete();
        }
    }

    private (WebSocketCloseStatus, string)? Take(ArraySegment<byte> bytes)
    {
        ViewerRequest request;
        try
        {
            request = ViewerRequest.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return (ViewerClose.BadMessage, "The bytes received are no ViewerRequest.");
        }

        if (Volatile.Read(ref _admitted) is null && access.Accepts(request.Token))
        {
            Volatile.Write(ref _admitted, access.Stand(request.Token));
        }

        if (_admitted is null)
        {
            return (ViewerClose.WrongToken, "The token is missing or not valid any more: open the address that the service printed.");
        }

        switch (request.BodyCase)
        {
            case ViewerRequest.BodyOneofCase.Watch:
                try
                {
                    WatchRequests.Check(request.Watch);
                }
                catch (RpcException refused)
                {
                    return (ViewerClose.BadMessage, refused.Status.Detail);
                }

                Volatile.Write(ref _wanted, request.Watch);
                return null;
            case ViewerRequest.BodyOneofCase.Acknowledgement:
                flow.Acknowledge(request.Acknowledgement.Previews);
                return null;
            default:
                return (ViewerClose.BadMessage, "The message carries neither watch nor acknowledgement.");
        }
    }

    private async Task<ArraySegment<byte>?> ReceiveAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        int length = 0;
        while (true)
        {
            ValueWebSocketReceiveResult part = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            length += part.Count;
            if (part.MessageType == WebSocketMessageType.Text)
            {
                throw new InvalidDataException("The message is text; ViewerRequest comes in binary messages.");
            }

            if (part.EndOfMessage)
            {
                return new ArraySegment<byte>(buffer, 0, length);
            }

            if (length == buffer.Length)
            {
                throw new InvalidDataException($"The message is longer than {MostBytes} bytes.");
            }
        }
    }
}
