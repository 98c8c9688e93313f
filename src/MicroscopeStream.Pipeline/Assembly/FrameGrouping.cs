using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Pipeline.Assembly;

/// <summary>
/// How the frames of a session are gathered into groups that belong together, as structured illumination's: a group is complete when
/// each of its places has been filled once without a frame missing in between. A gap breaks it: what had come of it is dropped
/// (cause: incomplete group) and the next one begins. A live session that falls behind gives up whole groups. Immutable.
/// </summary>
public sealed record FrameGrouping
{
    /// <summary>Frames of a group, 1…<see cref="AssembledInput.LargestWindow"/>.</summary>
    public required int Frames { get; init; }

    /// <summary>
    /// Whether, once a group is complete, every further frame is an input by itself, which takes the place of the one before it in the
    /// group (rolling); else the next input is the next whole group (batch).
    /// </summary>
    public bool Rolling { get; init; }

    /// <summary>
    /// The place in the group that a frame's own tags state, 0…<see cref="Frames"/> − 1; −1: they state none, and the sequence number
    /// decides. Null: always the sequence number.
    /// </summary>
    public Func<FrameHeader, int>? TaggedPlace { get; init; }

    /// <summary>A frame's place in its group.</summary>
    public int PlaceOf(in FrameHeader header)
    {
        int tagged = TaggedPlace?.Invoke(header) ?? -1;
        return tagged >= 0 ? tagged : (int)(header.Sequence % Frames);
    }

    /// <summary>Whether a frame's tags say its place.</summary>
    internal bool IsTagged(in FrameHeader header) => TaggedPlace is not null && TaggedPlace(header) >= 0;
}
