using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MicroscopeStream.Server.Tests.Support;

/// <summary>
/// A Stream call written by hand on HTTP/2 (RFC 9113): for what no proper client does, such as vanishing in the middle of a
/// frame, and for measuring what the service alone allocates, since this client allocates nothing while it sends.
/// </summary>
internal sealed class RawStream : IDisposable
{
    private const int DataFrame = 0, HeadersFrame = 1, SettingsFrame = 4, PingFrame = 6, GoAwayFrame = 7, WindowUpdateFrame = 8;
    private const int StreamId = 1;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly object _lock = new();
    private readonly Thread _reading;
    private readonly byte[] _frameHead = new byte[9];
    private long _connectionWindow = 65535, _streamWindow = 65535, _initialWindow = 65535;
    private bool _ended;

    public RawStream(Uri service, int maxFrame = 16384)
    {
        MaxFrame = maxFrame;
        _socket.Connect(new IPEndPoint(IPAddress.Loopback, service.Port));
        _socket.Send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);

        // A large window for responses, so that reading never has to hand out credit.
        SendFrame(SettingsFrame, 0, 0, [0, 4, 0x7F, 0xFF, 0xFF, 0xFF]);
        SendFrame(WindowUpdateFrame, 0, 0, [0x7F, 0xF0, 0, 0]);
        SendFrame(HeadersFrame, 4, StreamId, Headers($"127.0.0.1:{service.Port}"));
        _reading = new Thread(Read) { IsBackground = true };
        _reading.Start();
    }

    public int MaxFrame { get; }

    /// <summary>Bytes of responses received.</summary>
    public long ReceivedBytes { get; private set; }

    /// <summary>Sends a gRPC message.</summary>
    public void SendMessage(ReadOnlySpan<byte> message)
    {
        Span<byte> prefix = stackalloc byte[5];
        BinaryPrimitives.WriteUInt32BigEndian(prefix[1..], (uint)message.Length);
        SendData(prefix);
        SendData(message);
    }

    /// <summary>Sends bytes of the body as they are.</summary>
    public void SendData(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            int length = (int)TakeWindow(Math.Min(bytes.Length, MaxFrame));
            SendFrame(DataFrame, 0, StreamId, bytes[..length]);
            bytes = bytes[length..];
        }
    }

    /// <summary>Half-closes.</summary>
    public void End() => SendFrame(DataFrame, 1, StreamId, []);

    /// <summary>Waits until the service has ended the stream or the connection.</summary>
    public bool WaitForEnd(TimeSpan limit) => _reading.Join(limit);

    /// <summary>Vanishes: the connection is reset, as when a process is killed.</summary>
    public void Dispose()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Dispose();
    }

    private long TakeWindow(long wanted)
    {
        lock (_lock)
        {
            while (Math.Min(_connectionWindow, _streamWindow) <= 0 && !_ended)
            {
                Monitor.Wait(_lock);
            }

            long taken = Math.Min(wanted, Math.Min(_connectionWindow, _streamWindow));
            if (_ended)
            {
                throw new IOException("The service ended the stream.");
            }

            _connectionWindow -= taken;
            _streamWindow -= taken;
            return taken;
        }
    }

    private void SendFrame(int type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        lock (_socket)
        {
            BinaryPrimitives.WriteInt32BigEndian(_frameHead, payload.Length << 8 | type);
            _frameHead[4] = flags;
            BinaryPrimitives.WriteInt32BigEndian(_frameHead.AsSpan(5), stream);
            _socket.Send(_frameHead);
            while (payload.Length > 0)
            {
                payload = payload[_socket.Send(payload)..];
            }
        }
    }

    private void Read()
    {
        byte[] head = new byte[9], payload = new byte[1 << 20];
        try
        {
            while (true)
            {
                Receive(head);
                int length = BinaryPrimitives.ReadInt32BigEndian(head) >> 8 & 0xFFFFFF;
                Receive(payload.AsSpan(0, length));
                int stream = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5));
                if (!Take(head[3], head[4], stream, payload.AsSpan(0, length)))
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or EndOfStreamException)
        {
        }
        finally
        {
            lock (_lock)
            {
                _ended = true;
                Monitor.PulseAll(_lock);
            }
        }
    }

    private bool Take(int type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case DataFrame:
                ReceivedBytes += payload.Length;
                return (flags & 1) == 0;
            case HeadersFrame:
                return (flags & 1) == 0;
            case SettingsFrame when (flags & 1) == 0:
                Settings(payload);
                SendFrame(SettingsFrame, 1, 0, []);
                return true;
            case PingFrame when (flags & 1) == 0:
                SendFrame(PingFrame, 1, 0, payload);
                return true;
            case WindowUpdateFrame:
                lock (_lock)
                {
                    (stream == 0 ? ref _connectionWindow : ref _streamWindow) += BinaryPrimitives.ReadInt32BigEndian(payload);
                    Monitor.PulseAll(_lock);
                }

                return true;
            default:
                return type != GoAwayFrame && type != 3;
        }
    }

    private void Settings(ReadOnlySpan<byte> payload)
    {
        for (; payload.Length >= 6; payload = payload[6..])
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(payload) == 4)
            {
                lock (_lock)
                {
                    long window = BinaryPrimitives.ReadUInt32BigEndian(payload[2..]);
                    _streamWindow += window - _initialWindow;
                    _initialWindow = window;
                    Monitor.PulseAll(_lock);
                }
            }
        }
    }

    private void Receive(Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            int read = _socket.Receive(bytes);
            bytes = read > 0 ? bytes[read..] : throw new EndOfStreamException();
        }
    }

    // HPACK (RFC 7541): indexed fields of the static table where there are some, literals without indexing for the rest.
    private static byte[] Headers(string authority)
    {
        var block = new List<byte> { 0x83, 0x86 };
        Literal(0x04, "/microscopestream.v1.SessionService/Stream");
        Literal(0x01, authority);
        block.AddRange([0x0F, 0x10]);
        Text("application/grpc");
        block.Add(0x00);
        Text("te");
        Text("trailers");
        return [.. block];

        void Literal(byte name, string value)
        {
            block.Add(name);
            Text(value);
        }

        void Text(string value)
        {
            block.Add((byte)value.Length);
            block.AddRange(Encoding.ASCII.GetBytes(value));
        }
    }
}
