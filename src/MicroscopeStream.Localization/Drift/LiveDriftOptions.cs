namespace MicroscopeStream.Localizations.Drift;

/// <summary>How drift is followed while localizations come.</summary>
public sealed record LiveDriftOptions
{
    /// <summary>
    /// How the whole curve is estimated. Default: from at most 600,000 localizations (an even share of 300,000 to 600,000 once there
    /// are more), which bounds an estimate to some ten seconds of one core, however long the acquisition.
    /// </summary>
    public DriftOptions Estimation { get; init; } = new() { MaximumLocalizations = 600_000 };

    /// <summary>Localizations before the first estimate, ≥ 100. Default 3000.</summary>
    public int FirstEstimateAfter { get; init; } = 3000;

    /// <summary>The curve is estimated anew when the localizations have become this many times as many, ≥ 1.05. Default 1.3.</summary>
    public double Growth { get; init; } = 1.3;

    /// <summary>Share of one core that estimates may take, evenly, 0.01…1. Default 0.25.</summary>
    public double MaximumShare { get; init; } = 0.25;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(FirstEstimateAfter, 100);
        ArgumentOutOfRangeException.ThrowIfLessThan(Growth, 1.05);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumShare, 0.01);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaximumShare, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Estimation.MaximumLocalizations, 1000);
    }
}

/// <summary>A curve as it stood at some time.</summary>
/// <param name="Revision">
/// Rises when frames already described got another drift, so that what was drawn must be drawn again; 0 before the first estimate.
/// </param>
/// <param name="Extension">Rises, within a revision, when only later frames were added.</param>
/// <param name="Curve">The curve; it has the last frame's drift for all later ones.</param>
public sealed record DriftVersion(long Revision, long Extension, DriftCurve Curve)
{
    /// <summary>Before anything is known.</summary>
    public static DriftVersion None { get; } = new(0, 0, DriftCurve.None);
}
