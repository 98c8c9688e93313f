namespace MicroscopeStream.Localizations.Drift;

/// <summary>How drift is estimated.</summary>
public sealed record DriftOptions
{
    /// <summary>
    /// Frames per time slice of the finest pass, ≥ 1; 0: as few as hold about 150 localizations. Shorter slices follow faster
    /// drift, longer ones are more certain.
    /// </summary>
    public int SliceFrames { get; init; }

    /// <summary>Largest shift between neighbouring coarse slices that can be found, nm, 50…2000. Default 400.</summary>
    public double MaximumStepNm { get; init; } = 400;

    /// <summary>Localizations less certain than this are not used, nm; those that do not state it are. Default 50.</summary>
    public double MaximumUncertaintyNm { get; init; } = 50;

    /// <summary>Localizations used at most; beyond it frames keep an even share each. Default 400,000.</summary>
    public int MaximumLocalizations { get; init; } = 400_000;
}
