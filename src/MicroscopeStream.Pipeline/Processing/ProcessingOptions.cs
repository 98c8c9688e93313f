using MicroscopeStream.Localizations.Filters;
using MicroscopeStream.Localizations.Linking;

namespace MicroscopeStream.Pipeline.Processing;

/// <summary>
/// What is made of localizations while they come: image, drift, resolution, statistics over time. The localizations that are
/// published are all of the method's own, whatever is asked for here. Immutable.
/// </summary>
/// <remarks>Fields and defaults are those of <c>LocalizationProcessing</c> in the protocol.</remarks>
public sealed record ProcessingOptions
{
    /// <summary>No drift, no resolution: an image and statistics of what was localized, where it was localized.</summary>
    public static ProcessingOptions Plain { get; } = new() { CorrectDrift = false, EstimateResolution = false };

    /// <summary>Which localizations count. Default all.</summary>
    public LocalizationFilter Filter { get; init; } = LocalizationFilter.None;

    /// <summary>How a molecule's successive frames are linked for the image; null: the image shows every localization. Default null.</summary>
    public LinkingOptions? Linking { get; init; }

    /// <summary>Whether drift is found and taken out of image and resolution, retroactively. Default true.</summary>
    public bool CorrectDrift { get; init; } = true;

    /// <summary>Whether the resolution is estimated by Fourier ring correlation. Default true.</summary>
    public bool EstimateResolution { get; init; } = true;

    /// <summary>Frames per slice of the statistics, ≥ 0; 0: 100. Slices become twice as long whenever there would be more than 256.</summary>
    public int SliceFrames { get; init; }

    /// <summary>
    /// Localizations that can be drawn again when drift is found later, ≥ 8192, 20 bytes each; 0: 8 million. The oldest of more
    /// stay where the drift known by then put them, and a notice says so.
    /// </summary>
    public int MostLocalizations { get; init; }

    /// <summary>Slice length with the default applied.</summary>
    public int EffectiveSliceFrames => SliceFrames == 0 ? 100 : SliceFrames;

    /// <summary>Localizations kept with the default applied.</summary>
    public int EffectiveMostLocalizations => MostLocalizations == 0 ? 8_000_000 : MostLocalizations;

    /// <summary>Whether localizations are kept to be drawn or counted again.</summary>
    internal bool Keeps => CorrectDrift || EstimateResolution;
}
