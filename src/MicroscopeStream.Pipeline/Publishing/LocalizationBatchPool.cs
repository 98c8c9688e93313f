using System.Threading.Channels;

namespace MicroscopeStream.Pipeline.Publishing;

/// <summary>
/// Batches that wait to be used again: a free list, bounded in batches and in the localizations that they have room for;
/// what does not fit is left to the collector.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class LocalizationBatchPool
{
    /// <summary>Room for localizations that may lie idle: half a million take 65 MB.</summary>
    private const long MostRoom = 1 << 19;

    private readonly Channel<LocalizationBatch> _free;
    private long _room;

    public LocalizationBatchPool(int capacity) => _free = Channel.CreateBounded<LocalizationBatch>(capacity);

    /// <summary>An empty batch with one reference.</summary>
    public LocalizationBatch Rent()
    {
        if (_free.Reader.TryRead(out LocalizationBatch? batch))
        {
            Interlocked.Add(ref _room, -batch.Room);
        }
        else
        {
            batch = new LocalizationBatch(this);
        }

        batch.Start();
        return batch;
    }

    public void TakeBack(LocalizationBatch batch)
    {
        // After sparse frames a few dense ones would otherwise make every waiting batch grow in turn, for good.
        if (Interlocked.Add(ref _room, batch.Room) > MostRoom || !_free.Writer.TryWrite(batch))
        {
            Interlocked.Add(ref _room, -batch.Room);
        }
    }
}
