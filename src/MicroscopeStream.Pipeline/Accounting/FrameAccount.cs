namespace MicroscopeStream.Pipeline.Accounting;

/// <summary>Counts what became of every frame of a session.</summary>
/// <remarks>Thread-safe: one lock, so that every snapshot adds up.</remarks>
internal sealed class FrameAccount
{
    private const int Causes = (int)DropCause.Aborted + 1;

    private readonly Lock _lock = new();
    private readonly long[] _dropped = new long[Causes];
    private readonly long[] _unreported = new long[Causes];
    private long _received;
    private long _receivedBytes;
    private long _processed;
    private long _droppedAll;
    private long _gaps;
    private long _missing;
    private long _localizations;

    public long Received
    {
        get
        {
            lock (_lock)
            {
                return _received;
            }
        }
    }

    public long Localizations
    {
        get
        {
            lock (_lock)
            {
                return _localizations;
            }
        }
    }

    public long ReceivedBytes
    {
        get
        {
            lock (_lock)
            {
                return _receivedBytes;
            }
        }
    }

    public void CountReceived(int bytes)
    {
        lock (_lock)
        {
            _received++;
            _receivedBytes += bytes;
        }
    }

    public void CountProcessed(int localizations)
    {
        lock (_lock)
        {
            _processed++;
            _localizations += localizations;
        }
    }

    public void CountDropped(DropCause cause)
    {
        lock (_lock)
        {
            _dropped[(int)cause]++;
            _unreported[(int)cause]++;
            _droppedAll++;
        }
    }

    /// <summary>Counts every frame that is still in flight as aborted: nothing works on it any more.</summary>
    public void CountLost()
    {
        lock (_lock)
        {
            long lost = _received - _processed - _droppedAll;
            _dropped[(int)DropCause.Aborted] += lost;
            _unreported[(int)DropCause.Aborted] += lost;
            _droppedAll += lost;
        }
    }

    public void CountGap(long missing)
    {
        lock (_lock)
        {
            _gaps++;
            _missing += missing;
        }
    }

    /// <summary>Takes the drops that were not reported yet, one entry per cause; null when there are none.</summary>
    public List<(DropCause Cause, long Count, long Total)>? TakeUnreported()
    {
        lock (_lock)
        {
            List<(DropCause Cause, long Count, long Total)>? drops = null;
            for (int cause = 0; cause < Causes; cause++)
            {
                if (_unreported[cause] > 0)
                {
                    (drops ??= []).Add(((DropCause)cause, _unreported[cause], _dropped[cause]));
                    _unreported[cause] = 0;
                }
            }

            return drops;
        }
    }

    public FrameCounts Read()
    {
        lock (_lock)
        {
            var causes = new List<DropCount>();
            for (int cause = 0; cause < Causes; cause++)
            {
                if (_dropped[cause] > 0)
                {
                    causes.Add(new DropCount((DropCause)cause, _dropped[cause]));
                }
            }

            return new FrameCounts
            {
                Received = _received,
                Processed = _processed,
                Dropped = _droppedAll,
                DroppedByCause = causes,
                Gaps = _gaps,
                Missing = _missing,
            };
        }
    }
}
