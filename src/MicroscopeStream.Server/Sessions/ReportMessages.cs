using MicroscopeStream.Contract.V1;
using Accounting = MicroscopeStream.Pipeline.Accounting;

namespace MicroscopeStream.Server.Sessions;

/// <summary>Counts, rates and latencies as the contract says them.</summary>
internal static class ReportMessages
{
    public static Progress ToMessage(Accounting.Progress progress) => new()
    {
        Frames = ToMessage(progress.Frames),
        ReceivedPerS = progress.ReceivedPerS,
        ProcessedPerS = progress.ProcessedPerS,
        Localizations = (ulong)progress.Localizations,
        Queued = (uint)progress.Queued,
        Latency = { progress.Latency.Select(ToMessage) },
        Provider = progress.Provider,
    };

    public static SessionSummary ToMessage(Accounting.SessionSummary summary) => new()
    {
        Frames = ToMessage(summary.Frames),
        Localizations = (ulong)summary.Localizations,
        Latency = { summary.Latency.Select(ToMessage) },
        DurationS = summary.DurationS,
        FramesPerS = summary.FramesPerS,
        MegabytesPerS = summary.MegabytesPerS,
        Provider = summary.Provider,
        Method = summary.Method,
        MethodVersion = summary.MethodVersion,
        Warnings = { summary.Warnings },
        LeakedBuffers = (uint)summary.LeakedBuffers,
        Outputs = { summary.Outputs },
        Drift = summary.Drift is { } drift ? ProcessingMessages.ToMessage(drift, ProcessingMessages.KnotsInSummary) : null,
        Resolution = summary.Resolution is { } resolution ? ProcessingMessages.ToMessage(resolution) : null,
        Statistics = summary.Statistics is { } statistics ? ProcessingMessages.ToMessage(statistics) : null,
        Filtered = (ulong)summary.Filtered,
        Molecules = (ulong)summary.Molecules,
    };

    public static FrameCounts ToMessage(Accounting.FrameCounts frames) => new()
    {
        Received = (ulong)frames.Received,
        Processed = (ulong)frames.Processed,
        Dropped = (ulong)frames.Dropped,
        DroppedByCause = { frames.DroppedByCause.Select(d => new DropCount { Cause = ToMessage(d.Cause), Count = (ulong)d.Count }) },
        Gaps = (ulong)frames.Gaps,
        Missing = (ulong)frames.Missing,
    };

    /// <summary>The numbers are the protocol's; a test holds that.</summary>
    public static DropCause ToMessage(Accounting.DropCause cause) => (DropCause)cause;

    private static LatencyPercentiles ToMessage(Accounting.LatencyPercentiles latency) => new()
    {
        Stage = latency.Stage,
        P50Ms = latency.P50Ms,
        P95Ms = latency.P95Ms,
        P99Ms = latency.P99Ms,
        MaxMs = latency.MaxMs,
        Count = (ulong)latency.Count,
    };
}
