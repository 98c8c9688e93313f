using Microsoft.Extensions.Logging;

namespace MicroscopeStream.Pipeline.Tests.Support;

/// <summary>Keeps the exceptions that were logged.</summary>
internal sealed class CapturedLogs : ILoggerFactory, ILogger
{
    private readonly Lock _lock = new();
    private readonly List<Exception> _faults = [];

    public IReadOnlyList<Exception> Faults
    {
        get
        {
            lock (_lock)
            {
                return [.. _faults];
            }
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (exception is not null)
        {
            lock (_lock)
            {
                _faults.Add(exception);
            }
        }
    }
}
