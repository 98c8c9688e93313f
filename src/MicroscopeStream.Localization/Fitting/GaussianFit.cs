namespace MicroscopeStream.Localizations.Fitting;

/// <summary>
/// One fitted spot. Positions in px from the corner of the region that was fitted (the centre of its first pixel lies at 0.5);
/// every deviation is the square root of the Cramér–Rao bound at the fitted values.
/// </summary>
public readonly record struct GaussianFit
{
    /// <summary>Makes a fit whose widths' deviations are unknown.</summary>
    public GaussianFit()
    {
    }

    /// <summary>Position along columns, px.</summary>
    public required float X { get; init; }

    /// <summary>Position along rows, px.</summary>
    public required float Y { get; init; }

    /// <summary>Photons of the emitter, also those outside the region.</summary>
    public required float Photons { get; init; }

    /// <summary>Background, photons per pixel.</summary>
    public required float Background { get; init; }

    /// <summary>Width of the PSF along x, px.</summary>
    public required float PsfSigmaX { get; init; }

    /// <summary>Width of the PSF along y, px.</summary>
    public required float PsfSigmaY { get; init; }

    /// <summary>Standard deviation of <see cref="X"/>, px.</summary>
    public float SigmaX { get; init; }

    /// <summary>Standard deviation of <see cref="Y"/>, px.</summary>
    public float SigmaY { get; init; }

    /// <summary>Standard deviation of <see cref="Photons"/>, photons.</summary>
    public float SigmaPhotons { get; init; }

    /// <summary>Standard deviation of <see cref="Background"/>, photons per pixel.</summary>
    public float SigmaBackground { get; init; }

    /// <summary>Standard deviation of <see cref="PsfSigmaX"/>, px; NaN where the width is not free.</summary>
    public float SigmaPsfSigmaX { get; init; } = float.NaN;

    /// <summary>Standard deviation of <see cref="PsfSigmaY"/>, px; NaN where the width is not free.</summary>
    public float SigmaPsfSigmaY { get; init; } = float.NaN;

    /// <summary>
    /// Twice the log-likelihood ratio against a model that fits each pixel exactly, per degree of freedom: about 1 when the model
    /// explains the pixels, well above when it does not (Laurence &amp; Chromy 2010, 10.1038/nmeth0510-338).
    /// </summary>
    public float ReducedDeviance { get; init; }

    /// <summary>Whether the last step was below the tolerance and the fit stayed inside the region.</summary>
    public bool Converged { get; init; }
}

/// <summary>Which parameters of the Gaussian are free.</summary>
public enum GaussianShape
{
    /// <summary>Position, photons and background; the width is given.</summary>
    Fixed = 4,

    /// <summary>One free width as well.</summary>
    Symmetric = 5,

    /// <summary>Two free widths, along x and along y (astigmatism).</summary>
    Elliptical = 6,
}

/// <summary>How spots are fitted.</summary>
public sealed record GaussianFitOptions
{
    /// <summary>Which parameters are free. Default: one width.</summary>
    public GaussianShape Shape { get; init; } = GaussianShape.Symmetric;

    /// <summary>Edge of the square region, px, odd, 5…15. Default 7.</summary>
    public int RegionSize { get; init; } = 7;

    /// <summary>Width of the PSF to start from (or to keep), px, 0.5…4. Default 1.2.</summary>
    public float PsfSigma { get; init; } = 1.2f;

    /// <summary>Steps at most, ≥ 1. Default 30; spots that fit need about 6.</summary>
    public int MaxIterations { get; init; } = 30;

    /// <summary>A fit has converged when the position moved by less than this, px. Default 10⁻³: a tenth of the best precision.</summary>
    public float Tolerance { get; init; } = 1e-3f;

    /// <summary>Factor by which noise variance exceeds Poisson's: 1 for sCMOS, 2 for EMCCD. Default 1.</summary>
    public float ExcessNoiseFactor { get; init; } = 1;
}
