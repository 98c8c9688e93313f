using MicroscopeStream.Core.Results;
using MicroscopeStream.StructuredIllumination.Patterns;

namespace MicroscopeStream.StructuredIllumination.Trust;

/// <summary>How far a structured-illumination result may be believed, with all that was measured.</summary>
public sealed record SimTrustReading
{
    /// <summary>The verdict and its reasons in words.</summary>
    public required TrustReport Report { get; init; }

    /// <summary>The pattern as estimated from the group.</summary>
    public required PatternEstimate Estimate { get; init; }

    /// <summary>Modulation contrast of the raw frames (<see cref="Trust.ModulationContrast"/>); NaN where too few phases came to measure it.</summary>
    public required double ModulationContrast { get; init; }

    /// <summary>Noise of the frames that everything was measured by.</summary>
    public required NoiseModel Noise { get; init; }

    /// <summary>What the result does not explain of the raw frames; null for results that are not projected back.</summary>
    public required ResidualReading? Residual { get; init; }

    /// <summary>Resolution of the mean of the frames by decorrelation, nm.</summary>
    public required double WidefieldResolutionNm { get; init; }

    /// <summary>Resolution of the result by decorrelation, nm, never finer than <see cref="LimitNm"/>.</summary>
    public required double ResultResolutionNm { get; init; }

    /// <summary>The finest that lens and pattern can resolve: 1 / (cutoff + highest carrier), nm.</summary>
    public required double LimitNm { get; init; }

    /// <summary>Largest distance of a carrier from its calibration, 1/µm; NaN without one.</summary>
    public double CarrierDriftPerUm { get; init; } = double.NaN;

    /// <summary>Smallest ratio of a modulation depth to its calibration; NaN without one.</summary>
    public double ModulationKept { get; init; } = double.NaN;
}
