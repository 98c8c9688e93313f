using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Cli.Sources;

/// <summary>The first frames of another source, which it owns.</summary>
internal sealed class LimitedSource(IFrameSource inner, long frames) : IFrameSource
{
    private long _read;

    public string Name => inner.Name;

    public int Width => inner.Width;

    public int Height => inner.Height;

    public PixelType PixelType => inner.PixelType;

    public double? PixelSizeNm => inner.PixelSizeNm;

    public CameraModel? Camera => inner.Camera;

    public long FrameCount => Math.Min(frames, inner.FrameCount);

    public IReadOnlyList<string> Warnings => inner.Warnings;

    public bool TryRead(out FrameHeader header, Span<byte> pixels)
    {
        header = default;
        return _read++ < frames && inner.TryRead(out header, pixels);
    }

    public void Dispose() => inner.Dispose();
}
