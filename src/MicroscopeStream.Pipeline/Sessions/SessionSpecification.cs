using MicroscopeStream.Pipeline.Processing;

namespace MicroscopeStream.Pipeline.Sessions;

/// <summary>What a session is asked to do: the acquisition, the method, and what gives way when time is short. Immutable.</summary>
/// <remarks>Fields and defaults are those of <c>OpenRequest</c>; <see cref="SpecificationProblem.Field"/> names them as there.</remarks>
public sealed record SessionSpecification
{
    /// <summary>Most frames that a session may hold in buffers.</summary>
    public const int MostBufferFrames = 65536;

    /// <summary>The acquisition.</summary>
    public required AcquisitionSpecification Acquisition { get; init; }

    /// <summary>The method.</summary>
    public required MethodRequest Method { get; init; }

    /// <summary>What happens when frames come faster than they can be worked on. Default lossless.</summary>
    public FramePolicy Policy { get; init; } = FramePolicy.Lossless;

    /// <summary>Which previews to make.</summary>
    public PreviewOptions Preview { get; init; } = new();

    /// <summary>What is made of localizations, for methods that localize. Default: drift corrected, resolution estimated, nothing filtered.</summary>
    public ProcessingOptions Processing { get; init; } = new();

    /// <summary>
    /// Whether the last image and the last trust map of a method that makes them come in full, before the summary, in the session's own
    /// stream. Default false: previews only.
    /// </summary>
    public bool ResultImages { get; init; }

    /// <summary>
    /// Whether the image of every whole group of structured illumination comes in full too, as it is made, in the session's own stream.
    /// Four may wait for its reader: then a lossless session waits too, a live one leaves images out. Default false.
    /// </summary>
    public bool ResultSeries { get; init; }

    /// <summary>Frames that the session may hold in buffers, ≥ 0; 0: enough for 0.5 s at the stated rate, at least 16.</summary>
    public int BufferFrames { get; init; }

    /// <summary>Lists everything that is impossible, by itself: what only a method can judge it adds when the session opens.</summary>
    /// <returns>One entry per fault, empty when there is none.</returns>
    public IReadOnlyList<SpecificationProblem> Validate() => SpecificationValidator.Validate(this);
}

/// <summary>What happens when frames come faster than they can be worked on.</summary>
public enum FramePolicy
{
    /// <summary>Nothing is dropped; the sender is slowed.</summary>
    Lossless = 0,

    /// <summary>Stays current: the oldest waiting input is dropped whole, counted and reported.</summary>
    Live = 1,
}

/// <summary>Which method works on the frames.</summary>
public sealed record MethodRequest
{
    /// <summary>Task, for example <c>localization</c>; empty: the method's own.</summary>
    public string Task { get; init; } = string.Empty;

    /// <summary>Id of a method in the <see cref="Methods.MethodRegistry"/>.</summary>
    public required string Id { get; init; }

    /// <summary>Execution provider of networks: <c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>tensorrt</c>. Default <c>auto</c>.</summary>
    public string Provider { get; init; } = "auto";

    /// <summary>Overrides of the method's own numbers by name, for example <c>accept_probability</c>.</summary>
    public IReadOnlyDictionary<string, double> Parameters { get; init; } = new Dictionary<string, double>();

    /// <summary>Video: id of the method that finds the localizations; empty (default): <c>mle</c>. Its own numbers stand in <see cref="Parameters"/> after "localizer.".</summary>
    public string Localizer { get; init; } = string.Empty;

    /// <summary>Text of a PSF calibration's file, handed on to the method; empty (default): none.</summary>
    public string PsfCalibration { get; init; } = string.Empty;

    /// <summary>Text of a structured-illumination pattern's file, handed on to the method; empty (default): none.</summary>
    public string SimPattern { get; init; } = string.Empty;

    /// <summary>
    /// Measured optical transfer function as text (<see cref="StructuredIllumination.Optics.OpticalTransfer.Parse"/>), for structured
    /// illumination; empty: that of an ideal lens.
    /// </summary>
    public string OpticalTransfer { get; init; } = string.Empty;
}

/// <summary>Which previews to make.</summary>
public sealed record PreviewOptions
{
    /// <summary>Previews per second at most; 0: 5; negative: none. Default 0.</summary>
    public double Rate { get; init; }

    /// <summary>Edge of a pixel of the super-resolved image, nm; 0: a fifth of the camera pixel. Default 0.</summary>
    public double PixelSizeNm { get; init; }

    /// <summary>Largest edge of a preview, px; finer images are binned down for sending; 0: 2048. Default 0.</summary>
    public int MaxSize { get; init; }

    /// <summary>Whether planes shall be packed with zlib on the wire. Default false.</summary>
    public bool Compress { get; init; }

    /// <summary>Previews per second with the default applied; 0: none.</summary>
    public double EffectiveRate => Rate < 0 ? 0 : Rate == 0 ? 5 : Rate;

    /// <summary>Largest edge with the default applied, px.</summary>
    public int EffectiveMaxSize => MaxSize == 0 ? 2048 : MaxSize;
}
