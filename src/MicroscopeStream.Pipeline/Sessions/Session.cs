using System.Diagnostics;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Ingest;
using MicroscopeStream.Pipeline.Methods;
using MicroscopeStream.Pipeline.Publishing;

namespace MicroscopeStream.Pipeline.Sessions;

/// <summary>
/// One acquisition with one specification: frames in, results out, everything counted. Opened by a
/// <see cref="SessionManager"/>. Sessions share nothing but the machine: no fault of one reaches another.
/// </summary>
/// <remarks>
/// Thread-safe. Frames go in from one sender at a time: rent from <see cref="Pool"/>, fill, <see cref="Offer"/>. Results
/// come out of the <see cref="StreamConnection"/> of that sender and of any number of watchers.
/// </remarks>
public sealed partial class Session : IAsyncDisposable
{
    private readonly CancellationTokenSource _abort = new();
    private readonly SessionContext _context;
    private readonly UpdateHub _hub;
    private readonly SessionFlow _flow;
    private readonly SessionReporter _reporter;
    private readonly FramePool _pool;
    private readonly TimeProvider _time;
    private readonly Activity? _activity;

    internal Session(string id, string token, SessionSpecification specification, SessionPlan plan, MethodDescription description, PreparedMethod method, SessionEnvironment environment)
    {
        Id = id;
        ResumeToken = token;
        Specification = specification;
        Plan = plan;
        Warnings = environment.Warnings;
        _time = environment.Time;
        OpenedTimestamp = _time.GetTimestamp();

        // Before the stages start: they trace their frames below it.
        _activity = Telemetry.Activities.StartActivity("session")?.SetTag("session.id", id).SetTag("method", plan.Method).SetTag("provider", plan.Provider.Used);
        _lastSeen = OpenedTimestamp;
        _hub = new UpdateHub(_time, specification.Preview.EffectiveRate);
        var notices = new NoticeBoard(_hub, _time, environment.Logger, id);
        foreach (Notice warning in Warnings)
        {
            notices.Keep(warning);
        }

        _context = new SessionContext(specification, _hub, notices, environment.Instruments, _time, _abort.Token);
        _pool = new FramePool(id, plan.BufferFrames, specification.Acquisition.FrameBytes);
        _flow = new SessionFlow(_context, _pool, description, method, plan.Output, Warnings);
        _reporter = new SessionReporter(_context, () => _flow.Provider);
        _ending = WatchAsync();
    }

    /// <summary>Its id, unguessable: 128 random bits.</summary>
    public string Id { get; }

    /// <summary>The secret that streams into, resumes and closes it: 256 random bits.</summary>
    public string ResumeToken { get; }

    /// <summary>What was asked for.</summary>
    public SessionSpecification Specification { get; }

    /// <summary>What it does.</summary>
    public SessionPlan Plan { get; }

    /// <summary>Things to know from opening, for example a pixel size outside the model's domain.</summary>
    public IReadOnlyList<Notice> Warnings { get; }

    /// <summary>The service's clock when it was opened.</summary>
    public long OpenedTimestamp { get; }

    /// <summary>Buffers for raw frames of <see cref="AcquisitionSpecification.FrameBytes"/> bytes each.</summary>
    public FramePool Pool => _pool;

    /// <summary>Sequence number expected next: one beyond the highest taken over.</summary>
    public long NextSequence => _flow.Intake.NextSequence;

    /// <summary>
    /// Frames that may be sent now without waiting. Lossless: the free buffers. Live: always as many as there are buffers,
    /// since a live sender is never held back.
    /// </summary>
    public int Credits => _flow.Intake.Credits;

    /// <summary>Waits until a buffer can be rented. Call it before reading the next frame off the wire: this is the backpressure.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>
    /// Whether one is free. Lossless: waits for it; false only when the session has ended. Live: never waits, makes room by
    /// dropping the oldest waiting frame; false when all buffers are in work: read the frame off the wire and
    /// <see cref="Refuse"/> it with <see cref="DropCause.BuffersFull"/>.
    /// </returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public ValueTask<bool> WaitForBufferAsync(CancellationToken cancellationToken) => _flow.Intake.WaitForBufferAsync(cancellationToken);

    /// <summary>Takes over a filled frame. The lease is the session's from here on, accepted or not.</summary>
    /// <param name="lease">A lease on <see cref="Pool"/> with header and payload; a received timestamp of 0 is filled in.</param>
    /// <returns>What became of it; never throws for what a sender can do wrong.</returns>
    public IngestResult Offer(FrameLease lease) => _flow.Intake.Offer(lease);

    /// <summary>Counts a frame that came but has no buffer to offer: it was read off the wire and thrown away.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="payloadBytes">Bytes of its payload.</param>
    /// <param name="cause">Why it was not kept.</param>
    /// <param name="why">The same in words, for the notice: what was wrong and what to do.</param>
    public IngestResult Refuse(in FrameHeader header, int payloadBytes, DropCause cause, string why) =>
        _flow.Intake.Refuse(header, payloadBytes, cause, why);

    /// <summary>
    /// Follows the session from aside, beginning with the latest verdict and previews. A slow watcher misses updates, and
    /// never slows the session.
    /// </summary>
    /// <param name="options">What to follow.</param>
    public UpdateSubscription Subscribe(SubscriptionOptions options)
    {
        UpdateSubscription watcher = _hub.Subscribe(options);
        if (State == SessionState.Ended)
        {
            watcher.Complete();
        }

        return watcher;
    }

    /// <summary>The latest verdict on its results; null before the first.</summary>
    public Core.Results.TrustReport? Trust => _hub.Trust?.Report;

    /// <summary>What was measured last of structured illumination; null where nothing was.</summary>
    public Methods.Sim.SimReading? Sim => _hub.Sim;

    /// <summary>The newest picture of a video as known at once, and the newest that was refined; null where there is none.</summary>
    public (Publishing.VideoSlice? Provisional, Publishing.VideoSlice? Refined) Video => _hub.Video;

    /// <summary>How it does. Rates and latency are those of the last progress told in the stream.</summary>
    public Progress GetProgress() => _reporter.Read();
}
