using System.Text.Json.Serialization;

namespace MicroscopeStream.Inference.Packages;

/// <summary>What a window of frames must look like.</summary>
public sealed record ModelInput
{
    /// <summary>Frames per window, 1…64.</summary>
    public required int Frames { get; init; }

    /// <summary>Index in the window, from 0, of the frame that the output belongs to.</summary>
    public required int Target { get; init; }

    /// <summary>What stands in for a missing frame.</summary>
    public MissingFrame MissingFrame { get; set; } = MissingFrame.ZeroFrame;

    /// <summary>Order of the axes: NCHW, or NHWC for one frame that becomes one image.</summary>
    public required string Layout { get; init; }

    /// <summary>Type of one element; float32.</summary>
    public required string Element { get; init; }

    /// <summary>Frame sizes that the network takes.</summary>
    public required ModelSize Size { get; init; }

    /// <summary>What runs along the window, one of <see cref="ModelFrameOrder"/>.</summary>
    public string FrameOrder { get; set; } = ModelFrameOrder.Time;

    /// <summary>Which phases of each angle a reconstruction to be refined is made of: every (that comes), or first.</summary>
    public string Phases { get; set; } = ModelFrameOrder.EveryPhase;

    /// <summary>Video: how localizations become the frames; null for models that take camera frames.</summary>
    public ModelMap? Map { get; init; }

    /// <summary>Factor by which frames are enlarged before they enter.</summary>
    public int Upsampling { get; set; } = 1;

    /// <summary>What is done to pixels before they enter.</summary>
    public required ModelNormalization Normalization { get; init; }

    /// <summary>Frames that must follow the target before its output can be computed: frames − 1 − target.</summary>
    [JsonIgnore]
    public int FramesAfterTarget => Frames - 1 - Target;
}

/// <summary>Maps of localizations, one per slice of time, each localization shared bilinearly among four pixels.</summary>
public sealed record ModelMap
{
    /// <summary>Map pixels per camera pixel along one axis, 1…8.</summary>
    public required int Finer { get; init; }

    /// <summary>What a localization counts; precision: 1 / (1 + (σ / map pixel)²).</summary>
    public string Weight { get; set; } = "precision";
}

/// <summary>Frame sizes, pixels, that a network takes.</summary>
public sealed record ModelSize
{
    /// <summary>Height and width are padded up to a multiple of this.</summary>
    public int Multiple { get; set; } = 1;

    /// <summary>Smallest height and width after padding.</summary>
    public int Minimum { get; set; } = 1;

    /// <summary>Largest height and width after padding.</summary>
    public int Maximum { get; set; } = 16384;

    /// <summary>The only height and width, [height, width]; null: any that fit the rest.</summary>
    public IReadOnlyList<int>? Fixed { get; init; }

    /// <summary>
    /// Largest distance, pixels along one axis, between an output pixel and an input pixel that it depends on (the radius of the
    /// receptive field): a tile's maps are those of the whole frame further than this from its border. Null: not known.
    /// </summary>
    public int? Overlap { get; init; }

    /// <summary><see cref="Padding"/> with zeros, after normalization.</summary>
    public const string ZeroPadding = "zero";

    /// <summary>How frames are padded to the right and below; edge: the edge pixel is repeated; zero: with zeros, after normalization.</summary>
    public string Padding { get; set; } = "edge";

    /// <summary>The size that a frame is padded to.</summary>
    /// <param name="height">Rows of the frame, ≥ 1.</param>
    /// <param name="width">Columns of the frame, ≥ 1.</param>
    /// <returns>Padded rows and columns.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The network does not take frames that large in one piece, or below one pixel.</exception>
    public (int Height, int Width) Pad(int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (!Fits(height, width))
        {
            (int limitHeight, int limitWidth) = Fixed is null ? (Maximum, Maximum) : (Fixed[0], Fixed[1]);
            throw new ArgumentOutOfRangeException(
                nameof(height),
                $"{height} × {width}",
                $"The model takes frames of at most {limitHeight} × {limitWidth} pixels (height × width) in one piece.");
        }

        return Fixed is null ? (RoundUp(height), RoundUp(width)) : (Fixed[0], Fixed[1]);
    }

    /// <summary>Whether the network takes a frame in one piece.</summary>
    /// <param name="height">Rows of the frame, ≥ 1.</param>
    /// <param name="width">Columns of the frame, ≥ 1.</param>
    public bool Fits(int height, int width) => Fixed is null
        ? Math.Max(height, width) <= Maximum && Math.Max(RoundUp(height), RoundUp(width)) <= Maximum
        : height <= Fixed[0] && width <= Fixed[1];

    private int RoundUp(int length) => Math.Max((Minimum + Multiple - 1) / Multiple, (length + Multiple - 1) / Multiple) * Multiple;
}

/// <summary>What is done to pixels before they enter: (kind(value) − offset) × scale.</summary>
public sealed record ModelNormalization
{
    /// <summary>The rule.</summary>
    public required NormalizationKind Kind { get; init; }

    /// <summary>Over what its numbers are taken.</summary>
    public NormalizationScope Scope { get; init; }

    /// <summary>Subtracted.</summary>
    public double Offset { get; init; }

    /// <summary>Multiplied after the offset was subtracted.</summary>
    public double Scale { get; set; } = 1;

    /// <summary>Lower percentile, 0…100.</summary>
    public double? Low { get; init; }

    /// <summary>Upper percentile, 0…100.</summary>
    public double? High { get; init; }
}
