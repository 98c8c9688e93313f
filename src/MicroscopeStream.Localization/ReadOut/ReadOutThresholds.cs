namespace MicroscopeStream.Localizations.ReadOut;

/// <summary>The three thresholds of the local-maximum read-out (model.json, <c>readout</c>).</summary>
public readonly record struct ReadOutThresholds
{
    /// <summary>DECODE's values: 0.1, 0.5, 0.6.</summary>
    public ReadOutThresholds()
    {
    }

    /// <summary>Pixels whose probability is not above this are never emitters, 0…1. Default 0.1.</summary>
    public float CandidateProbability { get; init; } = 0.1f;

    /// <summary>Summed probability above which a candidate is an emitter. Default 0.5: as many false as missed ones.</summary>
    public float AcceptProbability { get; init; } = 0.5f;

    /// <summary>
    /// Probability above which a pixel beside a larger one is an emitter of its own, from
    /// <see cref="CandidateProbability"/> to 1. Default 0.6.
    /// </summary>
    public float SplitProbability { get; init; } = 0.6f;

    /// <summary>Throws when a value is out of its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A threshold is out of its range; the message names it.</exception>
    public void ThrowIfInvalid()
    {
        Check(CandidateProbability is >= 0 and <= 1, CandidateProbability, "candidate_probability", "0…1");
        Check(AcceptProbability >= 0 && float.IsFinite(AcceptProbability), AcceptProbability, "accept_probability", "a number ≥ 0");
        Check(
            SplitProbability >= CandidateProbability && SplitProbability <= 1, SplitProbability, "split_probability", "candidate_probability…1");

        static void Check(bool good, float value, string field, string expected)
        {
            if (!good)
            {
                throw new ArgumentOutOfRangeException(field, value, $"{field} must be {expected}.");
            }
        }
    }
}
