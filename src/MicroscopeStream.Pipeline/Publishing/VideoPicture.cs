using System.Threading.Channels;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Video;
using MicroscopeStream.Video.Slices;

namespace MicroscopeStream.Pipeline.Publishing;

/// <summary>
/// A frame of a super-resolved video on its way to whoever follows: density as codes of 16 bits, and what it rests on. Pooled; see
/// <see cref="SessionUpdate"/>. Frames are results: none stands for another.
/// </summary>
public sealed record VideoPicture : UpdateBody
{
    private readonly VideoPicturePool _pool;
    private ushort[] _density = [];
    private byte[] _count = [];
    private byte[] _age = [];
    private int _references;

    internal VideoPicture(VideoPicturePool pool) => _pool = pool;

    /// <summary>The video's grid.</summary>
    public PixelGrid Grid { get; private set; }

    /// <summary>The slice that it shows.</summary>
    public TimeSlice Slice { get; private set; }

    /// <summary>Provisional or refined.</summary>
    public VideoRevision Revision { get; private set; }

    /// <summary>Slices after its own that it was refined with.</summary>
    public int LookAhead { get; private set; }

    /// <summary>Density of the code 65535.</summary>
    public float DensityMaximum { get; private set; }

    /// <summary>Codes, row-major (y, x): density = code ÷ 65535 × <see cref="DensityMaximum"/>.</summary>
    public ReadOnlyMemory<ushort> Density => _density.AsMemory(0, Grid.PixelCount);

    /// <summary>See <see cref="VideoFrame.SupportCount"/>; empty when refined.</summary>
    public ReadOnlyMemory<byte> SupportCount => _count.AsMemory(0, Revision == VideoRevision.Provisional ? Grid.PixelCount : 0);

    /// <summary>See <see cref="VideoFrame.SupportAge"/>; empty when refined.</summary>
    public ReadOnlyMemory<byte> SupportAge => _age.AsMemory(0, Revision == VideoRevision.Provisional ? Grid.PixelCount : 0);

    /// <summary>See <see cref="VideoFrame.Change"/>.</summary>
    public double Change { get; private set; }

    /// <summary>What speaks against it.</summary>
    public IReadOnlyList<string> Cautions { get; private set; } = [];

    /// <summary>What it shows, without its pixels.</summary>
    internal VideoSlice Time => new(Slice, Revision, LookAhead, Change);

    internal override object JoinKey => this;

    internal override SequenceRange? OwnRange => new(Slice.FirstFrame, Slice.LastFrame);

    internal VideoPicture Fill(VideoFrame frame)
    {
        int pixels = frame.Grid.PixelCount;
        if (_density.Length < pixels)
        {
            (_density, _count, _age) = (new ushort[pixels], new byte[pixels], new byte[pixels]);
        }

        _references = 1;
        (Grid, Slice, Revision, LookAhead, Change, Cautions) = (frame.Grid, frame.Slice, frame.Revision, frame.LookAhead, frame.Change, frame.Trust.Reasons);
        ReadOnlySpan<float> density = frame.Density.Span;
        DensityMaximum = Math.Max(System.Numerics.Tensors.TensorPrimitives.Max(density), 0);
        float scale = DensityMaximum > 0 ? ushort.MaxValue / DensityMaximum : 0;
        for (int i = 0; i < pixels; i++)
        {
            _density[i] = (ushort)((Math.Max(density[i], 0) * scale) + 0.5f);
        }

        frame.SupportCount.Span.CopyTo(_count);
        frame.SupportAge.Span.CopyTo(_age);
        return this;
    }

    internal override void Retain() => Interlocked.Increment(ref _references);

    internal override void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            _pool.TakeBack(this);
        }
    }
}

/// <summary>Pictures that wait to be used again; what does not fit is left to the collector.</summary>
internal sealed class VideoPicturePool
{
    private readonly Channel<VideoPicture> _free = Channel.CreateBounded<VideoPicture>(16);

    public VideoPicture Rent() => _free.Reader.TryRead(out VideoPicture? picture) ? picture : new VideoPicture(this);

    public void TakeBack(VideoPicture picture) => _free.Writer.TryWrite(picture);
}
