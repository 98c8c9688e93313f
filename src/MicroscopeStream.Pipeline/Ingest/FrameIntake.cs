using System.Threading.Channels;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Pipeline.Ingest;

/// <summary>
/// Takes frames over from whoever receives them: checks number and size, counts, and queues. Lossless: the pool's size
/// bounds the queue, so that waiting for a buffer is the only wait. Live: the oldest waiting frames give way.
/// </summary>
/// <remarks>Thread-safe, made for one sender at a time.</remarks>
internal sealed class FrameIntake
{
    private readonly Lock _lock = new();
    private readonly SessionContext _context;
    private readonly FramePool _pool;
    private readonly Channel<IngestedFrame> _waiting;
    private readonly SequenceGate _gate = new();
    private readonly int _frameBytes;
    private readonly int _liveLimit;
    private readonly int _dropRun;
    private bool _closed;

    public FrameIntake(SessionContext context, FramePool pool, int windowFrames, double expectedMsPerFrame)
    {
        _context = context;
        _pool = pool;
        _frameBytes = context.Specification.Acquisition.FrameBytes;
        _liveLimit = LiveLimit(context.Specification.Acquisition.FrameRate, expectedMsPerFrame, pool.Capacity);

        // Dropping every other frame would leave every window with a missing neighbour; dropping a run leaves most whole.
        _dropRun = Math.Max(1, Math.Min(windowFrames, _liveLimit / 2));

        // Live senders read from the far end to drop, so there are two readers; the channel holds every buffer there is.
        _waiting = Channel.CreateBounded<IngestedFrame>(
            new BoundedChannelOptions(pool.Capacity) { SingleReader = context.Specification.Policy == FramePolicy.Lossless, SingleWriter = true },
            itemDropped: Overtaken);
    }

    public ChannelReader<IngestedFrame> Waiting => _waiting.Reader;

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
            DropOldest();
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

            while (Live && _waiting.Reader.Count >= _liveLimit)
            {
                DropOldest();
            }

            _waiting.Writer.TryWrite(new IngestedFrame(lease, _context.Time.GetTimestamp()));
            return Result(accepted: true, null);
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
            _waiting.Writer.TryComplete();
        }
    }

    /// <summary>After the last stage has ended: takes no more, and accounts for what a stage with a fault left behind.</summary>
    public void Abandon()
    {
        Close();
        while (_waiting.Reader.TryRead(out IngestedFrame frame))
        {
            frame.Lease.Dispose();
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

    private void DropOldest()
    {
        for (int i = 0; i < _dropRun && _waiting.Reader.TryRead(out IngestedFrame oldest); i++)
        {
            Overtaken(oldest);
        }
    }

    private void Overtaken(IngestedFrame frame)
    {
        long sequence = frame.Lease.Frame.Header.Sequence;
        frame.Lease.Dispose();
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

    /// <summary>
    /// A live session holds as many waiting frames as it works off in 0.1 s: enough for a hiccup, too few to be stale. That
    /// follows the slower of camera and method.
    /// </summary>
    private static int LiveLimit(double frameRate, double msPerFrame, int slots)
    {
        double camera = frameRate > 0 ? frameRate : double.PositiveInfinity;
        double method = msPerFrame > 0 ? 1000 / msPerFrame : double.PositiveInfinity;
        int most = Math.Max(1, slots - 2);
        return (int)Math.Clamp(Math.Ceiling(0.1 * Math.Min(camera, method)), Math.Min(4, most), most);
    }
}
