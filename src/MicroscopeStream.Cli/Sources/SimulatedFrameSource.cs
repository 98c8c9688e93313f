using System.Runtime.InteropServices;
using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Simulator;

namespace MicroscopeStream.Cli.Sources;

/// <summary>The simulated microscope as a camera that can be streamed from, with the truth it showed.</summary>
internal sealed class SimulatedFrameSource(SmlmMicroscope microscope, long frames) : IFrameSource
{
    private readonly List<Localization> _truth = [];
    private long _next;

    public string Name => "simulated microscope";

    public int Width => microscope.Grid.Width;

    public int Height => microscope.Grid.Height;

    public PixelType PixelType => PixelType.UInt16;

    public double? PixelSizeNm => microscope.Grid.PixelSizeNm;

    public CameraModel? Camera => microscope.Camera;

    public long FrameCount => frames;

    public IReadOnlyList<string> Warnings => [];

    public Func<long, (double X, double Y)>? TrueDrift => microscope.Drift.Moves ? microscope.Drift.At : null;

    /// <summary>The emitters of the frames read so far.</summary>
    internal IReadOnlyList<Localization> Truth => _truth;

    public bool TryRead(out FrameHeader header, Span<byte> pixels)
    {
        header = SimulatedHeader.Of(_next);
        if (_next == frames)
        {
            return false;
        }

        microscope.Expose(_next++, MemoryMarshal.Cast<byte, ushort>(pixels), _truth);
        return true;
    }

    public void Dispose()
    {
    }
}
