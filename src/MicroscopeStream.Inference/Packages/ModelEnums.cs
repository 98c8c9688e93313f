using System.Text.Json.Serialization;

namespace MicroscopeStream.Inference.Packages;

/// <summary>What a model is for.</summary>
public enum ModelTask
{
    /// <summary>Emitter maps from camera frames.</summary>
    [JsonStringEnumMemberName("localization")]
    Localization,

    /// <summary>Super-resolved movies.</summary>
    [JsonStringEnumMemberName("video")]
    Video,

    /// <summary>Structured illumination.</summary>
    [JsonStringEnumMemberName("sim")]
    Sim,

    /// <summary>Image to image.</summary>
    [JsonStringEnumMemberName("image")]
    Image,

    /// <summary>Background estimation.</summary>
    [JsonStringEnumMemberName("background")]
    Background,

    /// <summary>Classification of images or events.</summary>
    [JsonStringEnumMemberName("classification")]
    Classification,
}

/// <summary>What is fed to a network's input.</summary>
public enum GraphInputKind
{
    /// <summary>One frame, [1, 1, H, W].</summary>
    [JsonStringEnumMemberName("frame")]
    Frame,

    /// <summary>All frames of the window, [1, frames, H, W], oldest first.</summary>
    [JsonStringEnumMemberName("window")]
    Window,

    /// <summary>An output of the per-frame network for the frame at the input's offset.</summary>
    [JsonStringEnumMemberName("features")]
    Features,

    /// <summary>What the same network put out as its state for the frame before, [1, channels, H/stride, W/stride]; zeros at first.</summary>
    [JsonStringEnumMemberName("state")]
    State,
}

/// <summary>What is done with a network's output.</summary>
public enum GraphOutputKind
{
    /// <summary>Kept and given to the context network.</summary>
    [JsonStringEnumMemberName("features")]
    Features,

    /// <summary>The result, [1, channels, H, W].</summary>
    [JsonStringEnumMemberName("maps")]
    Maps,

    /// <summary>Comes back as an input with the next frame.</summary>
    [JsonStringEnumMemberName("state")]
    State,
}

/// <summary>What stands in for a frame that is missing at the start, the end or a gap.</summary>
public enum MissingFrame
{
    /// <summary>Features that are all zero (two networks only).</summary>
    [JsonStringEnumMemberName("zero-features")]
    ZeroFeatures,

    /// <summary>A frame that is all zero after normalization.</summary>
    [JsonStringEnumMemberName("zero-frame")]
    ZeroFrame,
}

/// <summary>What is done to pixels before they enter.</summary>
public enum NormalizationKind
{
    /// <summary>Photons as they are.</summary>
    [JsonStringEnumMemberName("photons")]
    Photons,

    /// <summary>2·√(photons + 3/8) (Anscombe 1948, 10.1093/biomet/35.3-4.246).</summary>
    [JsonStringEnumMemberName("anscombe")]
    Anscombe,

    /// <summary>Between two percentiles.</summary>
    [JsonStringEnumMemberName("percentile")]
    Percentile,

    /// <summary>Between minimum and maximum.</summary>
    [JsonStringEnumMemberName("min-max")]
    MinMax,

    /// <summary>Mean 0 and standard deviation 1.</summary>
    [JsonStringEnumMemberName("mean-std")]
    MeanStd,

    /// <summary>Offset and scale only.</summary>
    [JsonStringEnumMemberName("constants")]
    Constants,
}

/// <summary>Over what the numbers of a normalization are taken.</summary>
public enum NormalizationScope
{
    /// <summary>Over nothing: they stand in the manifest.</summary>
    [JsonStringEnumMemberName("constant")]
    Constant,

    /// <summary>Over each frame alone.</summary>
    [JsonStringEnumMemberName("frame")]
    Frame,

    /// <summary>Over all frames of the window.</summary>
    [JsonStringEnumMemberName("stack")]
    Stack,
}
