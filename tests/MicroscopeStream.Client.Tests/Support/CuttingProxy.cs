using System.Net;
using System.Net.Sockets;

namespace MicroscopeStream.Client.Tests.Support;

/// <summary>A TCP relay whose connections can be cut in the middle of a frame, as a pulled cable does.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _target;
    private readonly List<Socket> _sockets = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private long _bytesUp;
    private long _cutAt = long.MaxValue;

    internal CuttingProxy(Uri target)
    {
        _target = new IPEndPoint(IPAddress.Loopback, target.Port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    internal string Address => $"http://{_listener.LocalEndpoint}";

    internal int Cuts { get; private set; }

    /// <summary>Cuts every connection once so many more bytes have gone up.</summary>
    internal void CutAfter(long bytes) => Volatile.Write(ref _cutAt, Volatile.Read(ref _bytesUp) + bytes);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Cut();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            Socket client = await _listener.AcceptSocketAsync(_stop.Token);
            var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            client.NoDelay = true;
            await server.ConnectAsync(_target, _stop.Token);
            lock (_sockets)
            {
                _sockets.AddRange([client, server]);
            }

            _ = RelayAsync(client, server, up: true);
            _ = RelayAsync(server, client, up: false);
        }
    }

    private async Task RelayAsync(Socket from, Socket to, bool up)
    {
        var buffer = new byte[4096];
        try
        {
            for (int read = await from.ReceiveAsync(buffer); read > 0; read = await from.ReceiveAsync(buffer))
            {
                if (up && Interlocked.Add(ref _bytesUp, read) >= Volatile.Read(ref _cutAt))
                {
                    Volatile.Write(ref _cutAt, long.MaxValue);
                    Cuts++;
                    Cut();
                    return;
                }

                await to.SendAsync(buffer.AsMemory(0, read));
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The other direction was cut.
        }
    }

    private void Cut()
    {
        lock (_sockets)
        {
            foreach (Socket socket in _sockets)
            {
                // No lingering: a reset, as when a machine dies.
                socket.LingerState = new LingerOption(true, 0);
                socket.Dispose();
            }

            _sockets.Clear();
        }
    }
}
