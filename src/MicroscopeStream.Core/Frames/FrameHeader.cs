namespace MicroscopeStream.Core.Frames;

/// <summary>What is known of one camera frame besides its pixels.</summary>
public readonly record struct FrameHeader
{
    /// <summary>A header that states nothing but its <see cref="Sequence"/>.</summary>
    public FrameHeader()
    {
    }

    /// <summary>Number of the frame in its session, from 0, rising; a jump is a gap.</summary>
    public required long Sequence { get; init; }

    /// <summary>Channel index, from 0.</summary>
    public int Channel { get; init; }

    /// <summary>Time point index, from 0, or −1 when not stated.</summary>
    public int TimeIndex { get; init; } = -1;

    /// <summary>Axial slice index, from 0, or −1 when not stated.</summary>
    public int SliceIndex { get; init; } = -1;

    /// <summary>Stage position index, from 0, or −1 when not stated.</summary>
    public int PositionIndex { get; init; } = -1;

    /// <summary>SIM pattern angle index, from 0, or −1 when not stated.</summary>
    public int AngleIndex { get; init; } = -1;

    /// <summary>SIM pattern phase index, from 0, or −1 when not stated.</summary>
    public int PhaseIndex { get; init; } = -1;

    /// <summary>Exposure time, ms; 0 when not stated.</summary>
    public double ExposureMs { get; init; }

    /// <summary>Offset of the region of interest from the sensor's corner, x, camera pixels.</summary>
    public int RoiX { get; init; }

    /// <summary>Offset of the region of interest from the sensor's corner, y, camera pixels.</summary>
    public int RoiY { get; init; }

    /// <summary>The camera's own clock, ns; 0 when not stated. Comparable only with itself.</summary>
    public long CameraTimestampNs { get; init; }

    /// <summary>The sender's monotonic clock when the frame was sent, ns; 0 when not stated. Echoed, never subtracted from ours.</summary>
    public long SenderTimestampNs { get; init; }

    /// <summary>The receiver's clock (<see cref="TimeProvider.GetTimestamp"/>) when the last byte of the frame had arrived.</summary>
    public long ReceivedTimestamp { get; init; }
}
