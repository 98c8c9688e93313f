using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Ingest;
using MicroscopeStream.Pipeline.Publishing;

namespace MicroscopeStream.Pipeline.Sessions;

/// <summary>What the stages of one session share: its request, its accounts, its outputs, its clock, its end.</summary>
internal sealed class SessionContext
{
    public SessionContext(SessionSpecification specification, UpdateHub hub, NoticeBoard notices, PipelineInstruments instruments, TimeProvider time, CancellationToken aborted)
    {
        Specification = specification;
        Frames = new FrameAccount(instruments);
        Latency = new LatencyLedger(instruments);
        Hub = hub;
        Notices = notices;
        Time = time;
        Aborted = aborted;
        Pace = specification.Policy == FramePolicy.Live ? new LivePace(time) : null;
    }

    public SessionSpecification Specification { get; }

    public FrameAccount Frames { get; }

    public LatencyLedger Latency { get; }

    public UpdateHub Hub { get; }

    public NoticeBoard Notices { get; }

    public TimeProvider Time { get; }

    /// <summary>What the method runs on now.</summary>
    public Func<string> Provider { get; set; } = static () => string.Empty;

    /// <summary>When input is given up to stay current; null: the session is lossless and gives nothing up.</summary>
    public LivePace? Pace { get; }

    /// <summary>Set when the session ends without working off what it holds. Stages then return what they get, uncounted work.</summary>
    public CancellationToken Aborted { get; }

    /// <summary>Nanoseconds of the service's clock from one timestamp to another.</summary>
    public long Nanoseconds(long from, long to) => (long)(Time.GetElapsedTime(from, to).Ticks * 100L);
}
