using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Imaging.Rendering;

/// <summary>Which parts of an image changed, in tiles of <see cref="Edge"/> × <see cref="Edge"/> pixels.</summary>
/// <remarks>Not thread-safe. Allocates nothing after it is made.</remarks>
public sealed class ChangedTiles
{
    /// <summary>Edge of a tile, pixels: a row of it is whole cache lines, and a localization touches few tiles.</summary>
    public const int Edge = 64;

    private readonly bool[] _changed;
    private readonly int _columns;

    /// <summary>Nothing changed yet.</summary>
    /// <param name="grid">The image's grid.</param>
    public ChangedTiles(PixelGrid grid)
    {
        Grid = grid;
        _columns = (grid.Width + Edge - 1) / Edge;
        _changed = new bool[_columns * ((grid.Height + Edge - 1) / Edge)];
    }

    /// <summary>The image's grid.</summary>
    public PixelGrid Grid { get; }

    /// <summary>Tiles that changed.</summary>
    public int Count { get; private set; }

    /// <summary>Whether every tile changed.</summary>
    public bool IsAll => Count == _changed.Length;

    /// <summary>Marks the tiles that a rectangle of pixels touches.</summary>
    /// <param name="left">First column, 0…width − 1.</param>
    /// <param name="top">First row, 0…height − 1.</param>
    /// <param name="right">Column after the last, ≤ width; nothing is marked unless it is beyond <paramref name="left"/>.</param>
    /// <param name="bottom">Row after the last, ≤ height; nothing is marked unless it is beyond <paramref name="top"/>.</param>
    public void Mark(int left, int top, int right, int bottom)
    {
        if (left >= right)
        {
            return;
        }

        for (int row = top / Edge; row * Edge < bottom; row++)
        {
            for (int tile = (row * _columns) + (left / Edge); tile <= (row * _columns) + ((right - 1) / Edge); tile++)
            {
                Count += _changed[tile] ? 0 : 1;
                _changed[tile] = true;
            }
        }
    }

    /// <summary>Marks every tile.</summary>
    public void MarkAll()
    {
        Array.Fill(_changed, true);
        Count = _changed.Length;
    }

    /// <summary>Forgets what changed.</summary>
    public void Clear()
    {
        Array.Clear(_changed);
        Count = 0;
    }

    /// <summary>Becomes a copy of another of the same grid.</summary>
    /// <exception cref="ArgumentException">The grids differ.</exception>
    public void Set(ChangedTiles other)
    {
        if (other.Grid != Grid)
        {
            throw new ArgumentException("The tiles belong to another grid.", nameof(other));
        }

        other._changed.CopyTo(_changed, 0);
        Count = other.Count;
    }

    /// <summary>Copies the pixels that changed.</summary>
    /// <param name="from">The image, row-major (y, x).</param>
    /// <param name="to">Gets them at the same places.</param>
    public void Copy(ReadOnlySpan<float> from, Span<float> to)
    {
        foreach (PixelBlock block in this)
        {
            for (int y = block.Top; y < block.Bottom; y++)
            {
                int start = (y * Grid.Width) + block.Left;
                from.Slice(start, block.Width).CopyTo(to[start..]);
            }
        }
    }

    /// <summary>What changed, as blocks of neighbouring tiles of a row of tiles; do not mark meanwhile.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>Walks through the blocks.</summary>
    public struct Enumerator
    {
        private readonly ChangedTiles _tiles;
        private int _next;

        internal Enumerator(ChangedTiles tiles) => _tiles = tiles;

        /// <summary>The block.</summary>
        public PixelBlock Current { get; private set; }

        /// <summary>Goes on to the next block; false when there is none.</summary>
        public bool MoveNext()
        {
            bool[] changed = _tiles._changed;
            while (_next < changed.Length && !changed[_next])
            {
                _next++;
            }

            if (_next == changed.Length)
            {
                return false;
            }

            int row = _next / _tiles._columns, first = _next;
            int end = (row + 1) * _tiles._columns;
            while (_next < end && changed[_next])
            {
                _next++;
            }

            int left = (first - (row * _tiles._columns)) * Edge, top = row * Edge;
            Current = new PixelBlock(
                left, top, Math.Min(left + ((_next - first) * Edge), _tiles.Grid.Width), Math.Min(top + Edge, _tiles.Grid.Height));
            return true;
        }
    }
}

/// <summary>A rectangle of pixels.</summary>
/// <param name="Left">First column.</param>
/// <param name="Top">First row.</param>
/// <param name="Right">Column after the last.</param>
/// <param name="Bottom">Row after the last.</param>
public readonly record struct PixelBlock(int Left, int Top, int Right, int Bottom)
{
    /// <summary>Columns.</summary>
    public int Width => Right - Left;
}
