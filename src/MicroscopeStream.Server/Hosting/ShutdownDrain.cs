using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Server.Health;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MicroscopeStream.Server.Hosting;

/// <summary>
/// Ends sessions in order before the host closes connections: new ones are refused, streams stop reading and get their
/// results and summary, within a limit of time.
/// </summary>
internal sealed class ShutdownDrain(
    SessionManager sessions, HealthRegistry health, MicroscopeStreamServerOptions options, ILogger<ShutdownDrain> logger) : IHostedLifecycleService, IDisposable
{
    /// <summary>How long a client may take to read its last results after its session has ended.</summary>
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Streams whose results are still on their way.</summary>
    public OpenCalls Streams { get; } = new();

    /// <summary>Set as soon as the service is asked to stop.</summary>
    public CancellationToken Stopping => _stopping.Token;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        health.SetAll(serving: true);
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        // Disposing a host that was stopped stops it again.
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        health.SetAll(serving: false);
        int open = Open();
        ServerLog.ShuttingDown(logger, open, options.DrainTimeout);
        await _stopping.CancelAsync().ConfigureAwait(false);
        using var limit = new CancellationTokenSource(options.DrainTimeout, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await sessions.DrainAsync(either.Token).ConfigureAwait(false);
        await Streams.WhenNone().WaitAsync(FlushTimeout, options.TimeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (either.IsCancellationRequested)
        {
            ServerLog.DrainTimedOut(logger, open, options.DrainTimeout);
        }
        else
        {
            ServerLog.Drained(logger);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _stopping.Dispose();

    private int Open() => sessions.Sessions.Count(session => session.State != SessionState.Ended);
}
