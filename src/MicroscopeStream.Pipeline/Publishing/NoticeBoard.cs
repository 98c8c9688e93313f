using Microsoft.Extensions.Logging;

namespace MicroscopeStream.Pipeline.Publishing;

/// <summary>Tells people things without drowning them: once per episode, and each warning once in the summary.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed partial class NoticeBoard
{
    /// <summary>A fault that comes back after this long is told again.</summary>
    private static readonly TimeSpan EpisodeEnds = TimeSpan.FromSeconds(10);

    /// <summary>Summaries list at most this many different warnings.</summary>
    private const int MostWarnings = 100;

    private readonly Lock _lock = new();
    private readonly UpdateHub _hub;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly string _session;
    private readonly Dictionary<string, long> _episodes = [];
    private readonly List<string> _warnings = [];

    public NoticeBoard(UpdateHub hub, TimeProvider time, ILogger logger, string session)
    {
        _hub = hub;
        _time = time;
        _logger = logger;
        _session = session;
    }

    /// <summary>Every warning and error so far, once each.</summary>
    public IReadOnlyList<string> Warnings
    {
        get
        {
            lock (_lock)
            {
                return [.. _warnings];
            }
        }
    }

    /// <summary>Keeps a warning for the summary without telling it in the stream: Open has told it.</summary>
    public void Keep(Notice notice)
    {
        lock (_lock)
        {
            if (notice.Severity != Severity.Info && _warnings.Count < MostWarnings && !_warnings.Contains(notice.Message))
            {
                _warnings.Add(notice.Message);
            }
        }
    }

    /// <summary>Tells something.</summary>
    public void Tell(Notice notice, SequenceRange range)
    {
        Keep(notice);
        Told(_session, notice.Severity, notice.Code, notice.Message);
        _hub.Publish(notice, range);
    }

    /// <summary>Logs where a fault of the service came from; what people should know of it is told apart.</summary>
    public void Log(Exception fault) => Failed(fault, _session);

    /// <summary>Whether a fault begins a new episode, which is when it should be told; call it at every occurrence.</summary>
    public bool Begins(string code)
    {
        long now = _time.GetTimestamp();
        lock (_lock)
        {
            bool begins = !_episodes.TryGetValue(code, out long last) || _time.GetElapsedTime(last, now) > EpisodeEnds;
            _episodes[code] = now;
            return begins;
        }
    }

    /// <summary>Whether this is the first time in the session.</summary>
    public bool IsFirst(string code)
    {
        lock (_lock)
        {
            return _episodes.TryAdd(code, 0);
        }
    }

    [LoggerMessage(EventId = 2001, Level = LogLevel.Information, Message = "Session {Session}: {Severity} {Code}: {Notice}")]
    private partial void Told(string session, Severity severity, string code, string notice);

    [LoggerMessage(EventId = 2002, Level = LogLevel.Error, Message = "Session {Session}: a fault of the service")]
    private partial void Failed(Exception fault, string session);
}
