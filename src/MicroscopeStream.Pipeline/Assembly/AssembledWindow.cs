using MicroscopeStream.Core.Frames;
using MicroscopeStream.Pipeline.Calibration;
using MicroscopeStream.Pipeline.Publishing;

namespace MicroscopeStream.Pipeline.Assembly;

/// <summary>An input on its way to the method and on to publishing, with what goes back to the pool after it. Pooled.</summary>
internal sealed class AssembledWindow
{
    public AssembledWindow(int windowFrames, int lookAheadFrames, PixelGrid grid)
    {
        Input = new AssembledInput(windowFrames, lookAheadFrames, grid);
        Returned = new List<FrameLease>(windowFrames + 1);
    }

    public AssembledInput Input { get; }

    /// <summary>The target frame with its times.</summary>
    public PhotonFrame Target { get; set; }

    /// <summary>Header of the target frame; stays readable after its lease was returned.</summary>
    public FrameHeader Header { get; set; }

    /// <summary>The frames whose result this is.</summary>
    public SequenceRange Range => new(Header.Sequence - Input.NewFrames + 1, Header.Sequence);

    /// <summary>Frames that no later window needs: returned to the pool after this one.</summary>
    public List<FrameLease> Returned { get; }

    /// <summary>Whether this is no window, but only takes back frames whose targets were given up.</summary>
    public bool OnlyReturns { get; set; }

    /// <summary>When the last of its frames had come: since then it could be worked on.</summary>
    public long CompletedTimestamp { get; set; }

    /// <summary>When the first of its new frames had been converted; 0: that is the target.</summary>
    public long FirstConvertedTimestamp { get; set; }

    public long WindowWaitNs { get; set; }

    public long AssembleNs { get; set; }

    /// <summary>The service's clock when it was assembled.</summary>
    public long AssembledTimestamp { get; set; }

    public void Clear()
    {
        Input.Clear();
        Returned.Clear();
        Target = default;
        OnlyReturns = false;
        FirstConvertedTimestamp = 0;
    }
}
