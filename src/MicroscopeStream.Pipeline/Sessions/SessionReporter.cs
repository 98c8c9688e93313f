using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Publishing;

namespace MicroscopeStream.Pipeline.Sessions;

/// <summary>Tells how the session does: drops within a quarter of a second, progress once a second.</summary>
internal sealed class SessionReporter : IAsyncDisposable
{
    private const int TicksPerProgress = 4;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _stop = new();
    private readonly SessionContext _context;
    private readonly Func<string> _provider;
    private readonly Task _running;
    private Progress _last;
    private long _lastTimestamp;

    public SessionReporter(SessionContext context, Func<string> provider)
    {
        _context = context;
        _provider = provider;
        _lastTimestamp = context.Time.GetTimestamp();
        _last = Measure(0, 0, []);
        _running = Task.Run(RunAsync);
    }

    /// <summary>Counts as of now, rates and latency as last told.</summary>
    public Progress Read()
    {
        Progress last = Volatile.Read(ref _last);
        return Measure(last.ReceivedPerS, last.ProcessedPerS, last.Latency);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Tick, _context.Time);
        try
        {
            for (int tick = 1; await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false); tick++)
            {
                TellDrops();
                if (tick % TicksPerProgress == 0)
                {
                    TellProgress();
                }
            }
        }
        catch (OperationCanceledException)
        {
            TellDrops();
        }
    }

    private void TellDrops()
    {
        foreach ((Drop drop, SequenceRange range) in _context.Frames.TakeUnreported() ?? [])
        {
            _context.Hub.Publish(drop, range);
        }
    }

    private void TellProgress()
    {
        long now = _context.Time.GetTimestamp();
        double seconds = _context.Time.GetElapsedTime(_lastTimestamp, now).TotalSeconds;
        FrameCounts before = _last.Frames;
        FrameCounts counts = _context.Frames.Read();
        Progress progress = Measure(Rate(counts.Received - before.Received), Rate(counts.Processed - before.Processed), _context.Latency.TakeInterval());
        progress = progress with { Frames = counts };
        _lastTimestamp = now;
        Volatile.Write(ref _last, progress);
        _context.Hub.Publish(progress, SequenceRange.None);

        double Rate(long frames) => seconds > 0 ? frames / seconds : 0;
    }

    private Progress Measure(double received, double processed, IReadOnlyList<LatencyPercentiles> latency)
    {
        FrameCounts counts = _context.Frames.Read();
        return new Progress
        {
            Frames = counts,
            ReceivedPerS = received,
            ProcessedPerS = processed,
            Localizations = _context.Frames.Localizations,
            Queued = (int)counts.InFlight,
            Latency = latency,
            Provider = _provider(),
        };
    }
}
