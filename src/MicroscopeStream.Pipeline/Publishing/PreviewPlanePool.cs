using System.Threading.Channels;

namespace MicroscopeStream.Pipeline.Publishing;

/// <summary>Planes that wait to be used again: a bounded free list; what does not fit is left to the collector.</summary>
internal sealed class PreviewPlanePool
{
    private readonly Channel<PreviewPlane> _free;

    public PreviewPlanePool(int capacity) => _free = Channel.CreateBounded<PreviewPlane>(capacity);

    /// <summary>A plane with one reference once it is started.</summary>
    public PreviewPlane Rent() => _free.Reader.TryRead(out PreviewPlane? plane) ? plane : new PreviewPlane(this);

    public void TakeBack(PreviewPlane plane) => _free.Writer.TryWrite(plane);
}
