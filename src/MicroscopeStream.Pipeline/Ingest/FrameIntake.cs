using MicroscopeStream.Core.Frames;
using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Pipeline.Ingest;

/// <summary>
/// Takes frames over from whoever receives them: checks number and size, counts, and queues. Lossless: the pool's size
/// bounds the queue, so that waiting for a buffer is the only wait. Live: the oldest waiting frames give way, and who takes
/// frames gets a current run of them: once the oldest is stale, all but the newest window's are given up.
/// </summary>
/// <remarks>Thread-safe, made for one sender at a time.</remarks>
internal sealed class FrameIntake
{
    private readonly Lock _lock = new();
    private readonly SessionContext _context;
    private readonly FramePool _pool;
    private readonly WaitingFrames _waiting;
    private readonly SequenceGate _gate = new();
    private readonly int _frameBytes;
    private readonly int _windowFrames;
    private readonly int _pastFrames;
    private readonly Assembly.FrameGrouping? _group;
    private bool _seeksGroup;
    private int _run;
    private int _promised;
    private long _firstTarget;
    private bool _overtaken;
    private bool _closed;

    /// <summary>Takes frames for windows of <paramref name="windowFrames"/>, of which <paramref name="lookAheadFrames"/> come after the target.</summary>
    public FrameIntake(SessionContext context, FramePool pool, int windowFrames, int lookAheadFrames, Assembly.FrameGrouping? group = null)
    {
        _context = context;
        _pool = pool;
        _frameBytes = context.Specification.Acquisition.FrameBytes;
        _windowFrames = windowFrames;
        _group = group;
        _pastFrames = windowFrames - 1 - lookAheadFrames;
        _waiting = new WaitingFrames(pool.Capacity);
    }

    public long NextSequence
    {
        get
        {
            lock (_lock)
            {
                return _gate.Next;
            }
        }
    }

    /// <summary>Frames that may be sent now. A live sender is never held back: what has no buffer is dropped and counted.</summary>
    public int Credits => Live ? _pool.Capacity : Math.Max(0, _pool.Capacity - _pool.Outstanding);

    public long FirstReceivedTimestamp { get; private set; }

    private bool Live => _context.Specification.Policy == FramePolicy.Live;

    /// <summary>Waits (lossless) or makes room (live) for the next frame's buffer. False: there is none, and will not be.</summary>
    public ValueTask<bool> WaitForBufferAsync(CancellationToken cancellationToken)
    {
        if (!Live)
        {
            return _pool.WaitForFreeAsync(cancellationToken);
        }

        // Frames on their way through calibration come back by themselves; those that only wait can be given up.
        if (_pool.Outstanding >= _pool.Capacity)
        {
            lock (_lock)
            {
                DropOldest();
            }
        }

        return ValueTask.FromResult(_pool.Outstanding < _pool.Capacity);
    }

    public IngestResult Offer(FrameLease lease)
    {
        Frame frame = lease.Frame;
        FrameHeader header = frame.Header;
        if (header.ReceivedTimestamp == 0)
        {
            header = header with { ReceivedTimestamp = _context.Time.GetTimestamp() };
            frame.Header = header;
        }

        lock (_lock)
        {
            DropCause? fault = Check(header, frame.LengthBytes);
            if (fault is not null)
            {
                lease.Dispose();
                return Dropped(fault.Value, header.Sequence);
            }

            _context.Pace?.Came(header.Sequence);
            _waiting.Add(new IngestedFrame(lease, _context.Time.GetTimestamp()));
            return Result(accepted: true, null);
        }
    }

    /// <summary>Waits for a frame to take; false when none will come. For one taker.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _waiting.WaitAsync(cancellationToken);

    /// <summary>Takes the next frame to work on; false when none waits.</summary>
    public bool TryTake(out IngestedFrame frame)
    {
        lock (_lock)
        {
            StayCurrent();
            if (!_waiting.TryTake(out frame))
            {
                return false;
            }

            _promised = Math.Max(0, _promised - 1);
            frame = frame with { Run = _run, ContextOnly = frame.Lease.Frame.Header.Sequence < _firstTarget };
            if (frame.ContextOnly)
            {
                CountStale(frame);
            }

            return true;
        }
    }

    public IngestResult Refuse(in FrameHeader header, int bytes, DropCause cause, string why)
    {
        lock (_lock)
        {
            DropCause? fault = Check(header, _frameBytes, bytes);
            if (fault is null && cause == DropCause.Invalid && _context.Notices.Begins(NoticeCodes.FrameSize))
            {
                _context.Notices.Tell(
                    new Notice(Severity.Warning, NoticeCodes.FrameSize, $"Frame {header.Sequence} was refused: {why}"), SequenceRange.Of(header.Sequence));
            }

            return Dropped(fault ?? cause, header.Sequence);
        }
    }

    /// <summary>No more frames; those waiting are worked off.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            _waiting.Complete();
        }
    }

    /// <summary>After the last stage has ended: takes no more, and accounts for what a stage with a fault left behind.</summary>
    public void Abandon()
    {
        Close();
        lock (_lock)
        {
            while (_waiting.TryTake(out IngestedFrame frame))
            {
                frame.Lease.Dispose();
            }
        }

        _context.Frames.CountLost(new SequenceRange(0, NextSequence - 1));
    }

    private DropCause? Check(in FrameHeader header, int lengthBytes) => Check(header, lengthBytes, lengthBytes);

    private DropCause? Check(in FrameHeader header, int lengthBytes, int receivedBytes)
    {
        if (FirstReceivedTimestamp == 0)
        {
            FirstReceivedTimestamp = _context.Time.GetTimestamp();
        }

        _context.Frames.CountReceived(receivedBytes);
        if (_closed)
        {
            return DropCause.Aborted;
        }

        if (!_gate.TryPass(header.Sequence, out long missing))
        {
            if (_context.Notices.Begins(NoticeCodes.OutOfOrder))
            {
                _context.Notices.Tell(
                    new Notice(
                        Severity.Warning, NoticeCodes.OutOfOrder,
                        $"Frame {header.Sequence} came where {_gate.Next} was expected; repeated and backward numbers are refused. Number frames from 0, rising by 1."),
                    SequenceRange.Of(header.Sequence));
            }

            return DropCause.OutOfOrder;
        }

        if (missing > 0)
        {
            _context.Frames.CountGap(missing);
            _context.Hub.Publish(new Gap(header.Sequence - missing, missing), SequenceRange.Of(header.Sequence));
        }

        if (lengthBytes == _frameBytes)
        {
            return null;
        }

        if (_context.Notices.Begins(NoticeCodes.FrameSize))
        {
            AcquisitionSpecification agreed = _context.Specification.Acquisition;
            _context.Notices.Tell(
                new Notice(
                    Severity.Warning, NoticeCodes.FrameSize,
                    $"Frame {header.Sequence} holds {lengthBytes} bytes; {agreed.Width} × {agreed.Height} px of {agreed.PixelType} are {_frameBytes}. "
                    + "It was refused; send the agreed size or open a new session."),
                SequenceRange.Of(header.Sequence));
        }

        return DropCause.Invalid;
    }

    /// <summary>
    /// Begins a new run where frames are missing or have become too old: with the newest window's frames, those before its
    /// target being taken along as neighbours only, so that every target has them.
    /// </summary>
    private void StayCurrent()
    {
        SeekGroup();
        if (_context.Pace is not { } pace || _waiting.Count == 0)
        {
            return;
        }

        bool stale = _waiting.Count > _windowFrames && pace.IsStale(_waiting.Oldest.Lease.Frame.Header.ReceivedTimestamp);
        bool broken = _overtaken && _promised == 0;
        if (!stale && !broken && _run > pace.GivenUpThrough)
        {
            return;
        }

        if (_group is not null)
        {
            BeginWithGroup();
            return;
        }

        GiveUp(_waiting.Count - _windowFrames);
        _overtaken = false;
        _run++;
        _promised = _waiting.Count;
        _firstTarget = _waiting.Oldest.Lease.Frame.Header.Sequence + (_closed ? Math.Min(_pastFrames, _waiting.Count - 1) : _pastFrames);
    }

    /// <summary>Begins a new run with the newest whole group that waits, or else where the next one begins.</summary>
    private void BeginWithGroup()
    {
        int begin = -1;
        for (int i = 0; i < _waiting.Count; i++)
        {
            bool whole = i + _windowFrames <= _waiting.Count;
            if (_group!.PlaceOf(_waiting[i].Lease.Frame.Header) == 0 && (whole || begin < 0))
            {
                begin = i;
            }
        }

        (_overtaken, _seeksGroup) = (false, begin < 0);
        _run++;
        GiveUp(begin < 0 ? _waiting.Count : begin);
        _promised = begin < 0 ? 0 : _windowFrames;
    }

    private void SeekGroup()
    {
        while (_seeksGroup && _waiting.Count > 0)
        {
            if (_group!.PlaceOf(_waiting.Oldest.Lease.Frame.Header) == 0)
            {
                (_seeksGroup, _promised) = (false, _windowFrames);
                return;
            }

            GiveUp(1);
        }
    }

    private void GiveUp(int frames)
    {
        while (frames-- > 0 && _waiting.TryTake(out IngestedFrame old))
        {
            CountStale(old);
            old.Lease.Dispose();
        }
    }

    /// <summary>Gives up the frame that has waited longest, those apart that were promised to a window that has begun.</summary>
    private void DropOldest()
    {
        if (_waiting.TryRemove(_promised, out IngestedFrame oldest))
        {
            _overtaken = true;
            CountStale(oldest);
            oldest.Lease.Dispose();
        }
    }

    private void CountStale(in IngestedFrame frame)
    {
        long sequence = frame.Lease.Frame.Header.Sequence;
        _context.Frames.CountDropped(DropCause.Stale, sequence);
        TellBehind(sequence);
    }

    private IngestResult Dropped(DropCause cause, long sequence)
    {
        _context.Frames.CountDropped(cause, sequence);
        if (cause == DropCause.BuffersFull)
        {
            TellBehind(_gate.Next - 1);
        }

        return Result(accepted: false, cause);
    }

    private void TellBehind(long sequence)
    {
        if (_context.Notices.Begins(NoticeCodes.Behind))
        {
            _context.Notices.Tell(
                new Notice(
                    Severity.Warning, NoticeCodes.Behind,
                    $"From frame {sequence} on, frames come faster than they can be worked on; the oldest waiting ones are dropped. "
                    + "Lower the frame rate or the field of view, or use the lossless policy."),
                SequenceRange.Of(sequence));
        }
    }

    private IngestResult Result(bool accepted, DropCause? cause) =>
        new(accepted, cause, _gate.Next - 1, _context.Frames.Received, Credits);
}
