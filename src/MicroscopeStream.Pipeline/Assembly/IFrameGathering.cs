using MicroscopeStream.Core.Frames;
using MicroscopeStream.Pipeline.Calibration;

namespace MicroscopeStream.Pipeline.Assembly;

/// <summary>How frames that come in the order of their sequence numbers become inputs: windows that slide, or groups.</summary>
/// <remarks>Not thread-safe.</remarks>
internal interface IFrameGathering
{
    /// <summary>Frames that have not been part of an input as its target yet.</summary>
    int Pending { get; }

    /// <summary>Frames held, as target or neighbour.</summary>
    int Held { get; }

    /// <summary>Number of a frame that is pending, 0 being the oldest of them.</summary>
    long PendingSequence(int index);

    /// <summary>Whether, with this frame as the next, what is pending can never be completed: give it up before pushing it.</summary>
    bool IsBrokenBy(in PhotonFrame next);

    /// <summary>Adds the newest frame; take every input that is ready before the next.</summary>
    void Push(in PhotonFrame frame);

    /// <summary>Whether what is pending can never be completed, whatever comes.</summary>
    bool IsHopeless(bool nothingMore);

    /// <summary>Whether an input is complete, or as complete as it will be.</summary>
    bool IsReady(bool nothingMore);

    /// <summary>Fills in the input that is ready.</summary>
    void Take(AssembledWindow window, bool nothingMore);

    /// <summary>Gives up everything held.</summary>
    void Drain(List<FrameLease> leases);
}
