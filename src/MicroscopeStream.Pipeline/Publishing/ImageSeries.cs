using System.Runtime.InteropServices;
using System.Threading.Channels;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Pipeline.Publishing;

/// <summary>
/// Sends the images of whole groups in full to the session's own stream. A few copies wait for their reader at a time; then a lossless
/// session waits for him, and a live one leaves images out.
/// </summary>
internal sealed class ImageSeries
{
    private const int Most = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(20);
    private readonly SessionContext _context;
    private readonly Channel<float[]> _free = Channel.CreateBounded<float[]>(Most);

    public ImageSeries(SessionContext context)
    {
        _context = context;
        for (int i = 0; i < Most; i++)
        {
            _free.Writer.TryWrite([]);
        }
    }

    /// <summary>Sends a copy of an image.</summary>
    /// <param name="image">The image of a group.</param>
    /// <param name="range">Its frames.</param>
    public async ValueTask SendAsync(SuperResolvedImage image, SequenceRange range)
    {
        float[]? copy;
        while (!_free.Reader.TryRead(out copy))
        {
            if (_context.Pace is not null || _context.Hub.Primary.IsGivenUp)
            {
                return;
            }

            await Task.Delay(Patience, _context.Time, _context.Aborted).ConfigureAwait(false);
        }

        copy = copy.Length == image.Pixels.Length ? copy : new float[image.Pixels.Length];
        image.Pixels.CopyTo(copy, 0);
        _context.Hub.PublishToOwner(new ResultImage(PreviewKind.SuperResolved, image.Grid, copy, range.Last + 1) { Series = this }, range);
    }

    /// <summary>The image has been read by all.</summary>
    internal void TakeBack(ResultImage image)
    {
        if (MemoryMarshal.TryGetArray(image.Pixels, out ArraySegment<float> pixels))
        {
            _free.Writer.TryWrite(pixels.Array!);
        }
    }
}
