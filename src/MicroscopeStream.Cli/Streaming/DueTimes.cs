namespace MicroscopeStream.Cli.Streaming;

/// <summary>When the frames that have no result yet were due. Thread-safe: one sender adds, one receiver takes.</summary>
internal sealed class DueTimes
{
    private readonly Queue<(long Sequence, long Due)> _waiting = new();
    private readonly Lock _lock = new();

    /// <summary>A frame is about to be sent.</summary>
    /// <param name="sequence">Its sequence number, rising.</param>
    /// <param name="due">Timestamp of the moment it was due.</param>
    internal void Add(long sequence, long due)
    {
        lock (_lock)
        {
            _waiting.Enqueue((sequence, due));
        }
    }

    /// <summary>
    /// Takes the next frame covered by a result. Earlier frames that had none (dropped) are forgotten on the way.
    /// </summary>
    /// <returns>Whether there was one: call again until there is none.</returns>
    internal bool TryTake(long first, long last, out long due)
    {
        lock (_lock)
        {
            while (_waiting.TryPeek(out (long Sequence, long Due) oldest) && oldest.Sequence <= last)
            {
                _waiting.Dequeue();
                if (oldest.Sequence >= first)
                {
                    due = oldest.Due;
                    return true;
                }
            }
        }

        due = 0;
        return false;
    }
}
