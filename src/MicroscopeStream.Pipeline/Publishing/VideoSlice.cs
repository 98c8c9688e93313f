using MicroscopeStream.Video;
using MicroscopeStream.Video.Slices;

namespace MicroscopeStream.Pipeline.Publishing;

/// <summary>Which stretch of time a picture of a video shows, and how final it is.</summary>
/// <param name="Time">The stretch.</param>
/// <param name="Revision">Provisional or refined.</param>
/// <param name="LookAhead">Slices after its own that it was refined with; 0 when provisional.</param>
/// <param name="Change">Refined: norm of what changed since the provisional one over the norm of the picture, ≥ 0; NaN when provisional.</param>
public sealed record VideoSlice(TimeSlice Time, VideoRevision Revision, int LookAhead, double Change)
{
    internal static VideoSlice Of(VideoFrame frame) => new(frame.Slice, frame.Revision, frame.LookAhead, frame.Change);
}
