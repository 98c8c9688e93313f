using System.Threading.Channels;

namespace MicroscopeStream.Pipeline.Publishing;

/// <summary>Batches that wait to be used again: a bounded free list; what does not fit is left to the collector.</summary>
internal sealed class LocalizationBatchPool
{
    private readonly Channel<LocalizationBatch> _free;

    public LocalizationBatchPool(int capacity) => _free = Channel.CreateBounded<LocalizationBatch>(capacity);

    /// <summary>An empty batch with one reference.</summary>
    public LocalizationBatch Rent()
    {
        if (!_free.Reader.TryRead(out LocalizationBatch? batch))
        {
            batch = new LocalizationBatch(this);
        }

        batch.Start();
        return batch;
    }

    public void TakeBack(LocalizationBatch batch) => _free.Writer.TryWrite(batch);
}
