namespace MicroscopeStream.Imaging.Quality;

/// <summary>How the resolution of localizations is estimated.</summary>
public sealed record ResolutionOptions
{
    /// <summary>Random splits into halves, ≥ 1. Default 8.</summary>
    public int Splits { get; init; } = 8;

    /// <summary>
    /// Frames that stay together in one half, ≥ 1; 0: a fiftieth of the acquisition, at most 500. Long blocks keep the frames of one
    /// molecule's visit together.
    /// </summary>
    public int BlockFrames { get; init; }

    /// <summary>Seed of the random splits.</summary>
    public int Seed { get; init; } = 1;
}

/// <summary>The resolution of localizations.</summary>
/// <param name="ResolutionNm">Mean over the splits that gave one, nm; NaN when fewer than half did.</param>
/// <param name="UncertaintyNm">Standard deviation between the splits, nm; NaN with fewer than two.</param>
/// <param name="AlternatingNm">
/// The same from odd and even frames, nm. Finer than <paramref name="ResolutionNm"/> by more than the uncertainty: molecules bright
/// in several frames stand in both halves, and an image of odd and even frames would seem better than it is.
/// </param>
/// <param name="Outcome">What most splits led to.</param>
/// <param name="Curve">The curve of the first split.</param>
/// <param name="Localizations">Localizations inside the field.</param>
public sealed record ResolutionEstimate(
    double ResolutionNm, double UncertaintyNm, double AlternatingNm, FrcOutcome Outcome, FrcCurve Curve, long Localizations);
