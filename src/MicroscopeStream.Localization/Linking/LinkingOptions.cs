namespace MicroscopeStream.Localizations.Linking;

/// <summary>When localizations of successive frames are taken for one molecule.</summary>
public sealed record LinkingOptions
{
    /// <summary>
    /// Largest distance in combined standard deviations, √(Δx²/(σ₁ₓ²+σ₂ₓ²) + Δy²/(σ₁ᵧ²+σ₂ᵧ²) [+ Δz²/(σ₁z²+σ₂z²)]), where σ₁ is that of
    /// the molecule's mean so far and σ₂ the localization's; &gt; 0. Default 3.5: of correct pairs exp(−3.5²/2) = 0.2 % are missed
    /// when the precision is right. Not used with <see cref="FixedRadiusNm"/>.
    /// </summary>
    public double RadiusSigmas { get; init; } = 3.5;

    /// <summary>A fixed lateral radius instead, nm, &gt; 0; null: by precision.</summary>
    public double? FixedRadiusNm { get; init; }

    /// <summary>Never link over more than this laterally, nm, &gt; 0. Default 150.</summary>
    public double MaximumRadiusNm { get; init; } = 150;

    /// <summary>Standard deviation assumed laterally where a localization does not state it, nm, &gt; 0. Default 15.</summary>
    public double UnknownPrecisionNm { get; init; } = 15;

    /// <summary>Frames that a molecule may be missing between two of its localizations, ≥ 0. Default 1.</summary>
    public int DarkFrames { get; init; } = 1;

    internal void Check()
    {
        Positive(RadiusSigmas, nameof(RadiusSigmas));
        Positive(FixedRadiusNm ?? 1, nameof(FixedRadiusNm));
        Positive(MaximumRadiusNm, nameof(MaximumRadiusNm));
        Positive(UnknownPrecisionNm, nameof(UnknownPrecisionNm));
        ArgumentOutOfRangeException.ThrowIfNegative(DarkFrames);

        static void Positive(double value, string name)
        {
            if (!(value > 0) || !double.IsFinite(value))
            {
                throw new ArgumentOutOfRangeException(name, value, "Linking needs a positive number here.");
            }
        }
    }
}
