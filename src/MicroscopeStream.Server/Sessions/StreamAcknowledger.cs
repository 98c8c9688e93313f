using System.Threading.Channels;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Pipeline.Ingest;

namespace MicroscopeStream.Server.Sessions;

/// <summary>Keeps the newest acknowledgement of a stream until it can be written: a client that reads slowly gets fewer, never stale ones.</summary>
internal sealed class StreamAcknowledger
{
    private readonly Lock _lock = new();
    private readonly Channel<byte> _news = Channel.CreateBounded<byte>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true, SingleWriter = true });

    private readonly StreamResponse _message = new() { Acknowledgement = new Acknowledgement() };
    private IngestResult _newest;
    private bool _starved;

    /// <summary>Whether the client was told that it has no credits left.</summary>
    public bool Starved
    {
        get
        {
            lock (_lock)
            {
                return _starved;
            }
        }
    }

    /// <summary>
    /// What the client was told when it connected: a session that was taken up has received frames already, and may have no
    /// credits to begin with, of which the client must then hear when there are some.
    /// </summary>
    public void Begin(long nextSequence, long received, int credits)
    {
        lock (_lock)
        {
            _newest = new IngestResult(true, null, nextSequence - 1, received, credits);
            _starved = credits == 0;
        }
    }

    /// <summary>Replaces the acknowledgement that waits, if one does.</summary>
    public void Acknowledge(in IngestResult result)
    {
        lock (_lock)
        {
            _newest = result;
            _starved = result.Credits == 0;
        }

        _news.Writer.TryWrite(0);
    }

    /// <summary>Buffers came back: says so to a client that waits for credits.</summary>
    public void Renew(int credits)
    {
        lock (_lock)
        {
            _newest = _newest with { Credits = credits };
            _starved = credits == 0;
        }

        _news.Writer.TryWrite(0);
    }

    /// <summary>No more acknowledgements will come; the one that waits is still written.</summary>
    public void Complete() => _news.Writer.TryComplete();

    /// <summary>Writes acknowledgements until <see cref="Complete"/>.</summary>
    public async Task RunAsync(StreamWriter writer, CancellationToken cancellationToken)
    {
        while (await _news.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            _news.Reader.TryRead(out _);
            lock (_lock)
            {
                _message.Acknowledgement.ReceivedThrough = (ulong)Math.Max(0, _newest.ReceivedThrough);
                _message.Acknowledgement.Received = (ulong)_newest.Received;
                _message.Acknowledgement.Credits = (uint)_newest.Credits;
            }

            await writer.WriteAsync(_message, cancellationToken).ConfigureAwait(false);
        }
    }
}
