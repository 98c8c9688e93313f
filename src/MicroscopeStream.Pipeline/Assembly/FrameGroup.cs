using MicroscopeStream.Core.Frames;
using MicroscopeStream.Pipeline.Calibration;

namespace MicroscopeStream.Pipeline.Assembly;

/// <summary>Gathers frames into groups. An input covers the frames that are new in it: a whole group, or one frame when rolling.</summary>
/// <remarks>Not thread-safe. Holds at most a group's frames.</remarks>
internal sealed class FrameGroup(FrameGrouping grouping) : IFrameGathering
{
    private readonly PhotonFrame[] _held = new PhotonFrame[grouping.Frames];
    private readonly bool[] _filled = new bool[grouping.Frames];
    private int _count;
    private long _last = -1;
    private bool _rolls;

    public int Pending => _count;

    public int Held => _count;

    public long PendingSequence(int index) => _held[index].Lease.Frame.Header.Sequence;

    public bool IsBrokenBy(in PhotonFrame next)
    {
        FrameHeader header = next.Lease.Frame.Header;
        if (_last >= 0 && header.Sequence != _last + 1)
        {
            _rolls = false;
            return _count > 0;
        }

        return _count > 0 && _filled[grouping.PlaceOf(header)];
    }

    public void Push(in PhotonFrame frame)
    {
        FrameHeader header = frame.Lease.Frame.Header;
        _held[_count++] = frame;
        _filled[grouping.PlaceOf(header)] = true;
        _last = header.Sequence;
    }

    public bool IsHopeless(bool nothingMore)
    {
        if (_count == 0 || IsReady(nothingMore))
        {
            return false;
        }

        // Numbers tell where groups begin: the rest of one whose beginning is missing can be no whole group. Tags may come in any order.
        FrameHeader first = _held[0].Lease.Frame.Header;
        return nothingMore || (!grouping.Rolling && !grouping.IsTagged(first) && grouping.PlaceOf(first) != 0);
    }

    public bool IsReady(bool nothingMore) => _rolls ? _count > 0 : _count == grouping.Frames;

    public void Take(AssembledWindow window, bool nothingMore)
    {
        window.Target = _held[_count - 1];
        window.Header = window.Target.Lease.Frame.Header;
        window.Input.NewFrames = _count;
        window.FirstConvertedTimestamp = _held[0].ConvertedTimestamp;
        for (int i = 0; i < _count; i++)
        {
            window.Input.Set(i - _count + 1, _held[i].Lease);
            window.Returned.Add(_held[i].Lease);
        }

        _rolls = grouping.Rolling;
        Clear();
    }

    public void Drain(List<FrameLease> leases)
    {
        for (int i = 0; i < _count; i++)
        {
            leases.Add(_held[i].Lease);
        }

        _rolls = false;
        Clear();
    }

    private void Clear()
    {
        Array.Clear(_held, 0, _count);
        Array.Clear(_filled);
        _count = 0;
    }
}
