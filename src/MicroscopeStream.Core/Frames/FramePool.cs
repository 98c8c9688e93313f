using System.Threading.Channels;

namespace MicroscopeStream.Core.Frames;

/// <summary>
/// A fixed number of pinned frame slots. Renting never allocates: when all slots are out, <see cref="RentAsync"/> waits
/// (that wait is the backpressure of a lossless session) and <see cref="TryRent"/> says no (that is a live session's drop).
/// </summary>
/// <remarks>Thread-safe. The memory is <c>slots × bytesPerSlot</c>, allocated once and pinned for the pool's life.</remarks>
public sealed class FramePool : IDisposable
{
    private readonly Channel<Frame> _free;
    private int _outstanding;
    private int _disposed;

    /// <summary>Allocates the pool.</summary>
    /// <param name="owner">Who rents from it, for messages (for example a session id).</param>
    /// <param name="slots">Number of slots, ≥ 1.</param>
    /// <param name="bytesPerSlot">Bytes per slot, ≥ 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is below 1.</exception>
    /// <exception cref="OutOfMemoryException">The machine cannot give that much memory.</exception>
    public FramePool(string owner, int slots, int bytesPerSlot)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(slots, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(bytesPerSlot, 1);
        Owner = owner;
        BytesPerSlot = bytesPerSlot;
        _free = Channel.CreateBounded<Frame>(new BoundedChannelOptions(slots) { AllowSynchronousContinuations = false });
        Capacity = slots;
        for (int i = 0; i < slots; i++)
        {
            _free.Writer.TryWrite(new Frame(this, i, bytesPerSlot));
        }
    }

    /// <summary>Who rents from the pool.</summary>
    public string Owner { get; }

    /// <summary>Number of slots.</summary>
    public int Capacity { get; }

    /// <summary>Bytes per slot.</summary>
    public int BytesPerSlot { get; }

    /// <summary>Slots rented and not yet returned.</summary>
    public int Outstanding => Volatile.Read(ref _outstanding);

    /// <summary>Rents a slot if one is free.</summary>
    /// <param name="lease">The lease, or a default value.</param>
    /// <returns>Whether a slot was free. A disposed pool has none.</returns>
    public bool TryRent(out FrameLease lease)
    {
        if (_free.Reader.TryRead(out Frame? frame))
        {
            Interlocked.Increment(ref _outstanding);
            lease = new FrameLease(frame);
            return true;
        }

        lease = default;
        return false;
    }

    /// <summary>Rents a slot, waiting until one is returned.</summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    /// <exception cref="ChannelClosedException">The pool was disposed.</exception>
    public async ValueTask<FrameLease> RentAsync(CancellationToken cancellationToken)
    {
        Frame frame = await _free.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        Interlocked.Increment(ref _outstanding);
        return new FrameLease(frame);
    }

    /// <summary>Waits until a slot can be rented without taking it; false when the pool was disposed.</summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public ValueTask<bool> WaitForFreeAsync(CancellationToken cancellationToken) => _free.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>
    /// Closes the pool: no further rents, and its memory is the collector's, that of slots still out when they are returned;
    /// <see cref="Outstanding"/> counts them.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _free.Writer.TryComplete();

            // A completed channel still gives what it holds: take that out, or a disposed pool would go on renting.
            while (_free.Reader.TryRead(out _))
            {
            }
        }
    }

    internal void TakeBack(Frame frame)
    {
        Interlocked.Decrement(ref _outstanding);

        // The channel holds every slot there is, so this fails only after Dispose, when nobody rents any more.
        _free.Writer.TryWrite(frame);
    }
}
