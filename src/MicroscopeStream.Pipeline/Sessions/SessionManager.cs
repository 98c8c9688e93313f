using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Methods;
using MicroscopeStream.Pipeline.Publishing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MicroscopeStream.Pipeline.Sessions;

/// <summary>Opens, finds, lists and ends the sessions of a service, within its limits.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed partial class SessionManager : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Session> _sessions = new();
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly MethodRegistry _methods;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly PipelineInstruments _instruments;
    private readonly Task _sweeping;
    private long _bytes;
    private int _count;
    private int _disposed;

    /// <summary>Makes a manager without sessions.</summary>
    /// <param name="methods">The methods that sessions can ask for.</param>
    /// <param name="options">The limits.</param>
    /// <param name="time">The service's clock.</param>
    /// <param name="loggers">Where it logs; null: nowhere.</param>
    public SessionManager(MethodRegistry methods, SessionManagerOptions options, TimeProvider time, ILoggerFactory? loggers = null)
    {
        _methods = methods;
        Options = options;
        _time = time;
        _logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger<SessionManager>();
        _instruments = new PipelineInstruments(this);
        _sweeping = Task.Run(SweepAsync);
    }

    /// <summary>The methods that sessions can ask for.</summary>
    public MethodRegistry Methods => _methods;

    /// <summary>The limits.</summary>
    public SessionManagerOptions Options { get; }

    /// <summary>Every session that is kept, oldest first.</summary>
    public IReadOnlyList<Session> Sessions => [.. _sessions.Values.OrderBy(session => session.OpenedTimestamp)];

    /// <summary>Checks a request, plans it, makes the method ready, and opens the session.</summary>
    /// <param name="specification">What is asked for.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The session, which takes frames; <see cref="Session.Plan"/> and <see cref="Session.Warnings"/> say what it does.</returns>
    /// <exception cref="SessionRefusedException">Why not, fault by fault.</exception>
    /// <exception cref="OperationCanceledException">Given up.</exception>
    public async Task<Session> OpenAsync(SessionSpecification specification, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        IMethodFactory factory = SessionPlanner.Check(specification, _methods);
        MethodDescription description = factory.Describe(specification);
        int buffers = SessionPlanner.BufferFrames(specification, description.WindowFrames);
        PixelGrid preview = SessionPlanner.PreviewGrid(specification);
        long bytes = SessionPlanner.Bytes(specification, buffers, description, preview);
        Reserve(bytes);
        PreparedMethod? method = null;
        try
        {
            method = await factory.PrepareAsync(specification, cancellationToken).ConfigureAwait(false);

            // Only a method that is ready knows the shapes of its features; one that does not fit goes at once.
            ReserveMore(method.HeldBytes);
            bytes += method.HeldBytes;
            SessionPlan plan = SessionPlanner.Plan(specification, buffers, description, method, method.Output ?? preview);
            IReadOnlyList<Notice> warnings = SessionPlanner.Warnings(specification, factory, method, plan);
            var session = new Session(
                Random(16), Random(32), specification, plan, description, method, new SessionEnvironment(_time, _logger, _instruments, warnings));
            _sessions[session.Id] = session;
            Opened(session.Id, description.Id, method.Provider.Used, specification.Acquisition.Width, specification.Acquisition.Height);
            _ = ReleaseWhenEndedAsync(session, bytes);
            return session;
        }
        catch
        {
            Release(bytes);
            if (method is not null)
            {
                await method.Reconstruction.DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }
    }

    /// <summary>
    /// Finds a session by its id alone, as watchers do; an empty id is the newest that has not ended, or else the newest.
    /// </summary>
    /// <exception cref="SessionRefusedException">There is none.</exception>
    public Session Find(string id)
    {
        if (id.Length == 0 && Sessions is [.., { } newest] all)
        {
            return all.LastOrDefault(session => session.State != SessionState.Ended) ?? newest;
        }

        return _sessions.TryGetValue(id, out Session? session)
            ? session
            : throw new SessionRefusedException(
                RefusalReason.NotFound,
                new SpecificationProblem(
                    "unknown-session", "session_id", id.Length == 0 ? "empty" : id, "the id of a session that is open",
                    "List the sessions, or open a new one: ended sessions are kept for a short time only."));
    }

    /// <summary>Finds a session for whoever streams into it, resumes or closes it.</summary>
    /// <exception cref="SessionRefusedException">There is none, or the token is not its token.</exception>
    public Session Authenticate(string id, string token)
    {
        Session session = id.Length > 0 ? Find(id) : Find("?");
        bool equal = CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(session.ResumeToken));
        return equal
            ? session
            : throw new SessionRefusedException(
                RefusalReason.WrongToken,
                new SpecificationProblem("wrong-token", "resume_token", "another token", "the token from Open", "Use the token that Open gave for this session."));
    }

    /// <summary>Ends a session and forgets it.</summary>
    /// <param name="session">The session.</param>
    /// <param name="abort">Throws away what is queued instead of working it off.</param>
    /// <param name="cancellationToken">Gives up waiting; the session is kept then.</param>
    /// <returns>Its account.</returns>
    public async Task<Accounting.SessionSummary> CloseAsync(Session session, bool abort, CancellationToken cancellationToken)
    {
        Accounting.SessionSummary summary = abort
            ? await session.AbortAsync().WaitAsync(cancellationToken).ConfigureAwait(false)
            : await session.CompleteAsync(cancellationToken).ConfigureAwait(false);
        _sessions.TryRemove(session.Id, out _);
        return summary;
    }

    /// <summary>Works off what every session holds, within a limit of time, then aborts the rest. For an orderly shutdown; idempotent.</summary>
    /// <param name="cancellationToken">The limit.</param>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(Sessions.Select(async session =>
        {
            try
            {
                await session.CompleteAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                await session.AbortAsync().ConfigureAwait(false);
            }
        })).ConfigureAwait(false);
    }

    /// <summary>Aborts every session. Drain first to lose nothing. Idempotent.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _sweeping.ConfigureAwait(false);
        await Task.WhenAll(Sessions.Select(session => session.AbortAsync())).ConfigureAwait(false);
        _stop.Dispose();
        _instruments.Dispose();
    }

    private static string Random(int bytes) => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(bytes));

    private void Reserve(long bytes)
    {
        lock (_lock)
        {
            if (_count >= Options.MostSessions)
            {
                throw Full($"{_count} sessions", $"at most {Options.MostSessions} sessions at a time", "Close one, or wait until one ends.");
            }

            ReserveMore(bytes);
            _count++;
        }
    }

    private void ReserveMore(long bytes)
    {
        lock (_lock)
        {
            if (_bytes + bytes > Options.MostBufferBytes)
            {
                throw Full(
                    FormattableString.Invariant($"{bytes / 1e6:F0} MB of buffers wanted, {(Options.MostBufferBytes - _bytes) / 1e6:F0} MB free"),
                    FormattableString.Invariant($"at most {Options.MostBufferBytes / 1e6:F0} MB for all sessions"),
                    "Ask for fewer buffer frames, a smaller field of view or a coarser preview, or close another session.");
            }

            _bytes += bytes;
        }
    }

    private static SessionRefusedException Full(string actual, string expected, string remedy) =>
        new(RefusalReason.ResourcesExhausted, new SpecificationProblem("service-full", string.Empty, actual, expected, remedy));

    private void Release(long bytes)
    {
        lock (_lock)
        {
            _count--;
            _bytes -= bytes;
        }
    }

    private async Task ReleaseWhenEndedAsync(Session session, long bytes)
    {
        Accounting.SessionSummary summary = await session.Completion.ConfigureAwait(false);
        Release(bytes);
        Ended(session.Id, summary.Frames.Received, summary.Frames.Processed, summary.Frames.Dropped, summary.Localizations);
    }

    private async Task SweepAsync()
    {
        using var timer = new PeriodicTimer(Options.SweepPeriod, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                foreach (Session session in Sessions)
                {
                    if (_time.GetElapsedTime(session.LastSeenTimestamp) > Options.KeepDisconnected)
                    {
                        Expire(session);
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private void Expire(Session session)
    {
        _sessions.TryRemove(session.Id, out _);
        if (session.State == SessionState.Open)
        {
            Expired(session.Id, Options.KeepDisconnected.TotalSeconds);
            _ = session.ExpireAsync(Options.KeepDisconnected);
        }
    }

    [LoggerMessage(EventId = 2101, Level = LogLevel.Information, Message = "Session {Session} opened: {Method} on {Provider}, {Width} × {Height} px")]
    private partial void Opened(string session, string method, string provider, int width, int height);

    [LoggerMessage(EventId = 2102, Level = LogLevel.Information, Message = "Session {Session} ended: {Received} received, {Processed} processed, {Dropped} dropped, {Localizations} localizations")]
    private partial void Ended(string session, long received, long processed, long dropped, long localizations);

    [LoggerMessage(EventId = 2103, Level = LogLevel.Warning, Message = "Session {Session} was without a client for {Seconds} s and is ended")]
    private partial void Expired(string session, double seconds);
}
