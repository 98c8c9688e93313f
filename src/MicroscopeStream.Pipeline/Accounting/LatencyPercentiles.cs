namespace MicroscopeStream.Pipeline.Accounting;

/// <summary>Percentiles of one duration over many frames, ms; never stated too small, and at most 0.8 % too large.</summary>
/// <param name="Stage">One of <see cref="Stages"/>.</param>
/// <param name="P50Ms">Median.</param>
/// <param name="P95Ms">95th percentile.</param>
/// <param name="P99Ms">99th percentile.</param>
/// <param name="MaxMs">Largest seen, exact.</param>
/// <param name="Count">Number of frames counted.</param>
public sealed record LatencyPercentiles(string Stage, double P50Ms, double P95Ms, double P99Ms, double MaxMs, long Count);

/// <summary>Names of the durations that are kept.</summary>
public static class Stages
{
    /// <summary>Last byte received until handed to calibration.</summary>
    public const string Ingest = "ingest";

    /// <summary>ADU to photons.</summary>
    public const string Calibrate = "calibrate";

    /// <summary>Gathering what the method needs, without waiting for frames.</summary>
    public const string Assemble = "assemble";

    /// <summary>The method.</summary>
    public const string Reconstruct = "reconstruct";

    /// <summary>Handing out.</summary>
    public const string Publish = "publish";

    /// <summary>Last byte received until handed out, the wait for a window included.</summary>
    public const string Total = "total";

    /// <summary>Waiting for the other frames of the window.</summary>
    public const string WindowWait = "window_wait";
}
