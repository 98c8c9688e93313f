using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Pipeline.Publishing;

/// <summary>
/// An image in full, for the session's own stream: the last of its kind, before the summary, where
/// <see cref="Sessions.SessionSpecification.ResultImages"/> asks for it, or that of a group (<see cref="ImageSeries"/>). Viewers have previews.
/// </summary>
/// <param name="Kind">What it shows.</param>
/// <param name="Grid">Its grid.</param>
/// <param name="Pixels">Values as the method made them, row-major (y, x).</param>
/// <param name="Frames">Frames of the session when it was made.</param>
public sealed record ResultImage(PreviewKind Kind, PixelGrid Grid, ReadOnlyMemory<float> Pixels, long Frames) : UpdateBody
{
    private readonly ImageSeries? _series;
    private int _references = 1;

    internal ImageSeries? Series
    {
        init => _series = value;
    }

    /// <summary>Whether it is one of the series that <see cref="Sessions.SessionSpecification.ResultSeries"/> asks for: valid until released.</summary>
    public bool OfGroup => _series is not null;

    internal override object JoinKey => OfGroup ? this : (typeof(ResultImage), Kind);

    internal override void Retain() => Interlocked.Increment(ref _references);

    internal override void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            _series?.TakeBack(this);
        }
    }
}
