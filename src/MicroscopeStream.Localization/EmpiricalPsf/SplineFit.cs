namespace MicroscopeStream.Localizations.EmpiricalPsf;

/// <summary>
/// One spot fitted with a measured PSF. Positions in px from the corner of the region that was fitted (the centre of its first pixel
/// lies at 0.5), depth in nm; every deviation is the square root of the Cramér–Rao bound at the fitted values.
/// </summary>
public readonly record struct SplineFit
{
    /// <summary>Position along columns, px.</summary>
    public required float X { get; init; }

    /// <summary>Position along rows, px.</summary>
    public required float Y { get; init; }

    /// <summary>Depth, nm.</summary>
    public required float ZNm { get; init; }

    /// <summary>Photons of the emitter, also those outside the region.</summary>
    public required float Photons { get; init; }

    /// <summary>Background, photons per pixel.</summary>
    public required float Background { get; init; }

    /// <summary>Standard deviation of <see cref="X"/>, px.</summary>
    public required float SigmaX { get; init; }

    /// <summary>Standard deviation of <see cref="Y"/>, px.</summary>
    public required float SigmaY { get; init; }

    /// <summary>Standard deviation of <see cref="ZNm"/>, nm.</summary>
    public required float SigmaZNm { get; init; }

    /// <summary>Standard deviation of <see cref="Photons"/>, photons.</summary>
    public required float SigmaPhotons { get; init; }

    /// <summary>Standard deviation of <see cref="Background"/>, photons per pixel.</summary>
    public required float SigmaBackground { get; init; }

    /// <summary>
    /// Twice the log-likelihood ratio against a model that fits each pixel exactly, per degree of freedom: about 1 when the model
    /// explains the pixels, well above when it does not (Laurence &amp; Chromy 2010, 10.1038/nmeth0510-338).
    /// </summary>
    public required float ReducedDeviance { get; init; }

    /// <summary>Whether the last step was below the tolerance, inside the region and the PSF's range of depths.</summary>
    public required bool Converged { get; init; }
}

/// <summary>How spots are fitted with a measured PSF.</summary>
public sealed record SplineFitOptions
{
    /// <summary>Edge of the square region, px, odd, 5…21. Default 13.</summary>
    public int RegionSize { get; init; } = 13;

    /// <summary>Steps at most, ≥ 1. Default 40; spots that fit need about 6.</summary>
    public int MaxIterations { get; init; } = 40;

    /// <summary>A fit has converged when the position moved by less than this, px (and as far along z). Default 10⁻³.</summary>
    public float Tolerance { get; init; } = 1e-3f;

    /// <summary>Factor by which noise variance exceeds Poisson's: 1 for sCMOS, 2 for EMCCD. Default 1.</summary>
    public float ExcessNoiseFactor { get; init; } = 1;
}
