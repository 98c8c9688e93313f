namespace MicroscopeStream.Inference.Windows;

/// <summary>Where a tile lies along one axis, and which part of its result is kept; pixels of the padded frame.</summary>
/// <param name="Start">First pixel of the tile.</param>
/// <param name="KeepStart">First pixel kept.</param>
/// <param name="KeepEnd">The pixel after the last one kept.</param>
internal readonly record struct TileSpan(int Start, int KeepStart, int KeepEnd);

/// <summary>
/// One axis of a frame, covered by tiles of one length. The first tile begins and the last one ends where the padded frame does, so
/// that a network meets the frame's border as it would without tiles; all begin on the grid of the network's strides. Between two
/// tiles the cut lies in the middle of what they share, at least <c>margin</c> from the border of either.
/// </summary>
internal sealed class TileAxis
{
    private TileAxis(int padded, int tile, TileSpan[] spans) => (Padded, Tile, Spans) = (padded, tile, spans);

    /// <summary>Length of the padded frame.</summary>
    public int Padded { get; }

    /// <summary>Length of a tile.</summary>
    public int Tile { get; }

    /// <summary>The tiles in order.</summary>
    public TileSpan[] Spans { get; }

    /// <summary>
    /// Covers an axis with as few tiles of a given length as it takes; null when tiles of that length advance by nothing.
    /// </summary>
    /// <param name="length">Of the frame, ≥ 1.</param>
    /// <param name="tile">Length of a tile.</param>
    /// <param name="multiple">Tiles begin at multiples of this.</param>
    /// <param name="margin">Least distance of a cut from the border of a tile.</param>
    public static TileAxis? Cover(int length, int tile, int multiple, int margin)
    {
        int moves = Math.Max(0, (length - tile + multiple - 1) / multiple);
        int padded = tile + (moves * multiple);
        int step = (tile - (2 * margin)) / multiple;
        if (moves > 0 && step < 1)
        {
            return null;
        }

        int count = moves == 0 ? 1 : 1 + ((moves + step - 1) / step);
        int[] starts = [.. Enumerable.Range(0, count).Select(i => count == 1 ? 0 : (int)((long)i * moves / (count - 1)) * multiple)];
        return new TileAxis(
            padded,
            tile,
            [.. starts.Select((start, i) => new TileSpan(
                start,
                i == 0 ? 0 : Cut(starts[i - 1], start),
                i == count - 1 ? padded : Cut(start, starts[i + 1])))]);

        int Cut(int before, int after) => (before + tile + after) / 2;
    }

    /// <summary>The shortest tiles, of a length that is a multiple, of which that many cover an axis.</summary>
    public static int LengthFor(int length, int count, int multiple, int margin) =>
        RoundUp((RoundUp(length, multiple) + (2L * margin * (count - 1)) + count - 1) / count, multiple);

    /// <summary>The multiple at or above.</summary>
    public static int RoundUp(long length, int multiple) => (int)((length + multiple - 1) / multiple) * multiple;
}
