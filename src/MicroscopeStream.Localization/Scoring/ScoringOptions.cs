namespace MicroscopeStream.Localizations.Scoring;

/// <summary>The rules of a comparison with ground truth; the defaults are the SMLM challenge's, laterally and without a border.</summary>
public sealed record ScoringOptions
{
    /// <summary>Extent of the field along x, nm, &gt; 0. Positions outside the field do not count.</summary>
    public required double WidthNm { get; init; }

    /// <summary>Extent of the field along y, nm, &gt; 0.</summary>
    public required double HeightNm { get; init; }

    /// <summary>Largest lateral distance of a match, nm, &gt; 0. Default 250.</summary>
    public double LateralToleranceNm { get; init; } = 250;

    /// <summary>Largest axial distance of a match, nm, &gt; 0; only with <see cref="Axial"/>. Default 500.</summary>
    public double AxialToleranceNm { get; init; } = 500;

    /// <summary>Whether z counts: matches are then ordered by their distance in space. Default false.</summary>
    public bool Axial { get; init; }

    /// <summary>Width of a frame along the field's edges in which nothing counts, nm, ≥ 0. Default 0; the challenge uses 450.</summary>
    public double BorderNm { get; init; }

    /// <summary>
    /// True emitters with fewer photons than this in a frame count neither way: missing one is no error and finding one no
    /// success. Default 0. Emitters of unknown brightness always count.
    /// </summary>
    public double MinimumPhotons { get; init; }

    internal bool Counts(double x, double y) =>
        x > BorderNm && x < WidthNm - BorderNm && y > BorderNm && y < HeightNm - BorderNm;

    internal void ThrowIfInvalid()
    {
        Check(WidthNm > 0 && double.IsFinite(WidthNm), WidthNm, nameof(WidthNm));
        Check(HeightNm > 0 && double.IsFinite(HeightNm), HeightNm, nameof(HeightNm));
        Check(LateralToleranceNm > 0 && double.IsFinite(LateralToleranceNm), LateralToleranceNm, nameof(LateralToleranceNm));
        Check(AxialToleranceNm > 0 && double.IsFinite(AxialToleranceNm), AxialToleranceNm, nameof(AxialToleranceNm));
        Check(BorderNm >= 0 && double.IsFinite(BorderNm), BorderNm, nameof(BorderNm));
        Check(!double.IsNaN(MinimumPhotons), MinimumPhotons, nameof(MinimumPhotons));

        static void Check(bool good, double value, string name)
        {
            if (!good)
            {
                throw new ArgumentOutOfRangeException(
                    name, value, "Expected a finite number of nm, above 0 for sizes and tolerances and at least 0 for the border.");
            }
        }
    }
}
