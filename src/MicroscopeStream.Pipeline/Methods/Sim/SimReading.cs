using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.StructuredIllumination.Patterns;
using MicroscopeStream.StructuredIllumination.Trust;

namespace MicroscopeStream.Pipeline.Methods.Sim;

/// <summary>
/// What was measured of a structured-illumination stream when its result was last judged: pattern, contrast, residual, resolution. The
/// verdict itself comes as <see cref="Publishing.Trust"/>.
/// </summary>
public sealed record SimReading : UpdateBody
{
    /// <summary>Carriers of order 1 in use, 1/µm: along columns, along rows (downwards).</summary>
    public required IReadOnlyList<(double X, double Y)> CarriersPerUm { get; init; }

    /// <summary>Their modulation depths in the frames judged, ≥ 0; 1 for two ideal beams.</summary>
    public required IReadOnlyList<double> ModulationDepths { get; init; }

    /// <summary>Modulation of the raw frames over their noise: 8 is good. NaN: too few phases to measure it.</summary>
    public required double ModulationContrast { get; init; }

    /// <summary>What the frames say about their order.</summary>
    public required FrameOrderFinding OrderFinding { get; init; }

    /// <summary>Per frame of a group its place in the stated order, as the frames say.</summary>
    public required IReadOnlyList<int> Places { get; init; }

    /// <summary>Median over the field of what the result does not explain, over the noise; about 1 when all is well. NaN: not measured.</summary>
    public required double MedianResidual { get; init; }

    /// <summary>Share of the field where that is more than 3 times the noise. NaN: not measured.</summary>
    public required double UnexplainedShare { get; init; }

    /// <summary>Resolution of the frames' mean by decorrelation, nm.</summary>
    public required double WidefieldResolutionNm { get; init; }

    /// <summary>Resolution of the result, nm, never finer than <see cref="LimitNm"/>.</summary>
    public required double ResultResolutionNm { get; init; }

    /// <summary>The finest that lens and pattern allow, nm.</summary>
    public required double LimitNm { get; init; }

    /// <summary>Largest distance of a carrier from the calibration in use, 1/µm; 0 when that was estimated from these frames.</summary>
    public required double CarrierDriftPerUm { get; init; }

    /// <summary>Times that the pattern was estimated for use.</summary>
    public required int Calibrations { get; init; }

    internal static SimReading Of(SimTrustReading trust, IlluminationPattern used, int calibrations) => new()
    {
        CarriersPerUm = [.. used.Components.Where(c => c.Order == 1).Select(c => (c.Kx, c.Ky))],
        ModulationDepths = [.. trust.Estimate.Pattern.Components.Where(c => c.Order == 1).Select(c => c.Modulation)],
        ModulationContrast = trust.ModulationContrast,
        OrderFinding = trust.Estimate.OrderFinding,
        Places = trust.Estimate.Places,
        MedianResidual = trust.Residual?.Median ?? double.NaN,
        UnexplainedShare = trust.Residual?.ShareAbove ?? double.NaN,
        WidefieldResolutionNm = trust.WidefieldResolutionNm,
        ResultResolutionNm = trust.ResultResolutionNm,
        LimitNm = trust.LimitNm,
        CarrierDriftPerUm = double.IsNaN(trust.CarrierDriftPerUm) ? 0 : trust.CarrierDriftPerUm,
        Calibrations = calibrations,
    };
}
