using System.Collections;
using MicroscopeStream.Core.Results;

namespace MicroscopeStream.Localizations.Tables;

/// <summary>The rows of a <see cref="LocalizationTable"/> at one moment; later appends do not show.</summary>
/// <remarks>Thread-safe: nothing in it changes.</remarks>
public sealed class LocalizationSnapshot : IReadOnlyList<Localization>
{
    private readonly Localization[][] _chunks;

    internal LocalizationSnapshot(Localization[][] chunks, int count)
    {
        _chunks = chunks;
        Count = count;
    }

    /// <summary>Number of rows, ≥ 0.</summary>
    public int Count { get; }

    /// <summary>Number of chunks that <see cref="Chunk"/> gives.</summary>
    public int ChunkCount => (Count + LocalizationTable.ChunkRows - 1) >> LocalizationTable.ChunkShift;

    /// <inheritdoc/>
    public Localization this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            return _chunks[index >> LocalizationTable.ChunkShift][index & (LocalizationTable.ChunkRows - 1)];
        }
    }

    /// <summary>A run of consecutive rows: chunk after chunk gives all of them, without copying.</summary>
    /// <param name="index">0…<see cref="ChunkCount"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such chunk.</exception>
    public ReadOnlySpan<Localization> Chunk(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, ChunkCount);
        int rows = Math.Min(LocalizationTable.ChunkRows, Count - (index << LocalizationTable.ChunkShift));
        return _chunks[index].AsSpan(0, rows);
    }

    /// <inheritdoc/>
    public IEnumerator<Localization> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
        {
            yield return _chunks[i >> LocalizationTable.ChunkShift][i & (LocalizationTable.ChunkRows - 1)];
        }
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
