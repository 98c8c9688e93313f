namespace MicroscopeStream.Cli.Streaming;

/// <summary>
/// Says when frames are due: frame n at start + n ÷ rate, whenever the earlier ones really left. A sender that falls behind
/// sends without waiting until it has caught up, and the lateness counts as latency.
/// </summary>
/// <param name="framesPerSecond">The asked rate, &gt; 0.</param>
/// <param name="time">The clock.</param>
internal sealed class FramePacer(double framesPerSecond, TimeProvider time)
{
    private long _start = long.MinValue;

    /// <summary>Timestamp at which frame <paramref name="index"/> is due. The first question starts the clock.</summary>
    internal long DueAt(long index)
    {
        if (_start == long.MinValue)
        {
            _start = time.GetTimestamp();
        }

        return _start + (long)Math.Round(index / framesPerSecond * time.TimestampFrequency);
    }

    /// <summary>Waits until frame <paramref name="index"/> is due; never less.</summary>
    /// <returns>The due timestamp.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    internal async ValueTask<long> WaitAsync(long index, CancellationToken cancellationToken)
    {
        long due = DueAt(index);
        for (long now = time.GetTimestamp(); now < due; now = time.GetTimestamp())
        {
            // Timers count in whole ms: rounded up, so that a frame is at most late, and never early.
            double ms = Math.Ceiling(time.GetElapsedTime(now, due).TotalMilliseconds);
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Max(1, ms)), time, cancellationToken);
        }

        return due;
    }
}
