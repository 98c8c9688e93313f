using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Client;

/// <summary>
/// Copies of the frames that the service has not acknowledged yet, in the order in which they were sent. Bounded: when it is
/// full, the sender waits for an acknowledgement.
/// </summary>
internal sealed class ResendBuffer : IDisposable
{
    private readonly FramePool _pool;
    private readonly Queue<FrameLease> _held;
    private readonly Lock _lock = new();

    /// <param name="owner">Who rents, for messages.</param>
    /// <param name="frameBytes">Bytes of one frame, ≥ 1.</param>
    /// <param name="maxBytes">Bytes that all copies may take; room for two frames is made in any case.</param>
    /// <param name="credits">Frames that may be unacknowledged at all: more slots than that are never used.</param>
    internal ResendBuffer(string owner, int frameBytes, long maxBytes, long credits)
    {
        int slots = (int)Math.Clamp(Math.Min(credits, maxBytes / frameBytes), 2, 4096);
        _pool = new FramePool(owner, slots, frameBytes);
        _held = new Queue<FrameLease>(slots);
    }

    /// <summary>Frames held now.</summary>
    internal int Count
    {
        get
        {
            lock (_lock)
            {
                return _held.Count;
            }
        }
    }

    /// <summary>Copies a frame, waiting until there is room.</summary>
    /// <returns>The copy: stays valid until the frame is acknowledged.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    /// <exception cref="System.Threading.Channels.ChannelClosedException">The session has ended.</exception>
    internal async ValueTask<Frame> AddAsync(FrameHeader header, ReadOnlyMemory<byte> pixels, CancellationToken cancellationToken)
    {
        FrameLease lease = await _pool.RentAsync(cancellationToken);
        Frame frame = lease.Frame;
        frame.LengthBytes = pixels.Length;
        pixels.Span.CopyTo(frame.Bytes);
        frame.Header = header;
        lock (_lock)
        {
            _held.Enqueue(lease);
        }

        return frame;
    }

    /// <summary>Forgets every frame up to and including <paramref name="sequence"/>.</summary>
    internal void ReleaseThrough(long sequence)
    {
        lock (_lock)
        {
            while (_held.TryPeek(out FrameLease lease) && lease.Frame.Header.Sequence <= sequence)
            {
                _held.Dequeue().Dispose();
            }
        }
    }

    /// <summary>The frames held now, oldest first.</summary>
    internal Frame[] Snapshot()
    {
        lock (_lock)
        {
            return [.. _held.Select(lease => lease.Frame)];
        }
    }

    /// <summary>Whoever waits for room waits no longer. What is held stays.</summary>
    internal void Close() => _pool.Dispose();

    /// <inheritdoc/>
    public void Dispose()
    {
        ReleaseThrough(long.MaxValue);
        _pool.Dispose();
    }
}
