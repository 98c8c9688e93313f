using MicroscopeStream.Pipeline.Publishing;

namespace MicroscopeStream.Pipeline.Accounting;

/// <summary>How a session does, about once a second.</summary>
public sealed record Progress : UpdateBody
{
    /// <summary>Frame counts so far.</summary>
    public required FrameCounts Frames { get; init; }

    /// <summary>Frames received per second since the last progress.</summary>
    public required double ReceivedPerS { get; init; }

    /// <summary>Frames processed per second since the last progress.</summary>
    public required double ProcessedPerS { get; init; }

    /// <summary>Localizations so far.</summary>
    public required long Localizations { get; init; }

    /// <summary>Frames received and not yet done with.</summary>
    public required int Queued { get; init; }

    /// <summary>Latency by stage since the last progress; empty when nothing was published.</summary>
    public required IReadOnlyList<LatencyPercentiles> Latency { get; init; }

    /// <summary>Execution provider in use.</summary>
    public required string Provider { get; init; }
}
