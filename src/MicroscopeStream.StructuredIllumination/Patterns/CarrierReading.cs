using System.Numerics;

namespace MicroscopeStream.StructuredIllumination.Patterns;

/// <summary>A carrier as read from a group: its place, and amplitude and phase in every frame (also in those of other angles).</summary>
internal sealed record CarrierReading
{
    public required int Angle { get; init; }

    public required int Order { get; init; }

    public required double Kx { get; init; }

    public required double Ky { get; init; }

    /// <summary>Transform of each frame's product at the carrier, corrected for the pattern that the group's mean still holds.</summary>
    public required Complex[] Amplitudes { get; init; }

    /// <summary>Argument of each amplitude.</summary>
    public required double[] Measured { get; init; }

    /// <summary>Nominal steps from the best common first phase; NaN for frames of other angles.</summary>
    public required double[] Nominal { get; init; }

    /// <summary>Share of the amplitude that the nominal phases gather, 0…1: 1 when they are right.</summary>
    public required double Coherence { get; init; }

    public required double Significance { get; init; }

    /// <summary>Expected error of one measured phase, rad.</summary>
    public required double PhaseErrorRad { get; init; }

    /// <summary>Root mean square of measured minus nominal phases.</summary>
    public required double DeviationRad { get; init; }

    /// <summary>Whether it was found with the others, by being where they say, and needs to stand out less.</summary>
    public bool IsFoundTogether { get; init; }

    /// <summary>Order 2 of three beams may be too weak to see: then its place follows from order 1.</summary>
    public bool IsSignificant => Order > 1 || IsFoundTogether || Significance >= PatternEstimate.LeastSignificance;

    public bool IsConvincing => IsSignificant && (Order > 1 || Coherence > 0.85);

    public bool IsUneven => Significance >= PatternEstimate.LeastSignificance && DeviationRad > Math.Max(0.05, 3.5 * PhaseErrorRad);
}
