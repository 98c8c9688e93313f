using System.Diagnostics;
using System.Diagnostics.Metrics;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Pipeline.Accounting;

/// <summary>
/// .NET's own instruments of a <see cref="SessionManager"/>: what OpenTelemetry, dotnet-counters or the service's own /metrics listen to.
/// Where nobody listens they cost a test of a flag.
/// </summary>
/// <remarks>Thread-safe. Counting allocates nothing.</remarks>
internal sealed class PipelineInstruments : IDisposable
{
    /// <summary>From a tenth of a millisecond, which a small frame takes, to the ten seconds after which nothing is live; s.</summary>
    private static readonly double[] Boundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private static readonly string[] Causes = [.. Enumerable.Range(0, (int)DropCause.Aborted + 1).Select(cause => NameOf((DropCause)cause))];

    private readonly Meter _meter;
    private readonly Counter<long> _received;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _processed;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _missing;
    private readonly Counter<long> _localizations;
    private readonly Histogram<double> _duration;

    /// <summary>Makes the instruments of a manager, which its meter carries as its scope.</summary>
    public PipelineInstruments(SessionManager owner)
    {
        _meter = new Meter(new MeterOptions(Telemetry.Name) { Scope = owner });
        _received = _meter.CreateCounter<long>("microscopestream.frames.received", "{frame}", "Frames whose last byte arrived, valid or not.");
        _bytes = _meter.CreateCounter<long>("microscopestream.frames.size", "By", "Payload received.");
        _processed = _meter.CreateCounter<long>("microscopestream.frames.processed", "{frame}", "Frames whose result was published.");
        _dropped = _meter.CreateCounter<long>("microscopestream.frames.dropped", "{frame}", "Frames received and not worked on, by cause.");
        _missing = _meter.CreateCounter<long>("microscopestream.frames.missing", "{frame}", "Frames that never arrived: the sequence number jumped.");
        _localizations = _meter.CreateCounter<long>("microscopestream.localizations", "{localization}", "Localizations found.");
        _duration = _meter.CreateHistogram<double>(
            "microscopestream.frame.duration", "s", "Time that a frame spent in a stage, queueing before it included; total from received to published.",
            tags: null, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Boundaries });
        _meter.CreateObservableGauge("microscopestream.sessions", () => Open(owner).Count(), "{session}", "Sessions that have not ended.");
        _meter.CreateObservableGauge(
            "microscopestream.frames.queued", () => Open(owner).Select(s => new Measurement<int>(s.GetProgress().Queued, Of(s))), "{frame}",
            "Frames received and not yet done with, by session.");
        _meter.CreateObservableGauge(
            "microscopestream.session.trust", () => Open(owner).Where(s => s.Trust is not null).Select(s => new Measurement<int>((int)s.Trust!.Level, Of(s))), null,
            "Latest verdict by session: 0 good, 1 caution, 2 untrusted.");
    }

    public void Received(int bytes)
    {
        _received.Add(1);
        _bytes.Add(bytes);
    }

    public void Processed(int localizations, int frames)
    {
        _processed.Add(frames);
        _localizations.Add(localizations);
    }

    public void Dropped(DropCause cause, long frames) => _dropped.Add(frames, new KeyValuePair<string, object?>("cause", Causes[(int)cause]));

    public void Missing(long frames) => _missing.Add(frames);

    public void Took(string stage, long nanoseconds) => _duration.Record(nanoseconds / 1e9, new KeyValuePair<string, object?>("stage", stage));

    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Session> Open(SessionManager owner) => owner.Sessions.Where(session => session.State != SessionState.Ended);

    private static KeyValuePair<string, object?> Of(Session session) => new("session", session.Id);

    private static string NameOf(DropCause cause) => cause switch
    {
        DropCause.BuffersFull => "buffers_full",
        DropCause.Stale => "stale",
        DropCause.IncompleteGroup => "incomplete_group",
        DropCause.Invalid => "invalid",
        DropCause.OutOfOrder => "out_of_order",
        DropCause.Failed => "failed",
        DropCause.Aborted => "aborted",
        _ => "unspecified",
    };
}

/// <summary>Names under which telemetry of sessions is found.</summary>
public static class Telemetry
{
    /// <summary>Name of the meter and of the source of activities (traces) of sessions.</summary>
    public const string Name = "MicroscopeStream.Pipeline";

    /// <summary>Activities: one per session, and one per frame below it where a listener samples it.</summary>
    internal static ActivitySource Activities { get; } = new(Name);

    /// <summary>
    /// Traces a frame that was published, after the fact: where nobody listens, frames leave no trace and cost nothing.
    /// </summary>
    internal static void TraceFrame(long sequence, in StageTimings timings, TimeProvider time)
    {
        if (!Activities.HasListeners())
        {
            return;
        }

        DateTimeOffset end = time.GetUtcNow();
        using Activity? frame = Activities.StartActivity(
            ActivityKind.Internal, startTime: end - TimeSpan.FromMicroseconds(timings.TotalNs / 1e3), name: "frame");
        frame?.SetTag("frame.sequence", sequence)
            .SetTag("stage.ingest_ms", timings.IngestNs / 1e6)
            .SetTag("stage.calibrate_ms", timings.CalibrateNs / 1e6)
            .SetTag("stage.window_wait_ms", timings.WindowWaitNs / 1e6)
            .SetTag("stage.assemble_ms", timings.AssembleNs / 1e6)
            .SetTag("stage.reconstruct_ms", timings.ReconstructNs / 1e6)
            .SetTag("stage.publish_ms", timings.PublishNs / 1e6)
            .SetEndTime(end.UtcDateTime);
    }
}
