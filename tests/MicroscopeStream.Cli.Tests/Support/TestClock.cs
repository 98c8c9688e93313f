namespace MicroscopeStream.Cli.Tests.Support;

/// <summary>Time that moves when told to, with an odd frequency so that ticks are not taken for anything else.</summary>
internal sealed class TestClock : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Timer> _timers = [];
    private TimeSpan _now;

    public override long TimestampFrequency => 7_000_000;

    public override long GetTimestamp()
    {
        lock (_lock)
        {
            return 1000 + (long)Math.Round(_now.TotalSeconds * TimestampFrequency);
        }
    }

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + _now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    internal void Advance(TimeSpan by)
    {
        Timer[] due;
        lock (_lock)
        {
            _now += by;
            due = [.. _timers.Where(timer => timer.Due <= _now)];
            foreach (Timer timer in due)
            {
                _timers.Remove(timer);
            }
        }

        foreach (Timer timer in due)
        {
            timer.Fire();
        }
    }

    /// <summary>Fires once: what is tested here waits, it does not tick.</summary>
    private sealed class Timer(TestClock clock, TimerCallback callback, object? state) : ITimer
    {
        internal TimeSpan Due { get; private set; }

        internal void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                clock._timers.Remove(this);
                if (dueTime >= TimeSpan.Zero)
                {
                    Due = clock._now + dueTime;
                    clock._timers.Add(this);
                }

                return true;
            }
        }

        public void Dispose()
        {
            lock (clock._lock)
            {
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
