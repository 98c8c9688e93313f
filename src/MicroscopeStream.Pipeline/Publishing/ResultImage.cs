using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Pipeline.Publishing;

/// <summary>
/// An image in full, for the session's own stream: the last of its kind, before the summary, where
/// <see cref="Sessions.SessionSpecification.ResultImages"/> asks for it. Viewers have previews.
/// </summary>
/// <param name="Kind">What it shows.</param>
/// <param name="Grid">Its grid.</param>
/// <param name="Pixels">Values as the method made them, row-major (y, x).</param>
/// <param name="Frames">Frames of the session when it was made.</param>
public sealed record ResultImage(PreviewKind Kind, PixelGrid Grid, ReadOnlyMemory<float> Pixels, long Frames) : UpdateBody
{
    internal override object JoinKey => (typeof(ResultImage), Kind);
}
