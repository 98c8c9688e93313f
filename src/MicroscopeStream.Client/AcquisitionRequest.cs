using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;
using V1 = MicroscopeStream.Contract.V1;

namespace MicroscopeStream.Client;

/// <summary>What happens when frames come faster than they can be worked on.</summary>
public enum FramePolicy
{
    /// <summary>Nothing is dropped: <see cref="AcquisitionSession.SendAsync(FrameHeader, ReadOnlyMemory{byte}, CancellationToken)"/>
    /// waits instead.</summary>
    Lossless = 0,

    /// <summary>The service stays current: stale frames are dropped whole, counted by cause and reported.</summary>
    Live = 1,
}

/// <summary>Which execution provider runs networks.</summary>
public enum ExecutionProvider
{
    /// <summary>The fastest that works on the service's machine.</summary>
    Auto = 0,

    /// <summary>CPU.</summary>
    Cpu = 1,

    /// <summary>NVIDIA CUDA; falls back to CPU, and says so, where it does not work.</summary>
    Cuda = 2,

    /// <summary>NVIDIA TensorRT; falls back to CUDA or CPU, and says so, where it does not work.</summary>
    TensorRt = 3,
}

/// <summary>
/// An acquisition and what to do with it. The service checks everything before the first frame; what it dislikes comes back
/// from <see cref="MicroscopeClient.OpenAsync"/> as a <see cref="MicroscopeStreamException"/> that names the field.
/// </summary>
public sealed record AcquisitionRequest
{
    /// <summary>Columns of every frame, px, 1…16384.</summary>
    public required int Width { get; init; }

    /// <summary>Rows of every frame, px, 1…16384.</summary>
    public required int Height { get; init; }

    /// <summary>How one pixel is stored.</summary>
    public required PixelType PixelType { get; init; }

    /// <summary>Edge of a pixel in the sample plane, after binning; nm, &gt; 0.</summary>
    public required double PixelSizeNm { get; init; }

    /// <summary>Model or classical method, as <see cref="MicroscopeClient.ListModelsAsync"/> lists them.</summary>
    public required string Method { get; init; }

    /// <summary>Task, for example "sim". Default empty: the method's own.</summary>
    public string Task { get; init; } = string.Empty;

    /// <summary>Overrides of the method's own numbers, for example "accept_probability". Default: none.</summary>
    public IReadOnlyDictionary<string, double> Parameters { get; init; } = new Dictionary<string, double>();

    /// <summary>
    /// Text of the PSF calibration's file that <c>mstream calibrate psf</c> wrote, for depth; only for methods that take one ("mle").
    /// Empty (default): two dimensions.
    /// </summary>
    public string PsfCalibration { get; init; } = string.Empty;

    /// <summary>
    /// Text of the pattern's file that <c>mstream calibrate sim</c> wrote; only for methods that take one ("wiener"). Empty (default):
    /// the pattern is estimated from the first frames.
    /// </summary>
    public string SimPattern { get; init; } = string.Empty;

    /// <summary>
    /// Structured illumination: the lens's transfer function as measured, lines of frequency (1/µm) and value; empty (default): an ideal lens's.
    /// </summary>
    public string OpticalTransfer { get; init; } = string.Empty;

    /// <summary>
    /// Video: the method that finds the localizations; its own numbers stand in <see cref="Parameters"/> after "localizer.". Empty
    /// (default): "mle".
    /// </summary>
    public string Localizer { get; init; } = string.Empty;

    /// <summary>The camera. Default null: the service estimates baseline and gain from the first frames and says so.</summary>
    public CameraModel? Camera { get; init; }

    /// <summary>Rate at which frames are due, 1/s; 0 (default): as fast as they come. For planning; sending is not throttled to
    /// it.</summary>
    public double FrameRate { get; init; }

    /// <summary>Exposure time of a frame, ms; 0 (default): not stated.</summary>
    public double ExposureMs { get; init; }

    /// <summary>What happens when frames come too fast. Default: nothing is dropped.</summary>
    public FramePolicy Policy { get; init; } = FramePolicy.Lossless;

    /// <summary>Which execution provider runs the network. Default: the fastest that works.</summary>
    public ExecutionProvider Provider { get; init; } = ExecutionProvider.Auto;

    /// <summary>Previews per second at most; 0 (default): the service's choice (5); negative: none.</summary>
    public double PreviewRate { get; init; }

    /// <summary>Edge of a preview pixel, nm; 0 (default): a fifth of the camera pixel.</summary>
    public double PreviewPixelSizeNm { get; init; }

    /// <summary>Largest edge of a preview, px; 0 (default): 2048.</summary>
    public int PreviewMaxSize { get; init; }

    /// <summary>
    /// Whether the last image of a method that makes images, and its trust map, shall come in full before the summary
    /// (<see cref="ImageUpdate"/>). Default false: previews only.
    /// </summary>
    public bool ResultImages { get; init; }

    /// <summary>
    /// Whether the image of every whole group of structured illumination shall come in full too, as it is made
    /// (<see cref="ImageUpdate.OfGroup"/>). Default false.
    /// </summary>
    public bool ResultSeries { get; init; }

    /// <summary>
    /// What the service makes of localizations for image, drift, resolution and statistics: filter, linking, drift correction.
    /// Default null: nothing is filtered or linked, drift is corrected. The localizations that come back are always all of them,
    /// where they were found.
    /// </summary>
    public V1.LocalizationProcessing? Processing { get; init; }

    /// <summary>
    /// Order of frames within a group: a name such as "hex7", or axes with counts, slowest first, for example "angle:3,phase:5". Default:
    /// time only. Structured illumination needs it, with <see cref="EmissionWavelengthNm"/> and <see cref="NumericalAperture"/>.
    /// </summary>
    public string FrameOrder { get; init; } = string.Empty;

    /// <summary>Offset of the region of interest from the sensor's corner along columns, camera px. Default 0.</summary>
    public int RoiX { get; init; }

    /// <summary>Offset of the region of interest from the sensor's corner along rows, camera px. Default 0.</summary>
    public int RoiY { get; init; }

    /// <summary>Camera pixels summed into one along each axis. Default 1.</summary>
    public int Binning { get; init; } = 1;

    /// <summary>Emission wavelength, nm; 0 (default): not stated.</summary>
    public double EmissionWavelengthNm { get; init; }

    /// <summary>Numerical aperture of the objective; 0 (default): not stated.</summary>
    public double NumericalAperture { get; init; }

    /// <summary>Name for people, at most 200 characters.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>Number of frames that will come; 0 (default): not known.</summary>
    public long FrameCount { get; init; }

    /// <summary>Frames that the service may hold in buffers; 0 (default): enough for half a second, at least 16.</summary>
    public int BufferFrames { get; init; }

    /// <summary>
    /// How long a broken connection is retried before sending fails. Default 30 s. Until the service has acknowledged a frame,
    /// a copy is kept (one copy per frame, into a pinned buffer), so that none is lost. Zero: no retry and no copy, the pixels
    /// go straight from the caller's memory to the wire.
    /// </summary>
    public TimeSpan ReconnectFor { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes that the copies of unacknowledged frames may take together. Default 256 MiB; always room for two frames.</summary>
    public long ResendBufferBytes { get; init; } = 256L << 20;

    /// <summary>Bytes of one frame: width × height × bytes per pixel.</summary>
    public int FrameBytes => checked(Width * Height * PixelType.BytesPerPixel());
}
