using MicroscopeStream.Core.Results;

namespace MicroscopeStream.Localizations.Fitting;

/// <summary>Finds the emitters of one frame after another, all frames on one grid.</summary>
/// <remarks>Belongs to one thread at a time.</remarks>
public interface IFrameLocalizer
{
    /// <summary>Mean over the last frame of the local mean, photons per px: the background where emitters are sparse.</summary>
    float MeanBackground { get; }

    /// <summary>Appends the localizations of one frame.</summary>
    /// <param name="frame">Frame number that the localizations get, from 0.</param>
    /// <param name="photons">The frame, photons, row-major (y, x); finite values.</param>
    /// <param name="readVariance">Read noise variance per pixel, photons², or empty for <see cref="SingleEmitterOptions.ReadVariance"/>.</param>
    /// <param name="localizations">Where they are appended.</param>
    /// <returns>How many were appended.</returns>
    /// <exception cref="ArgumentException">Frame or map have another size than the grid.</exception>
    int Localize(long frame, ReadOnlySpan<float> photons, ReadOnlySpan<float> readVariance, List<Localization> localizations);
}
