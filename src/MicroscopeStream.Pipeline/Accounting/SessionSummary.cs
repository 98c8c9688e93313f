using MicroscopeStream.Pipeline.Processing;
using MicroscopeStream.Pipeline.Publishing;

namespace MicroscopeStream.Pipeline.Accounting;

/// <summary>The account of a whole session: the last update of every session.</summary>
public sealed record SessionSummary : UpdateBody
{
    /// <summary>Frame counts; nothing is in flight any more.</summary>
    public required FrameCounts Frames { get; init; }

    /// <summary>Localizations found.</summary>
    public required long Localizations { get; init; }

    /// <summary>Latency by stage.</summary>
    public required IReadOnlyList<LatencyPercentiles> Latency { get; init; }

    /// <summary>First frame received until last result published, s.</summary>
    public required double DurationS { get; init; }

    /// <summary>Frames processed per second over <see cref="DurationS"/>.</summary>
    public required double FramesPerS { get; init; }

    /// <summary>Payload received per second over <see cref="DurationS"/>, MB (10⁶ bytes).</summary>
    public required double MegabytesPerS { get; init; }

    /// <summary>Execution provider at the end.</summary>
    public required string Provider { get; init; }

    /// <summary>Id of the method.</summary>
    public required string Method { get; init; }

    /// <summary>Version of the model; empty for classical methods.</summary>
    public required string MethodVersion { get; init; }

    /// <summary>Every warning given, once each.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Frame buffers not returned to their pools: 0 unless there is a fault in the service.</summary>
    public required int LeakedBuffers { get; init; }

    /// <summary>The drift at the end; null where it was not followed, or nothing became known.</summary>
    public DriftUpdate? Drift { get; init; }

    /// <summary>The resolution at the end; null where it was not estimated.</summary>
    public ResolutionUpdate? Resolution { get; init; }

    /// <summary>The session over time; null where nothing was localized.</summary>
    public StatisticsUpdate? Statistics { get; init; }

    /// <summary>Localizations that did not pass the filter.</summary>
    public long Filtered { get; init; }

    /// <summary>Molecules that were linked.</summary>
    public long Molecules { get; init; }

    /// <summary>Files that the service wrote, relative to its recording folder.</summary>
    public IReadOnlyList<string> Outputs { get; init; } = [];
}
