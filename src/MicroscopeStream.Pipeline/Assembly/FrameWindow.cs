using MicroscopeStream.Core.Frames;
using MicroscopeStream.Pipeline.Calibration;

namespace MicroscopeStream.Pipeline.Assembly;

/// <summary>
/// Slides a window over frames that come in the order of their sequence numbers, with gaps. Every frame becomes a target
/// exactly once, as soon as its last neighbour has come or can no longer come; every frame is returned exactly once, with
/// the last window that holds it.
/// </summary>
/// <remarks>Not thread-safe. Holds at most a window's frames, plus one.</remarks>
internal sealed class FrameWindow : IFrameGathering
{
    private readonly int _past;
    private readonly int _lookAhead;
    private readonly PhotonFrame[] _held;
    private int _count;
    private int _target;

    public FrameWindow(int windowFrames, int lookAheadFrames)
    {
        _past = windowFrames - 1 - lookAheadFrames;
        _lookAhead = lookAheadFrames;
        _held = new PhotonFrame[windowFrames + 1];
    }

    /// <summary>Frames that have not been a target yet.</summary>
    public int Pending => _count - _target;

    /// <summary>Frames held, as target or neighbour.</summary>
    public int Held => _count;

    /// <summary>Number of a frame that has not been a target yet, 0 being the oldest of them.</summary>
    public long PendingSequence(int index) => Sequence(_target + index);

    /// <summary>Never: a window does without the neighbours that are missing.</summary>
    public bool IsBrokenBy(in PhotonFrame next) => false;

    /// <summary>Never, for the same reason.</summary>
    public bool IsHopeless(bool nothingMore) => false;

    /// <summary>Adds the newest frame; take every ready window before the next. Frames that are no targets come first.</summary>
    public void Push(in PhotonFrame frame)
    {
        _held[_count++] = frame;
        if (frame.ContextOnly)
        {
            _target = _count;
        }
    }

    /// <summary>Whether a window is complete, or as complete as it will be.</summary>
    public bool IsReady(bool nothingMore) => Pending > 0 && (nothingMore || Sequence(_count - 1) - Sequence(_target) >= _lookAhead);

    /// <summary>Fills in the window that is ready.</summary>
    public void Take(AssembledWindow window, bool nothingMore)
    {
        long target = Sequence(_target);
        window.Target = _held[_target];
        window.Header = _held[_target].Lease.Frame.Header;
        for (int i = 0; i < _count; i++)
        {
            long offset = Sequence(i) - target;
            if (offset >= -_past && offset <= _lookAhead)
            {
                window.Input.Set((int)offset, _held[i].Lease);
            }
        }

        _target++;
        ReturnWhatNobodyNeeds(window.Returned, nothingMore);
    }

    /// <summary>Gives up everything held.</summary>
    public void Drain(List<FrameLease> leases)
    {
        for (int i = 0; i < _count; i++)
        {
            leases.Add(_held[i].Lease);
        }

        _count = _target = 0;
    }

    private void ReturnWhatNobodyNeeds(List<FrameLease> returned, bool nothingMore)
    {
        // Without a pending target the next one is at least one beyond the newest frame.
        long nextTarget = Pending > 0 ? Sequence(_target) : nothingMore ? long.MaxValue : Sequence(_count - 1) + 1;
        int gone = 0;
        while (gone < _target && Sequence(gone) < nextTarget - _past)
        {
            returned.Add(_held[gone++].Lease);
        }

        Array.Copy(_held, gone, _held, 0, _count - gone);
        _count -= gone;
        _target -= gone;
    }

    private long Sequence(int index) => _held[index].Lease.Frame.Header.Sequence;
}
