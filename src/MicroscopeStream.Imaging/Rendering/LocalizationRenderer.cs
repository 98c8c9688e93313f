using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;

namespace MicroscopeStream.Imaging.Rendering;

/// <summary>
/// Draws localizations, as they come, into one float32 image on a (usually finer) grid. Every localization weighs the same.
/// </summary>
/// <remarks>
/// Thread-safe: one writer adds batches while others take copies; a copy holds whole batches only. Adding allocates nothing.
/// </remarks>
public abstract class LocalizationRenderer
{
    private readonly float[] _pixels;
    private long _drawn;
    private long _outside;

    private protected LocalizationRenderer(PixelGrid grid)
    {
        Grid = grid;
        _pixels = new SuperResolvedImage(grid).Pixels;
        Changes = new ChangedTiles(grid);
        Changes.MarkAll();
    }

    /// <summary>Held while drawing and copying.</summary>
    private protected Lock Gate { get; } = new();

    /// <summary>What was drawn on since the last <see cref="CopyChangesTo"/>; under the lock.</summary>
    private protected ChangedTiles Changes { get; }

    /// <summary>The grid that is drawn on.</summary>
    public PixelGrid Grid { get; }

    /// <summary>
    /// Gets the same localizations, on a grid of its own over the same field, with their frames in place of their depths: what it keeps
    /// as mean depths are mean frame numbers. Null (default): times are not kept.
    /// </summary>
    public DepthRenderer? Times { get; init; }

    /// <summary>Localizations drawn so far.</summary>
    public long Drawn => Interlocked.Read(ref _drawn);

    /// <summary>Localizations that were not drawn: outside the field, or without a finite position.</summary>
    public long Outside => Interlocked.Read(ref _outside);

    /// <summary>Adds one localization. In a loop, add a batch instead: each call takes the lock.</summary>
    public void Add(in Localization localization) => Add([localization]);

    /// <summary>Adds a batch.</summary>
    /// <param name="localizations">Positions in nm from the corner of the field.</param>
    public void Add(ReadOnlySpan<Localization> localizations)
    {
        lock (Gate)
        {
            foreach (ref readonly Localization localization in localizations)
            {
                bool inside = localization.X >= 0 && localization.X <= Grid.WidthNm && localization.Y >= 0 && localization.Y <= Grid.HeightNm;
                if (inside)
                {
                    Draw(localization, _pixels);
                    _drawn++;
                }
                else
                {
                    _outside++;
                }
            }
        }

        Times?.AddTimes(localizations);
    }

    /// <summary>Copies the image.</summary>
    /// <param name="destination">Gets the pixels, row-major (y, x); at least <see cref="PixelGrid.PixelCount"/> long.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public virtual void CopyTo(Span<float> destination)
    {
        lock (Gate)
        {
            _pixels.CopyTo(destination);
        }
    }

    /// <summary>Copies what changed since the last call, and everything at the first: one reader keeps a copy up to date with little work.</summary>
    /// <param name="destination">What the last call left, row-major (y, x); gets the pixels of the tiles that changed.</param>
    /// <param name="changed">Gets the tiles that changed, in place of what it holds.</param>
    /// <exception cref="ArgumentException">The destination is too short, or the tiles are those of another grid.</exception>
    public virtual void CopyChangesTo(Span<float> destination, ChangedTiles changed)
    {
        lock (Gate)
        {
            changed.Set(Changes);
            changed.Copy(_pixels, destination[.._pixels.Length]);
            Changes.Clear();
        }
    }

    /// <summary>The image as it is now, in memory of its own.</summary>
    public SuperResolvedImage Snapshot()
    {
        var image = new SuperResolvedImage(Grid);
        CopyTo(image.Pixels);
        return image;
    }

    /// <summary>Begins anew with an empty image and zero counts.</summary>
    public void Clear()
    {
        lock (Gate)
        {
            Array.Clear(_pixels);
            Changes.MarkAll();
            _drawn = _outside = 0;
            ClearOwn();
        }

        Times?.Clear();
    }

    /// <summary>Draws one localization that lies inside the field. Called under the lock.</summary>
    private protected abstract void Draw(in Localization localization, Span<float> pixels);

    /// <summary>Clears what a renderer keeps beside the image. Called under the lock.</summary>
    private protected virtual void ClearOwn()
    {
    }
}
