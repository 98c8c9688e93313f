namespace MicroscopeStream.Core.Scheduling;

/// <summary>
/// Keeps long work in the background at a share of one core, evenly: it rests after every few milliseconds instead of taking a core
/// for seconds and then none, so that whoever shares the cores (a network at 30 frames per second) never waits long.
/// </summary>
/// <remarks>
/// One thread works, a thread of its own: resting blocks it, and the pool has few. Any thread may <see cref="Hurry"/>.
/// </remarks>
public sealed class WorkPace
{
    // Long against the cost of falling asleep, short against the interval between camera frames.
    private static readonly TimeSpan Stint = TimeSpan.FromMilliseconds(4);

    private readonly TimeProvider _time;
    private readonly double _rest;
    private readonly object _resting = new();
    private bool _hurry;
    private long _since;

    /// <summary>Makes a pace.</summary>
    /// <param name="share">Share of one core, 0.01…1; 1: without rests.</param>
    /// <param name="time">Measures the work; null for the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is outside its range.</exception>
    public WorkPace(double share, TimeProvider? time = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(share, 0.01);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        _time = time ?? TimeProvider.System;
        _rest = (1 / share) - 1;
    }

    /// <summary>Begins a piece of work: what passed before does not count.</summary>
    public void Begin() => _since = _time.GetTimestamp();

    /// <summary>Rests when it is time to. Call it often: between pieces of at most a few milliseconds.</summary>
    public void Breathe()
    {
        TimeSpan worked = _time.GetElapsedTime(_since);
        if (_rest == 0 || worked < Stint)
        {
            return;
        }

        lock (_resting)
        {
            if (!_hurry)
            {
                Monitor.Wait(_resting, worked * _rest);
            }
        }

        Begin();
    }

    /// <summary>No rests from now on: somebody waits for the result. Wakes one that rests.</summary>
    public void Hurry()
    {
        lock (_resting)
        {
            _hurry = true;
            Monitor.PulseAll(_resting);
        }
    }
}
