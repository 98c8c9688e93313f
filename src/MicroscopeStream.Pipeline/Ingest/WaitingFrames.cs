using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace MicroscopeStream.Pipeline.Ingest;

/// <summary>A bounded queue of frames of which also the newest can be kept and the rest given up.</summary>
/// <remarks>Not thread-safe but for <see cref="WaitAsync"/>, which one reader calls while others add. Allocates nothing per frame.</remarks>
internal sealed class WaitingFrames(int capacity)
{
    private readonly IngestedFrame[] _ring = new IngestedFrame[capacity];
    private readonly Channel<byte> _news = Channel.CreateBounded<byte>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private int _head;
    private volatile int _count;
    private volatile bool _completed;

    public int Count => _count;

    /// <summary>The frame that has waited longest; only when there is one.</summary>
    public ref readonly IngestedFrame Oldest => ref _ring[_head];

    /// <summary>A frame by its place in the queue, 0 for the one that has waited longest.</summary>
    public ref readonly IngestedFrame this[int index] => ref _ring[(_head + index) % _ring.Length];

    /// <exception cref="InvalidOperationException">It is full: more frames wait than there are buffers.</exception>
    public void Add(in IngestedFrame frame)
    {
        if (_count == _ring.Length)
        {
            throw new InvalidOperationException("More frames wait than there are buffers.");
        }

        _ring[(_head + _count) % _ring.Length] = frame;
        _count++;
        _news.Writer.TryWrite(0);
    }

    /// <summary>Takes the frame that has waited longest.</summary>
    public bool TryTake(out IngestedFrame frame) => TryRemove(0, out frame);

    /// <summary>Takes a frame out of the queue; those before it keep their places.</summary>
    /// <param name="index">Its place, 0 for the one that has waited longest; small, as those before it are moved.</param>
    /// <param name="frame">The frame.</param>
    /// <returns>False when fewer frames wait.</returns>
    public bool TryRemove(int index, out IngestedFrame frame)
    {
        if (index >= _count)
        {
            frame = default;
            return false;
        }

        frame = _ring[(_head + index) % _ring.Length];
        for (int i = index; i > 0; i--)
        {
            _ring[(_head + i) % _ring.Length] = _ring[(_head + i - 1) % _ring.Length];
        }

        _ring[_head] = default;
        _head = (_head + 1) % _ring.Length;
        _count--;
        return true;
    }

    public void Complete()
    {
        _completed = true;
        _news.Writer.TryWrite(0);
    }

    /// <summary>Waits for a frame; false when there is none and none will come.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        while (_count == 0)
        {
            if (_completed)
            {
                return _count > 0;
            }

            await _news.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }

        return true;
    }
}
