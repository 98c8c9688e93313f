using MicroscopeStream.Contract.V1;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Rendering;
using MicroscopeStream.Pipeline.Publishing;

namespace MicroscopeStream.Server.Sessions;

/// <summary>The part of previews that one reader wants, no finer than it can show.</summary>
/// <remarks>Made for one writer: a message is valid until the next.</remarks>
internal sealed class PreviewView
{
    private readonly Region? _region;
    private readonly uint _maxSize;
    private readonly PlaneBinner _binner = new();

    /// <summary>Whole previews as the session makes them.</summary>
    public PreviewView()
    {
    }

    /// <summary>What a watcher asked for; its numbers have been checked.</summary>
    public PreviewView(WatchRequest request)
    {
        _region = request.Region;
        _maxSize = request.MaxPreviewSize;
    }

    /// <summary>A plane, or the part of it, as a message. Pixels are not copied where they can be sent as they are.</summary>
    public Contract.V1.Preview ToMessage(PreviewPlane plane)
    {
        PixelGrid grid = plane.Grid;
        (int left, int right) = Span(_region?.XNm - plane.OriginXNm, _region?.WidthNm, grid.Width, grid.PixelSizeNm);
        (int top, int bottom) = Span(_region?.YNm - plane.OriginYNm, _region?.HeightNm, grid.Height, grid.PixelSizeNm);
        int bin = 1;
        if (_maxSize > 0)
        {
            // Bins begin at multiples of their size, so that nothing flickers while the region moves.
            while (bin < PlaneBinner.LargestFactor && Math.Max(Bins(left, right, bin), Bins(top, bottom, bin)) > _maxSize)
            {
                bin++;
            }

            (left, top) = (left / bin * bin, top / bin * bin);
        }

        var part = new PlanePart(left, top, right - left, bottom - top, bin);
        bool whole = bin == 1 && part.Width == grid.Width && part.Height == grid.Height;
        Contract.V1.Preview message = whole
            ? PreviewMessages.ToMessage(plane, plane.Pixels, grid)
            : PreviewMessages.ToMessage(plane, plane.Part(part, _binner), part.Grid(grid.PixelSizeNm));
        message.OriginXNm = plane.OriginXNm + (left * grid.PixelSizeNm);
        message.OriginYNm = plane.OriginYNm + (top * grid.PixelSizeNm);
        return message;
    }

    private static int Bins(int from, int to, int bin) => ((to + bin - 1) / bin) - (from / bin);

    /// <summary>Pixels that a stretch touches; at least one, also where it lies outside.</summary>
    private static (int From, int To) Span(double? startNm, double? lengthNm, int pixels, double pixelNm)
    {
        if (startNm is not { } start || lengthNm is not { } length)
        {
            return (0, pixels);
        }

        int from = (int)Math.Clamp(Math.Floor(start / pixelNm), 0, pixels - 1);
        int to = (int)Math.Clamp(Math.Ceiling((start + length) / pixelNm), from + 1, pixels);
        return (from, to);
    }
}
