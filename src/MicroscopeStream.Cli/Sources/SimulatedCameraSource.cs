using System.Runtime.InteropServices;
using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Simulator;
using MicroscopeStream.Simulator.Scenes;

namespace MicroscopeStream.Cli.Sources;

/// <summary>A simulated microscope whose frames are exposed as they are asked for.</summary>
internal sealed class SimulatedCameraSource : IFrameSource
{
    private readonly Exposing _expose;
    private readonly PixelGrid _grid;
    private long _next;

    private SimulatedCameraSource(PixelGrid grid, CameraModel camera, long frames, Exposing expose) =>
        (_grid, Camera, FrameCount, _expose) = (grid, camera, frames, expose);

    /// <summary>Exposes a frame, numbered from 0, into its pixels.</summary>
    private delegate void Exposing(long frame, Span<ushort> pixels);

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
        return new SimulatedCameraSource(scene.Grid, scene.Camera, frames, microscope.Expose);
    }

    /// <summary>A living sample with blinking emitters.</summary>
    public static SimulatedCameraSource Of(VideoScene scene, long frames)
    {
        var microscope = new VideoMicroscope(scene);
        return new SimulatedCameraSource(scene.Grid, scene.Camera, frames, (frame, pixels) => microscope.Expose(frame, pixels));
    }

    public bool TryRead(out FrameHeader header, Span<byte> pixels)
    {
        header = SimulatedHeader.Of(_next);
        if (_next == FrameCount)
        {
            return false;
        }

        _expose(_next++, MemoryMarshal.Cast<byte, ushort>(pixels));
        return true;
    }

    public void Dispose()
    {
    }
}
