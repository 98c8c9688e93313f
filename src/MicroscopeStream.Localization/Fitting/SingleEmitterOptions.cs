using MicroscopeStream.Localizations.Astigmatism;

namespace MicroscopeStream.Localizations.Fitting;

/// <summary>How positions are estimated once candidates are found.</summary>
public enum SingleEmitterEstimator
{
    /// <summary>Maximum-likelihood fit of a Gaussian: as precise as the photons allow, with its own precision.</summary>
    MaximumLikelihood = 0,

    /// <summary>Phase of the first Fourier coefficient: an order of magnitude faster, precision from a formula.</summary>
    Phasor = 1,
}

/// <summary>How a frame is localized one emitter per candidate.</summary>
public sealed record SingleEmitterOptions
{
    /// <summary>Estimator. Default: maximum likelihood.</summary>
    public SingleEmitterEstimator Estimator { get; init; } = SingleEmitterEstimator.MaximumLikelihood;

    /// <summary>Free parameters of the fit. Default: one width.</summary>
    public GaussianShape Shape { get; init; } = GaussianShape.Symmetric;

    /// <summary>
    /// Tells depths from the widths along x and y, which are then both free whatever <see cref="Shape"/> says; null: 2D. Maximum
    /// likelihood only. It also gives the width to start from and, unless given, a region wide enough.
    /// </summary>
    public AstigmatismCalibration? Astigmatism { get; init; }

    /// <summary>Width of the PSF, px, 0.5…4; null: starts at 1.25 and follows the first 100 fits that one emitter explains.</summary>
    public double? PsfSigma { get; init; }

    /// <summary>Signal over noise from which a local maximum is a candidate, &gt; 0. Default 5.</summary>
    public double Threshold { get; init; } = 5;

    /// <summary>Edge of the fitted region, px, odd, 5…15; 0: 7 for a PSF up to 1.5 px, else wide enough for ± 2.5 σ.</summary>
    public int RegionSize { get; init; }

    /// <summary>Read noise variance, photons², ≥ 0, where no map is given.</summary>
    public double ReadVariance { get; init; }

    /// <summary>Factor by which noise variance exceeds Poisson's: 1 for sCMOS, 2 for EMCCD.</summary>
    public double ExcessNoiseFactor { get; init; } = 1;

    /// <summary>Localizations less certain than this are left out, px. Default 0.75.</summary>
    public double MaximumSigma { get; init; } = 0.75;

    /// <summary>
    /// Fits with a measured PSF that explain their pixels worse than this (<see cref="EmpiricalPsf.SplineFit.ReducedDeviance"/>, 1 being
    /// as well as noise allows) are left out: overlapping emitters, mostly. Default 3. Gaussians, which fit no PSF that well, ignore it.
    /// </summary>
    public double MaximumDeviance { get; init; } = 3;

    /// <summary>
    /// Emitters that a spot may be taken apart into where one does not explain it, 1…6; 1: never. Default 6. Maximum-likelihood fits of
    /// one width only: where widths tell depth, several emitters and one out of focus look alike.
    /// </summary>
    public int MaximumEmitters { get; init; } = 6;

    /// <summary>Threads that may fit one frame, ≥ 1. Default 1.</summary>
    public int Threads { get; init; } = 1;
}
