namespace MicroscopeStream.Localizations.Statistics;

/// <summary>What a stretch of time was like.</summary>
/// <param name="FirstFrame">Its first frame.</param>
/// <param name="Frames">Frames counted in it, dark ones too.</param>
/// <param name="Localizations">Localizations in it.</param>
/// <param name="DensityPerUm2">Localizations per frame and µm² of the field; NaN without frames.</param>
/// <param name="Photons">Photons per localization.</param>
/// <param name="Background">Background, photons per pixel.</param>
/// <param name="UncertaintyNm">Lateral uncertainty, nm.</param>
/// <param name="OnFrames">On-time of the molecules that ended in it, frames.</param>
public readonly record struct TimeSlice(
    long FirstFrame,
    long Frames,
    long Localizations,
    double DensityPerUm2,
    ValueSummary Photons,
    ValueSummary Background,
    ValueSummary UncertaintyNm,
    ValueSummary OnFrames);
