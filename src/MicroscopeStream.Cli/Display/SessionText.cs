using System.Globalization;
using System.Text;
using MicroscopeStream.Contract.V1;

namespace MicroscopeStream.Cli.Display;

/// <summary>Sessions in words: for lines, and for the cells of a table.</summary>
internal static class SessionText
{
    internal static string Describe(IReadOnlyCollection<SessionInfo> sessions)
    {
        if (sessions.Count == 0)
        {
            return "no sessions\n";
        }

        var text = new StringBuilder();
        foreach (SessionInfo session in sessions)
        {
            text.Append(Invariant(
                $"{Name(session)}: {Method(session)}, {Rate(session)}, {session.Progress.Queued} queued, dropped {Drops(session.Progress.Frames)}, {Total(session)}, {Result(session)}, trust {Trust(session.Trust)}\n"));
            foreach (LatencyPercentiles stage in session.Progress.Latency)
            {
                text.Append(Invariant($"  {stage.Stage,-12} p50 {stage.P50Ms,8:f2} ms  p99 {stage.P99Ms,8:f2} ms  max {stage.MaxMs,8:f2} ms\n"));
            }

            foreach (string reason in session.Trust?.Reasons ?? [])
            {
                text.Append(Invariant($"  {reason}\n"));
            }
        }

        return text.ToString();
    }

    internal static string Name(SessionInfo session) => session.Name.Length > 0 ? session.Name : session.SessionId[..Math.Min(8, session.SessionId.Length)];

    internal static string Method(SessionInfo session) => Invariant($"{session.Method} {session.MethodVersion}").TrimEnd() + " on " + session.Progress.Provider;

    internal static string Rate(SessionInfo session) => !session.Streaming
        ? "not streaming"
        : Invariant($"{session.Progress.ProcessedPerS:f1} of {session.Progress.ReceivedPerS:f1} frames/s")
          + (session.FrameRate > 0 ? Invariant($" ({session.FrameRate:g4} due)") : string.Empty);

    internal static string Drops(FrameCounts frames)
    {
        IEnumerable<string> causes = frames.DroppedByCause.Select(drop => Invariant($"{Words(drop.Cause)} {drop.Count}"));
        string missing = frames.Missing > 0 ? Invariant($"; {frames.Missing} never arrived") : string.Empty;
        return (frames.Dropped == 0 ? "0" : Invariant($"{frames.Dropped} ({string.Join(", ", causes)})")) + missing;
    }

    internal static string Total(SessionInfo session) =>
        session.Progress.Latency.FirstOrDefault(stage => stage.Stage == "total") is { } total
            ? Invariant($"p50 {total.P50Ms:f1} ms, p99 {total.P99Ms:f1} ms")
            : "no latency yet";

    internal static string Stages(SessionInfo session) =>
        string.Join("  ", session.Progress.Latency.Where(stage => stage.Stage != "total").Select(stage => Invariant($"{stage.Stage} {stage.P99Ms:f1}")));

    /// <summary>What comes out, by the session's task.</summary>
    internal static string Result(SessionInfo session) => session.Task switch
    {
        "sim" => session.Sim is { } sim ? Sim(sim) : "nothing measured yet",
        "video" => Video(session) + Invariant($", {session.Progress.Localizations} localizations"),
        "image" => Invariant($"{session.Progress.Frames.Processed} frames shown"),
        _ => Invariant($"{session.Progress.Localizations} localizations"),
    };

    private static string Sim(SimReading sim)
    {
        string resolution = double.IsFinite(sim.ResultResolutionNm) ? Invariant($"resolution {sim.ResultResolutionNm:f0} nm") : "no resolution found";
        string widefield = double.IsFinite(sim.WidefieldResolutionNm) ? Invariant($" (widefield {sim.WidefieldResolutionNm:f0})") : string.Empty;
        string contrast = double.IsFinite(sim.ModulationContrast) ? Invariant($"modulation contrast {sim.ModulationContrast:f1}, ") : string.Empty;
        string order = sim.Order switch
        {
            SimOrder.Rearranged => ", frames rearranged",
            SimOrder.Unclear => ", order of the frames unclear",
            _ => string.Empty,
        };
        return Invariant($"{contrast}{resolution}{widefield}, {100 * sim.UnexplainedShare:f0} % not explained{order}");
    }

    private static string Video(SessionInfo session)
    {
        if (session.Video is not { } now)
        {
            return "no picture yet";
        }

        string refined = session.Refined is { } last ? Invariant($", refined to {When(session, last)}") + (last.HasChange ? Invariant($" (changed by {100 * last.Change:f0} %)") : string.Empty) : string.Empty;
        return $"shows {When(session, now)}{refined}";
    }

    private static string When(SessionInfo session, VideoSlice slice) => session.FrameRate > 0
        ? Invariant($"{slice.FirstFrame / session.FrameRate:f2}–{(slice.LastFrame + 1) / session.FrameRate:f2} s")
        : Invariant($"frames {slice.FirstFrame}–{slice.LastFrame}");

    internal static string Trust(Trust? trust) => trust?.Level switch
    {
        TrustLevel.Good => "good",
        TrustLevel.Caution => "caution",
        TrustLevel.Untrusted => "untrusted",
        _ => "not known yet",
    };

    private static string Words(DropCause cause) => cause switch
    {
        DropCause.BuffersFull => "buffers full",
        DropCause.Stale => "stale",
        DropCause.IncompleteGroup => "incomplete group",
        DropCause.Invalid => "invalid",
        DropCause.OutOfOrder => "out of order",
        DropCause.Failed => "failed",
        DropCause.Aborted => "aborted",
        _ => "other",
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
