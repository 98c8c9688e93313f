using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Publishing;

namespace MicroscopeStream.Pipeline.Sessions;

public sealed partial class Session
{
    private readonly Lock _life = new();
    private readonly Task<SessionSummary> _ending;
    private StreamConnection? _connection;
    private SessionState _state;
    private long _lastSeen;

    /// <summary>Where it is in its life.</summary>
    public SessionState State
    {
        get
        {
            lock (_life)
            {
                return _state;
            }
        }
    }

    /// <summary>Whether a client is streaming now.</summary>
    public bool Streaming
    {
        get
        {
            lock (_life)
            {
                return _connection is not null;
            }
        }
    }

    /// <summary>Ends with the session, with its account. Never faults.</summary>
    public Task<SessionSummary> Completion => _ending;

    /// <summary>The service's clock when a client was last connected, or now while one is.</summary>
    internal long LastSeenTimestamp
    {
        get
        {
            lock (_life)
            {
                return _connection is null ? _lastSeen : _time.GetTimestamp();
            }
        }
    }

    /// <summary>Connects the one client that streams. Dispose the connection when its call ends; the session stays for a while.</summary>
    /// <exception cref="SessionRefusedException">Another client is streaming.</exception>
    public StreamConnection Connect()
    {
        lock (_life)
        {
            if (_connection is not null)
            {
                throw new SessionRefusedException(
                    RefusalReason.Unavailable,
                    new SpecificationProblem(
                        "already-streaming", "session_id", "a session that a client is streaming into", "one stream at a time per session",
                        "Watch it instead, or wait until the other stream has ended."));
            }

            return _connection = new StreamConnection(this, _hub.Primary);
        }
    }

    /// <summary>No more frames: works off what it holds and ends. Idempotent.</summary>
    /// <remarks>Without a connected client the end does not wait for results to be read: what their queue cannot hold is missed, and said so.</remarks>
    /// <param name="cancellationToken">Gives up waiting, not draining.</param>
    /// <returns>The account.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled; the session drains on.</exception>
    public Task<SessionSummary> CompleteAsync(CancellationToken cancellationToken)
    {
        bool connected;
        lock (_life)
        {
            _state = _state == SessionState.Open ? SessionState.Draining : _state;
            connected = _connection is not null;
        }

        _flow.Intake.Close();
        if (!connected)
        {
            _hub.Primary.NeverWait();
        }

        return _ending.WaitAsync(cancellationToken);
    }

    /// <summary>Ends at once: what is queued is dropped and counted as aborted. Idempotent.</summary>
    /// <returns>The account.</returns>
    public async Task<SessionSummary> AbortAsync()
    {
        if (!_ending.IsCompleted)
        {
            await _abort.CancelAsync().ConfigureAwait(false);
        }

        _hub.Primary.Discard();
        return await CompleteAsync(CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Aborts it if it has not ended, and waits for its end. Idempotent.</summary>
    public async ValueTask DisposeAsync()
    {
        await AbortAsync().ConfigureAwait(false);
        _abort.Dispose();
    }

    /// <summary>Its client stayed away too long: works off what it holds and ends.</summary>
    internal Task<SessionSummary> ExpireAsync(TimeSpan kept)
    {
        _context.Notices.Tell(
            new Notice(Severity.Warning, NoticeCodes.Expired, FormattableString.Invariant($"Nobody has streamed for {kept.TotalSeconds:F0} s: the session ends. Resume sooner, or open a new one.")),
            SequenceRange.None);
        return CompleteAsync(CancellationToken.None);
    }

    internal void Disconnect(StreamConnection connection)
    {
        lock (_life)
        {
            if (_connection != connection)
            {
                return;
            }

            _connection = null;
            _lastSeen = _time.GetTimestamp();
            if (_state != SessionState.Draining)
            {
                return;
            }
        }

        // Draining may be waiting for this client to read. It may come back for what fits; the end does not wait for it.
        _hub.Primary.NeverWait();
    }

    private async Task<SessionSummary> WatchAsync()
    {
        await EndAsync(() => _flow.Completion).ConfigureAwait(false);
        _flow.Intake.Abandon();
        await EndAsync(() => _reporter.DisposeAsync().AsTask()).ConfigureAwait(false);
        await EndAsync(() => _flow.DisposeAsync().AsTask()).ConfigureAwait(false);
        if (_hub.Primary.MissedResults is > 0 and { } missed)
        {
            _context.Notices.Tell(
                new Notice(Severity.Warning, NoticeCodes.NotCollected, $"{missed} results were not collected before the session ended: its client was gone, or did not read."),
                SequenceRange.None);
        }

        SessionSummary summary = Summarize();
        lock (_life)
        {
            _state = SessionState.Ended;
        }

        _activity?.SetTag("frames.received", summary.Frames.Received).SetTag("frames.processed", summary.Frames.Processed)
            .SetTag("frames.dropped", summary.Frames.Dropped).SetTag("localizations", summary.Localizations).Dispose();
        _hub.Publish(summary, new SequenceRange(0, NextSequence - 1));
        _hub.Complete();
        _pool.Dispose();
        return summary;
    }

    private async Task EndAsync(Func<Task> part)
    {
        try
        {
            await part().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // A fault in here, whatever it is, ends this session and no other.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _context.Notices.Log(fault);
            _context.Notices.Tell(
                new Notice(Severity.Error, NoticeCodes.SessionFailed, $"The session ended by a fault of the service: {fault.Message} Open a new one, and report this."),
                SequenceRange.None);
        }
    }

    private SessionSummary Summarize()
    {
        long from = _flow.Intake.FirstReceivedTimestamp, to = _flow.LastPublishedTimestamp;
        double seconds = from == 0 || to == 0 ? 0 : _time.GetElapsedTime(from, to).TotalSeconds;
        FrameCounts frames = _context.Frames.Read();
        return new SessionSummary
        {
            Frames = frames,
            Localizations = _context.Frames.Localizations,
            Latency = _context.Latency.ReadSession(),
            DurationS = seconds,
            FramesPerS = seconds > 0 ? frames.Processed / seconds : 0,
            MegabytesPerS = seconds > 0 ? _context.Frames.ReceivedBytes / seconds / 1e6 : 0,
            Provider = _flow.Provider,
            Method = Plan.Method,
            MethodVersion = Plan.MethodVersion,
            Warnings = _context.Notices.Warnings,
            LeakedBuffers = _pool.Outstanding + _flow.PhotonsOutstanding,
            Drift = _flow.Processing?.Drift,
            Resolution = _flow.Processing?.Resolution,
            Statistics = _flow.Processing?.Statistics,
            Filtered = _flow.Processing?.Filtered ?? 0,
            Molecules = _flow.Processing?.Molecules ?? 0,
        };
    }
}
