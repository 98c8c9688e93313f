using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Pipeline.Sessions;

/// <summary>One acquisition as the control software knows it (<c>Acquisition</c> of the protocol). Immutable.</summary>
public sealed record AcquisitionSpecification
{
    /// <summary>Largest width or height of a frame, px.</summary>
    public const int LargestEdge = 16384;

    /// <summary>Columns of every frame, px, 1…<see cref="LargestEdge"/>.</summary>
    public int Width { get; init; }

    /// <summary>Rows of every frame, px, 1…<see cref="LargestEdge"/>.</summary>
    public int Height { get; init; }

    /// <summary>How one pixel is stored.</summary>
    public PixelType PixelType { get; init; }

    /// <summary>Edge of a pixel in the sample plane, after binning; nm, &gt; 0.</summary>
    public double PixelSizeNm { get; init; }

    /// <summary>Exposure time of a frame, ms, ≥ 0; 0: not stated.</summary>
    public double ExposureMs { get; init; }

    /// <summary>Rate at which frames are due, 1/s, ≥ 0; 0: as fast as they come. For planning, never to throttle.</summary>
    public double FrameRate { get; init; }

    /// <summary>The camera; null: baseline and gain are estimated from the first frames, and a notice says so.</summary>
    public CameraModel? Camera { get; init; }

    /// <summary>What the microscope does.</summary>
    public Modality Modality { get; init; }

    /// <summary>Order of frames within a group: a name such as <c>hex7</c>, or axes with counts, slowest first, for example <c>angle:3,phase:5</c>; empty: time only.</summary>
    public string FrameOrder { get; init; } = string.Empty;

    /// <summary>Offset of the region of interest from the sensor's corner, x, px, ≥ 0.</summary>
    public int RoiX { get; init; }

    /// <summary>Offset of the region of interest from the sensor's corner, y, px, ≥ 0.</summary>
    public int RoiY { get; init; }

    /// <summary>Camera pixels summed into one along each axis, ≥ 1. Default 1.</summary>
    public int Binning { get; init; } = 1;

    /// <summary>Camera to stage: matrix (xx, xy, yx, yy; µm per px) and offset (x, y; µm), echoed and never applied; null: not stated.</summary>
    public StageAffine? Stage { get; init; }

    /// <summary>Emission wavelength, nm, ≥ 0; 0: not stated.</summary>
    public double EmissionWavelengthNm { get; init; }

    /// <summary>Numerical aperture of the objective, ≥ 0; 0: not stated.</summary>
    public double NumericalAperture { get; init; }

    /// <summary>Name for people, at most 200 characters.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>Number of frames that will come, ≥ 0; 0: not known.</summary>
    public long FrameCount { get; init; }

    /// <summary>The camera's grid.</summary>
    public PixelGrid Grid => new(Width, Height, PixelSizeNm);

    /// <summary>Bytes of one frame's payload. Only meaningful for a specification without problems.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The pixel type is unspecified.</exception>
    public int FrameBytes => checked(Width * Height * PixelType.BytesPerPixel());
}

/// <summary>What the microscope does.</summary>
public enum Modality
{
    /// <summary>Not stated: inferred from the task.</summary>
    Unspecified = 0,

    /// <summary>Single-molecule localization microscopy (STORM, PALM, PAINT).</summary>
    Smlm = 1,

    /// <summary>Structured illumination microscopy.</summary>
    Sim = 2,

    /// <summary>Widefield fluorescence.</summary>
    Widefield = 3,

    /// <summary>Confocal or STED scanning.</summary>
    Scanning = 4,
}

/// <summary>Maps camera pixels to the stage: stage (µm) = matrix × (x, y) (px) + offset.</summary>
/// <param name="Xx">x of the stage per px along x, µm.</param>
/// <param name="Xy">x of the stage per px along y, µm.</param>
/// <param name="Yx">y of the stage per px along x, µm.</param>
/// <param name="Yy">y of the stage per px along y, µm.</param>
/// <param name="OffsetX">Stage x of the camera's corner, µm.</param>
/// <param name="OffsetY">Stage y of the camera's corner, µm.</param>
public sealed record StageAffine(double Xx, double Xy, double Yx, double Yy, double OffsetX, double OffsetY);
