using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;

namespace MicroscopeStream.Inference.Windows;

/// <summary>In which pieces a model runs frames of one size: one, or tiles of one shape that overlap.</summary>
internal sealed class TilePlan
{
    /// <summary>
    /// Overlap of tiles, pixels, of a model that does not tell its own: more than the 49 of decode-2d-small, less than a deep U-Net
    /// would want. Such a model runs in tiles only where it could not run at all otherwise.
    /// </summary>
    public const int OverlapIfUnknown = 64;

    /// <summary>Longest edge of a frame, pixels.</summary>
    public const int LongestEdge = 16384;

    private TilePlan(TileAxis rows, TileAxis columns) => (Rows, Columns) = (rows, columns);

    /// <summary>The tiles' rows.</summary>
    public TileAxis Rows { get; }

    /// <summary>The tiles' columns.</summary>
    public TileAxis Columns { get; }

    /// <summary>Number of tiles; 1: the frame runs in one piece.</summary>
    public int Count => Rows.Spans.Length * Columns.Spans.Length;

    /// <summary>Plans frames of a size.</summary>
    /// <param name="manifest">The model.</param>
    /// <param name="height">Rows of a frame, ≥ 1.</param>
    /// <param name="width">Columns of a frame, ≥ 1.</param>
    /// <param name="options">When to tile.</param>
    /// <param name="lanes">How many tiles run side by side.</param>
    /// <exception cref="ArgumentOutOfRangeException">The model cannot take frames of that size, not even in tiles.</exception>
    public static TilePlan For(ModelManifest manifest, int height, int width, TilingOptions options, int lanes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ModelSize size = manifest.Input.Size;
        int margin = TileAxis.RoundUp(size.Overlap ?? OverlapIfUnknown, size.Multiple);
        TilePlan? plan = Math.Max(height, width) > LongestEdge ? null
            : size.Fits(height, width) ? OfFitting(size, height, width, margin, options, lanes)
            : size.Fixed is { } shape ? Of(height, width, shape[0], shape[1], size.Multiple, margin)
            : Cheapest(size, height, width, margin, MostPixels(size, options, margin), lanes);
        long planes = (long)manifest.Output.Upscale * manifest.Output.Upscale * manifest.Output.Channels.Count;
        return plan is not null && planes * plan.Rows.Padded * plan.Columns.Padded <= Array.MaxLength
            ? plan
            : throw new ArgumentOutOfRangeException(nameof(height), $"{height} × {width}", Refusal(size, margin));
    }

    private static string Refusal(ModelSize size, int margin)
    {
        (int height, int width) = size.Fixed is { } shape ? (shape[0], shape[1]) : (size.Maximum, size.Maximum);
        return $"The model takes frames of at most {height} × {width} pixels (height × width) in one piece, "
            + (Math.Min(height, width) > 2 * margin
                ? $"and in tiles no edge above {LongestEdge}, nor so many pixels that their maps would not fit one array."
                : $"and tiles of that size would be nothing but their overlap of {margin} pixels at every border.");
    }

    private static TilePlan OfFitting(ModelSize size, int height, int width, int margin, TilingOptions options, int lanes)
    {
        (int paddedHeight, int paddedWidth) = size.Pad(height, width);
        TilePlan whole = Of(height, width, paddedHeight, paddedWidth, size.Multiple, margin: 0)!;
        long most = MostPixels(size, options, margin);
        return size.Fixed is not null || size.Overlap is null || (long)paddedHeight * paddedWidth <= most
            ? whole
            : Cheapest(size, height, width, margin, most, lanes) ?? whole;
    }

    /// <summary>Most pixels of a tile: what was asked for, but tiles narrower than four margins would be mostly overlap.</summary>
    private static long MostPixels(ModelSize size, TilingOptions options, int margin)
    {
        long edge = Math.Max(4 * margin, Least(size));
        return Math.Max(options.MaximumPixels, edge * edge);
    }

    private static int Least(ModelSize size) => TileAxis.RoundUp(size.Minimum, size.Multiple);

    private static TilePlan? Of(int height, int width, int tileHeight, int tileWidth, int multiple, int margin) =>
        TileAxis.Cover(height, tileHeight, multiple, margin) is { } rows
        && TileAxis.Cover(width, tileWidth, multiple, margin) is { } columns
            ? new TilePlan(rows, columns)
            : null;

    /// <summary>
    /// The plan with the least pixels to compute, counting lanes that stand idle in the last round; null when there is none.
    /// </summary>
    private static TilePlan? Cheapest(ModelSize size, int height, int width, int margin, long most, int lanes)
    {
        int least = Least(size);
        int longest = size.Maximum / size.Multiple * size.Multiple;
        TilePlan? best = null;
        long lowest = long.MaxValue;
        foreach (int tileHeight in Lengths(height, longest))
        {
            // Lower tiles overlap more: from here on even the rows alone cost more than the best.
            if (TileAxis.Cover(height, tileHeight, size.Multiple, margin) is { } rows
                && (long)rows.Spans.Length * tileHeight * width / lanes >= lowest)
            {
                break;
            }

            // More columns of tiles than it takes may fill the lanes better.
            foreach (int tileWidth in Lengths(width, Math.Min(longest, most / tileHeight)).Take(lanes))
            {
                if (Of(height, width, tileHeight, tileWidth, size.Multiple, margin) is { } plan)
                {
                    long cost = (plan.Count + lanes - 1L) / lanes * tileHeight * tileWidth;
                    (best, lowest) = cost < lowest ? (plan, cost) : (best, lowest);
                }
            }
        }

        return best;

        IEnumerable<int> Lengths(int length, long limit)
        {
            int before = int.MaxValue;
            for (int count = 1; before > Math.Max(least, (2 * margin) + size.Multiple); count++)
            {
                int tile = Math.Max(least, TileAxis.LengthFor(length, count, size.Multiple, margin));
                if (tile < before && tile <= limit)
                {
                    yield return tile;
                }

                before = tile;
            }
        }
    }
}
