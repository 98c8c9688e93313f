namespace MicroscopeStream.Pipeline.Publishing;

/// <summary>
/// The waiting updates of one subscription: a ring for results and messages, and one latest-wins place per kind of preview.
/// Every entry has an ordinal, so that they are read in the order of publishing; a preview that replaces another takes its
/// place in that order and cannot starve.
/// </summary>
/// <remarks>Thread-safe by one lock, held for a copy of an entry.</remarks>
internal sealed class UpdateQueue
{
    /// <summary>Room for messages (notices, gaps, drops, progress) on top of that for results: they never wait.</summary>
    private const int MessageRoom = 256;

    /// <summary>The last message, the summary, has a place of its own.</summary>
    private const int SummaryRoom = 1;

    /// <summary>Localizations that wait, whatever the number of batches: half a million take 65 MB.</summary>
    private const int MostRows = 1 << 19;

    private readonly Lock _lock = new();
    private readonly SubscriptionOptions _options;
    private readonly bool _everything;
    private readonly TimeProvider _time;
    private readonly WaitingUpdate[] _ring;
    private readonly WaitingUpdate[] _previews = new WaitingUpdate[PreviewKinds.Count];
    private readonly long[] _lastPreview = new long[PreviewKinds.Count];
    private SessionUpdate? _returned;
    private int _head;
    private int _count;
    private int _results;
    private int _rows;
    private int _previewCount;
    private long _ordinal;
    private long _missed;
    private long _missedResults;
    private bool _neverWait;
    private bool _completed;

    public UpdateQueue(SubscriptionOptions options, bool everything, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.QueueLength, 1);
        _options = options;
        _everything = everything;
        _time = time;
        _ring = new WaitingUpdate[options.QueueLength + MessageRoom + SummaryRoom];
    }

    public long Missed => Interlocked.Read(ref _missed);

    public long MissedResults => Interlocked.Read(ref _missedResults);

    public bool IsCompleted
    {
        get
        {
            lock (_lock)
            {
                return _completed;
            }
        }
    }

    public bool IsEmpty
    {
        get
        {
            lock (_lock)
            {
                return _returned is null && _count + _previewCount == 0;
            }
        }
    }

    /// <summary>Whether the next update is a batch that begins where <paramref name="last"/> ends.</summary>
    public bool NextBatchFollows(long last)
    {
        lock (_lock)
        {
            return HeadIsBatchAfter(last);
        }
    }

    /// <summary>Puts an update in. False only where it must not be missed and there is no room.</summary>
    public bool TryPut(in SessionUpdate update, bool mayMiss)
    {
        lock (_lock)
        {
            if (update.Body is PreviewPlane plane)
            {
                PutPreview(update, (int)plane.Kind);
                return true;
            }

            bool result = update.Body is LocalizationBatch;
            if ((result || update.Body is VideoPicture) && !_everything && !_options.Localizations)
            {
                return true;
            }

            int rows = update.Body is LocalizationBatch batch ? batch.Count : 0;
            bool full = result
                ? _results >= _options.QueueLength || (_results > 0 && _rows + rows > MostRows)
                : update.Body is not Accounting.SessionSummary && _count - _results >= MessageRoom && !(_everything && JoinMessages());
            if (_completed || (full && (mayMiss || _neverWait)))
            {
                _missed++;
                _missedResults += result ? 1 : 0;
                return true;
            }

            if (full)
            {
                return false;
            }

            update.Body.Retain();
            _ring[(_head + _count++) % _ring.Length] = new WaitingUpdate(update, ++_ordinal);
            _results += result ? 1 : 0;
            _rows += rows;
            return true;
        }
    }

    /// <summary>Puts the update that was taken last in front again: it did not reach its reader.</summary>
    public void PutBack(in SessionUpdate update)
    {
        lock (_lock)
        {
            _returned = update;
        }
    }

    /// <summary>Takes the update that was put back, if there is one.</summary>
    public bool TryTakeReturned(out SessionUpdate update)
    {
        lock (_lock)
        {
            update = _returned.GetValueOrDefault();
            bool any = _returned is not null;
            _returned = null;
            return any;
        }
    }

    public bool TryTake(out SessionUpdate update)
    {
        lock (_lock)
        {
            int kind = OldestPreview();
            if (kind >= 0 && (_count == 0 || _previews[kind].Ordinal < _ring[_head].Ordinal))
            {
                update = _previews[kind].Update;
                _previews[kind] = default;
                _previewCount--;
                return true;
            }

            if (_count == 0)
            {
                update = default;
                return false;
            }

            update = TakeHead();
            return true;
        }
    }

    /// <summary>Takes the next update if it is a batch of localizations that begins where <paramref name="last"/> ends.</summary>
    public bool TryTakeBatchAfter(long last, out SessionUpdate update)
    {
        lock (_lock)
        {
            if (!HeadIsBatchAfter(last))
            {
                update = default;
                return false;
            }

            update = TakeHead();
            return true;
        }
    }

    /// <summary>From now on, what does not fit is missed.</summary>
    public void NeverWait()
    {
        lock (_lock)
        {
            _neverWait = true;
        }
    }

    /// <summary>Throws away what waits, counting it as missed.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            if (_returned is { } returned)
            {
                Miss(returned);
                _returned = null;
            }

            while (_count > 0)
            {
                Miss(TakeHead());
            }

            for (int kind = 0; kind < PreviewKinds.Count; kind++)
            {
                if (_previews[kind].IsSome)
                {
                    _previews[kind].Update.Release();
                    _previews[kind] = default;
                }
            }

            _previewCount = 0;
        }
    }

    public void Complete()
    {
        lock (_lock)
        {
            _completed = true;
        }
    }

    private void Miss(in SessionUpdate update)
    {
        _missed++;
        _missedResults += update.Body is LocalizationBatch ? 1 : 0;
        update.Release();
    }

    /// <summary>
    /// Makes room without losing a count: messages that say the same kind of thing become one, at the place of the newest.
    /// Notices last, since their sentences differ; the summary has every warning.
    /// </summary>
    private bool JoinMessages()
    {
        JoinMessages(notices: false);
        if (_count - _results > MessageRoom / 2)
        {
            JoinMessages(notices: true);
        }

        return _count - _results < MessageRoom;
    }

    private void JoinMessages(bool notices)
    {
        var waiting = new WaitingUpdate[_count];
        for (int i = 0; i < _count; i++)
        {
            waiting[i] = _ring[(_head + i) % _ring.Length];
        }

        List<WaitingUpdate> kept = WaitingUpdate.JoinMessages(waiting, notices);
        Array.Clear(_ring);
        kept.CopyTo(_ring);
        (_head, _count) = (0, kept.Count);
    }

    private void PutPreview(in SessionUpdate update, int kind)
    {
        if (_completed || _options.PreviewRate < 0 || (kind == (int)PreviewKind.Times && !_options.Times))
        {
            return;
        }

        // The last picture comes, however soon after the one before.
        if (_options.PreviewRate > 0 && _lastPreview[kind] != 0 && !((PreviewPlane)update.Body).IsLast
            && _time.GetElapsedTime(_lastPreview[kind], update.PublishedTimestamp).TotalSeconds < 0.9 / _options.PreviewRate)
        {
            return;
        }

        _lastPreview[kind] = update.PublishedTimestamp;
        update.Body.Retain();
        ref WaitingUpdate place = ref _previews[kind];
        if (place.IsSome)
        {
            place.Update.Release();
            _missed++;
            place = new WaitingUpdate(update, place.Ordinal);
        }
        else
        {
            place = new WaitingUpdate(update, ++_ordinal);
            _previewCount++;
        }
    }

    private bool HeadIsBatchAfter(long last)
    {
        if (_count == 0 || _ring[_head].Update is not { Body: LocalizationBatch } next || next.Range.First != last + 1)
        {
            return false;
        }

        int kind = OldestPreview();
        return kind < 0 || _previews[kind].Ordinal > _ring[_head].Ordinal;
    }

    private int OldestPreview()
    {
        int oldest = -1;
        for (int kind = 0; kind < PreviewKinds.Count && _previewCount > 0; kind++)
        {
            if (_previews[kind].IsSome && (oldest < 0 || _previews[kind].Ordinal < _previews[oldest].Ordinal))
            {
                oldest = kind;
            }
        }

        return oldest;
    }

    private SessionUpdate TakeHead()
    {
        SessionUpdate update = _ring[_head].Update;
        _ring[_head] = default;
        _head = (_head + 1) % _ring.Length;
        _count--;
        if (update.Body is LocalizationBatch batch)
        {
            _results--;
            _rows -= batch.Count;
        }

        return update;
    }
}
