using Microsoft.Extensions.Logging;

namespace MicroscopeStream.Server.Tests.Support;

/// <summary>Keeps what was logged.</summary>
internal sealed class CapturedLogs : ILoggerProvider
{
    private readonly Lock _lock = new();
    private readonly List<(LogLevel Level, EventId Event, string Text)> _entries = [];

    public IReadOnlyList<(LogLevel Level, EventId Event, string Text)> Entries
    {
        get
        {
            lock (_lock)
            {
                return [.. _entries];
            }
        }
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    public void Dispose()
    {
    }

    private sealed class Logger(CapturedLogs owner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (owner._lock)
            {
                owner._entries.Add((logLevel, eventId, $"{formatter(state, exception)} {exception}"));
            }
        }
    }
}
