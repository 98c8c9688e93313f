using MicroscopeStream.Client;

namespace MicroscopeStream.Benchmarks.Viewers;

/// <summary>From the moment a frame was due to the moment the client holds its result: a slowed sender cannot hide in it.</summary>
internal sealed class DueLatency(double framesPerSecond)
{
    private readonly Lock _lock = new();
    private readonly List<double> _milliseconds = [];
    private readonly long _start = TimeProvider.System.GetTimestamp();
    private bool _measures;

    /// <summary>Time until a frame is due.</summary>
    public TimeSpan UntilDue(long frame) => TimeSpan.FromSeconds(frame / framesPerSecond) - TimeProvider.System.GetElapsedTime(_start);

    public void Take(LocalizationsUpdate update)
    {
        lock (_lock)
        {
            for (long frame = update.FirstFrame; _measures && frame <= update.LastFrame; frame++)
            {
                _milliseconds.Add(-UntilDue(frame).TotalMilliseconds);
            }
        }
    }

    public void Begin()
    {
        lock (_lock)
        {
            _measures = true;
        }
    }

    /// <summary>Median and 99th percentile since <see cref="Begin"/>, ms.</summary>
    public (double P50, double P99) End()
    {
        lock (_lock)
        {
            _measures = false;
            _milliseconds.Sort();
            return _milliseconds.Count == 0 ? (double.NaN, double.NaN) : (_milliseconds[_milliseconds.Count / 2], _milliseconds[(int)(0.99 * (_milliseconds.Count - 1))]);
        }
    }
}
