using MicroscopeStream.Pipeline.Publishing;

namespace MicroscopeStream.Pipeline.Accounting;

/// <summary>Counts what became of every frame of a session.</summary>
/// <remarks>Thread-safe: one lock, so that every snapshot adds up.</remarks>
internal sealed class FrameAccount(PipelineInstruments instruments)
{
    private const int Causes = (int)DropCause.Aborted + 1;

    private readonly Lock _lock = new();
    private readonly long[] _dropped = new long[Causes];
    private readonly long[] _unreported = new long[Causes];
    private readonly SequenceRange[] _unreportedRanges = [.. Enumerable.Repeat(SequenceRange.None, Causes)];
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

        instruments.Received(bytes);
    }

    /// <summary>Counts the frames of one result.</summary>
    public void CountProcessed(int localizations, int frames = 1)
    {
        lock (_lock)
        {
            _processed += frames;
            _localizations += localizations;
        }

        instruments.Processed(localizations, frames);
    }

    public void CountDropped(DropCause cause, long sequence) => CountDropped(cause, 1, SequenceRange.Of(sequence));

    /// <summary>Counts several frames that are within a range.</summary>
    public void CountDropped(DropCause cause, long count, SequenceRange range)
    {
        lock (_lock)
        {
            _dropped[(int)cause] += count;
            _unreported[(int)cause] += count;
            _unreportedRanges[(int)cause] = _unreportedRanges[(int)cause].Union(range);
            _droppedAll += count;
        }

        instruments.Dropped(cause, count);
    }

    /// <summary>Counts every frame that is still in flight as aborted: nothing works on it any more.</summary>
    /// <param name="within">Frames among which they are.</param>
    public void CountLost(SequenceRange within)
    {
        lock (_lock)
        {
            if (_received - _processed - _droppedAll is > 0 and { } lost)
            {
                CountDropped(DropCause.Aborted, lost, within);
            }
        }
    }

    public void CountGap(long missing)
    {
        lock (_lock)
        {
            _gaps++;
            _missing += missing;
        }

        instruments.Missing(missing);
    }

    /// <summary>
    /// Takes the drops that were not reported yet, one entry per cause, with the first and the last frame dropped for it; null
    /// when there are none.
    /// </summary>
    public List<(Drop Drop, SequenceRange Range)>? TakeUnreported()
    {
        lock (_lock)
        {
            List<(Drop Drop, SequenceRange Range)>? drops = null;
            for (int cause = 0; cause < Causes; cause++)
            {
                if (_unreported[cause] > 0)
                {
                    (drops ??= []).Add((new Drop((DropCause)cause, _unreported[cause], _dropped[cause]), _unreportedRanges[cause]));
                    (_unreported[cause], _unreportedRanges[cause]) = (0, SequenceRange.None);
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
