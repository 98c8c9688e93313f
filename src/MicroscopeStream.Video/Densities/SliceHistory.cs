namespace MicroscopeStream.Video.Densities;

/// <summary>The maps of the last slices, in a ring: memory for so many and no more.</summary>
internal sealed class SliceHistory
{
    private readonly float[][] _maps;
    private int _next;

    public SliceHistory(int slices, int pixels) => _maps = [.. Enumerable.Range(0, slices).Select(_ => new float[pixels])];

    /// <summary>Slices that it holds when full.</summary>
    public int Length => _maps.Length;

    /// <summary>Slices held.</summary>
    public int Count { get; private set; }

    public long Bytes => _maps.Length * (long)_maps[0].Length * sizeof(float);

    /// <summary>The map of so many slices ago, 0 being the newest.</summary>
    public float[] Ago(int slices) => _maps[(_next - 1 - slices + (2 * _maps.Length)) % _maps.Length];

    /// <summary>The oldest map, which the next <see cref="Push"/> will replace.</summary>
    public float[] Oldest => _maps[_next];

    public void Push(ReadOnlySpan<float> map)
    {
        map.CopyTo(_maps[_next]);
        _next = (_next + 1) % _maps.Length;
        Count = Math.Min(Count + 1, _maps.Length);
    }

    public void Clear()
    {
        Count = 0;
        Array.ForEach(_maps, Array.Clear);
    }
}
