using MicroscopeStream.Core.Results;

namespace MicroscopeStream.Localizations.Linking;

/// <summary>One molecule's visit to its bright state: the localizations of successive frames, merged into one.</summary>
/// <param name="Merged">
/// The molecule as all of its frames see it: first frame, precision-weighted mean position with the combined σ = (Σ σᵢ⁻²)^−½,
/// photons and their variances summed, background and PSF widths averaged, the largest probability.
/// </param>
/// <param name="LastFrame">The last frame it was seen in.</param>
/// <param name="Localizations">Localizations merged, ≥ 1; fewer than <see cref="OnFrames"/> when it was dark in between.</param>
public readonly record struct Track(Localization Merged, long LastFrame, int Localizations)
{
    /// <summary>The first frame it was seen in.</summary>
    public long FirstFrame => Merged.Frame;

    /// <summary>Frames from the first to the last sight, both counted, ≥ 1.</summary>
    public long OnFrames => LastFrame - Merged.Frame + 1;
}
