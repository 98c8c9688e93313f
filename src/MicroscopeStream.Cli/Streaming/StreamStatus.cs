namespace MicroscopeStream.Cli.Streaming;

/// <summary>How a run does at one moment.</summary>
internal readonly record struct StreamStatus
{
    internal required string Source { get; init; }

    internal required string Method { get; init; }

    internal required string Provider { get; init; }

    internal required TimeSpan Elapsed { get; init; }

    internal required long FramesExpected { get; init; }

    internal required long Sent { get; init; }

    internal required long Results { get; init; }

    internal required long Dropped { get; init; }

    /// <summary>Localizations so far; null where the task has none.</summary>
    internal long? Localizations { get; init; }

    /// <summary>Results per second over the last second or so; 0 at first.</summary>
    internal required double ResultsPerSecond { get; init; }

    /// <summary>Median and 99th percentile of due → result so far, ms.</summary>
    internal required double LatencyP50 { get; init; }

    internal required double LatencyP99 { get; init; }

    /// <summary>Distance of the sample from where it was at first, nm; null: not known.</summary>
    internal double? DriftNm { get; init; }

    /// <summary>Resolution by Fourier ring correlation and its uncertainty, nm; null: not known.</summary>
    internal (double Nm, double UncertaintyNm)? Resolution { get; init; }
}
