namespace MicroscopeStream.Contract.Wire;

/// <summary>
/// Every field of <c>microscopestream.v1.Frame</c> but the pixels, as a value: what the generated class would hold, without
/// the object. Units and meaning are the proto's.
/// </summary>
public record struct WireFrameHeader
{
    /// <summary>Number of the frame in its session, from 0.</summary>
    public ulong Sequence { get; set; }

    /// <summary>Channel index, from 0.</summary>
    public uint Channel { get; set; }

    /// <summary>Time point index, from 0; null when not stated.</summary>
    public uint? TimeIndex { get; set; }

    /// <summary>Axial slice index, from 0; null when not stated.</summary>
    public uint? SliceIndex { get; set; }

    /// <summary>Stage position index, from 0; null when not stated.</summary>
    public uint? PositionIndex { get; set; }

    /// <summary>SIM pattern angle index, from 0; null when not stated.</summary>
    public uint? AngleIndex { get; set; }

    /// <summary>SIM pattern phase index, from 0; null when not stated.</summary>
    public uint? PhaseIndex { get; set; }

    /// <summary>Exposure time, ms; 0: as stated in the acquisition.</summary>
    public double ExposureMs { get; set; }

    /// <summary>Offset of the region of interest from the sensor's corner along x, px.</summary>
    public uint RoiX { get; set; }

    /// <summary>Offset of the region of interest from the sensor's corner along y, px.</summary>
    public uint RoiY { get; set; }

    /// <summary>The camera's own clock, ns; 0 when not stated.</summary>
    public ulong CameraTimestampNs { get; set; }

    /// <summary>The sender's monotonic clock when it handed the frame over, ns.</summary>
    public ulong SenderTimestampNs { get; set; }

    /// <summary>Columns, px; 0: as agreed in Open.</summary>
    public uint Width { get; set; }

    /// <summary>Rows, px; 0: as agreed in Open.</summary>
    public uint Height { get; set; }
}
