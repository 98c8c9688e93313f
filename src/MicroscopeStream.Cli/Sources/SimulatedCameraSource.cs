using System.Runtime.InteropServices;
using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Simulator;
using MicroscopeStream.Simulator.Scenes;

namespace MicroscopeStream.Cli.Sources;

/// <summary>A simulated microscope whose frames are exposed as they are asked for.</summary>
internal sealed class SimulatedCameraSource : IFrameSource
{
    private readonly Action<long, byte[]> _expose;
    private readonly PixelGrid _grid;
    private readonly byte[] _frame;
    private long _next;

    private SimulatedCameraSource(PixelGrid grid, CameraModel camera, long frames, Action<long, byte[]> expose)
    {
        (_grid, Camera, FrameCount, _expose) = (grid, camera, frames, expose);
        _frame = new byte[grid.PixelCount * sizeof(ushort)];
    }

    public string Name => "simulated microscope";

    public int Width => _grid.Width;

    public int Height => _grid.Height;

    public PixelType PixelType => PixelType.UInt16;

    public double? PixelSizeNm => _grid.PixelSizeNm;

    public CameraModel? Camera { get; }

    public long FrameCount { get; }

    public IReadOnlyList<string> Warnings => [];

    /// <summary>Structured illumination, group after group.</summary>
    public static SimulatedCameraSource Of(SimScene scene, long frames)
    {
        var microscope = new SimMicroscope(scene);
        return new SimulatedCameraSource(scene.Grid, scene.Camera, frames, (frame, pixels) => microscope.Expose(frame, MemoryMarshal.Cast<byte, ushort>(pixels.AsSpan())));
    }

    /// <summary>A living sample with blinking emitters.</summary>
    public static SimulatedCameraSource Of(VideoScene scene, long frames)
    {
        var microscope = new VideoMicroscope(scene);
        return new SimulatedCameraSource(scene.Grid, scene.Camera, frames, (frame, pixels) => microscope.Expose(frame, MemoryMarshal.Cast<byte, ushort>(pixels.AsSpan())));
    }

    public bool TryRead(out FrameHeader header, Span<byte> pixels)
    {
        header = new FrameHeader
        {
            Sequence = _next,
            TimeIndex = (int)Math.Min(_next, int.MaxValue),
            SliceIndex = -1,
            PositionIndex = -1,
            AngleIndex = -1,
            PhaseIndex = -1,
        };
        if (_next == FrameCount)
        {
            return false;
        }

        _expose(_next++, _frame);
        _frame.CopyTo(pixels);
        return true;
    }

    public void Dispose()
    {
    }
}
