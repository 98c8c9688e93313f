using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Colour;
using MicroscopeStream.Imaging.Rendering;

namespace MicroscopeStream.Pipeline.Publishing;

/// <summary>An image of one kind that a session shows, and the plane that is made of it.</summary>
/// <remarks>
/// <see cref="Pixels"/> and what follows it belong to the task that makes previews; <see cref="Hand"/> comes from the one that works on
/// frames, and waits for a swap at most.
/// </remarks>
internal sealed class PreviewPicture
{
    /// <summary>Range of trust maps, the same at all times: 3 times the noise is not explained by noise any more, and lies in the middle.</summary>
    private static readonly DisplayRange Doubt = new(0, 6);

    private readonly Lock _lock = new();
    private readonly LivePreview _plane;
    private SuperResolvedImage? _handed;
    private SuperResolvedImage? _spare;
    private VideoSlice? _handedSlice;
    private VideoSlice? _slice;

    public PreviewPicture(PreviewKind kind, PixelGrid grid, int maxSize)
    {
        (Kind, Pixels, Changed) = (kind, new float[grid.PixelCount], new ChangedTiles(grid));
        _plane = new LivePreview(grid, maxSize, kind == PreviewKind.Trust ? Doubt : null, hasGaps: kind is PreviewKind.Depth or PreviewKind.Times);
    }

    public PreviewKind Kind { get; }

    /// <summary>The image's grid.</summary>
    public PixelGrid Grid => _plane.Image;

    /// <summary>The image as of the last preview, row-major (y, x).</summary>
    public float[] Pixels { get; private set; }

    /// <summary>What changed since the last preview.</summary>
    public ChangedTiles Changed { get; }

    /// <summary>Takes a copy of an image of the same grid, in place of one that was not taken over yet.</summary>
    public void Hand(SuperResolvedImage image, VideoSlice? slice = null)
    {
        lock (_lock)
        {
            _handed ??= _spare ?? new SuperResolvedImage(Grid);
            _spare = null;
            image.Pixels.CopyTo(_handed.Pixels, 0);
            _handedSlice = slice;
        }
    }

    /// <summary>Takes over what was handed. False: nothing was.</summary>
    public bool Take()
    {
        lock (_lock)
        {
            if (_handed is not { } handed)
            {
                return false;
            }

            _spare = new SuperResolvedImage(Grid, Pixels);
            (Pixels, _handed, _slice) = (handed.Pixels, null, _handedSlice);
        }

        Changed.MarkAll();
        return true;
    }

    /// <summary>Writes the plane of what changed.</summary>
    public void Fill(PreviewPlane plane)
    {
        _plane.Update(Pixels, Changed);
        _plane.Codes.CopyTo(plane.Start(_plane.Plane));
        (plane.Kind, plane.Slice, plane.DisplayMinimum, plane.DisplayMaximum) = (Kind, _slice, _plane.Range.Min, _plane.Range.Max);
    }
}
