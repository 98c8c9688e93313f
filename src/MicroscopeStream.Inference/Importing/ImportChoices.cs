using MicroscopeStream.Inference.Packages;

namespace MicroscopeStream.Inference.Importing;

/// <summary>What is known of a network beforehand. Null: found out by running it, or the default stated.</summary>
public sealed record ImportChoices
{
    /// <summary>Id of the new package.</summary>
    public required string Id { get; init; }

    /// <summary>One line for people.</summary>
    public required string Title { get; init; }

    /// <summary>SPDX identifier of the licence; <c>unknown</c> where nobody said.</summary>
    public required string Licence { get; init; }

    /// <summary>What is done to pixels before they enter.</summary>
    public required ModelNormalization Normalization { get; init; }

    /// <summary>What the model is for: <see cref="ModelTask.Image"/> (default) or <see cref="ModelTask.Sim"/>.</summary>
    public ModelTask Task { get; init; } = ModelTask.Image;

    /// <summary>What runs along the window, one of <see cref="ModelFrameOrder"/>; default: time.</summary>
    public string FrameOrder { get; init; } = ModelFrameOrder.Time;

    /// <summary>Which phases of each angle a reconstruction to be refined is made of, every (default) or first.</summary>
    public string Phases { get; init; } = ModelFrameOrder.EveryPhase;

    /// <summary>Frames per window, 1…64, where the file leaves the number of input channels open; it must agree with the file otherwise.</summary>
    public int? Frames { get; init; }

    /// <summary>Index in the window of the frame that the image belongs to; default: the middle in time, the last of a group.</summary>
    public int? Target { get; init; }

    /// <summary>NCHW or NHWC, where the shapes do not tell.</summary>
    public string? Layout { get; init; }

    /// <summary>Name of the output that is the image, where there are several.</summary>
    public string? Output { get; init; }

    /// <summary>Unit of the image: photons, or 1 (the network's own scale; the default).</summary>
    public string Unit { get; init; } = "1";

    /// <summary>Camera pixel sizes that it was trained for, nm.</summary>
    public ValueRange? PixelSizeNm { get; init; }

    /// <summary>What was imaged or simulated, in words.</summary>
    public string Structures { get; init; } = "";
}
