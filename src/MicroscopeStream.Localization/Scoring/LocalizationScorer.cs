using MicroscopeStream.Localizations.Tables;

namespace MicroscopeStream.Localizations.Scoring;

/// <summary>
/// Scores localizations against ground truth by the rules of the SMLM challenge (Sage et al. 2019, 10.1038/s41592-019-0364-4):
/// within each frame the nearest pair is matched first, up to the tolerance, and what is left over is false or missed.
/// </summary>
/// <remarks>Stateless and thread-safe.</remarks>
public static class LocalizationScorer
{
    /// <summary>Scores all frames that hold a localization or a true emitter.</summary>
    /// <param name="localizations">What a method found.</param>
    /// <param name="truth">What was there.</param>
    /// <param name="options">The rules.</param>
    /// <exception cref="ArgumentOutOfRangeException">A rule is impossible.</exception>
    public static LocalizationScore Score(LocalizationSnapshot localizations, LocalizationSnapshot truth, ScoringOptions options)
    {
        options.ThrowIfInvalid();
        var found = new FrameOrder(localizations);
        var emitters = new FrameOrder(truth);
        var matcher = new EmitterMatcher(options);
        var tally = new ScoreTally();
        for (int i = 0, j = 0; i < found.FrameCount || j < emitters.FrameCount;)
        {
            long a = i < found.FrameCount ? found.Frame(i) : long.MaxValue;
            long b = j < emitters.FrameCount ? emitters.Frame(j) : long.MaxValue;
            matcher.Match(a <= b ? found.Rows(i) : [], b <= a ? emitters.Rows(j) : [], tally);
            i += a <= b ? 1 : 0;
            j += b <= a ? 1 : 0;
        }

        return tally.ToScore(options.Axial);
    }
}
