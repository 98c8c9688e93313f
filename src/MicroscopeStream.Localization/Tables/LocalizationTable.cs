using System.Collections;
using MicroscopeStream.Core.Results;

namespace MicroscopeStream.Localizations.Tables;

/// <summary>
/// A table of localizations that only grows. Rows lie in chunks that are never moved, so that appending costs no copying
/// and a <see cref="Snapshot"/> costs nothing, however long the acquisition.
/// </summary>
/// <remarks>One thread appends; any number of others may take and read snapshots meanwhile.</remarks>
public sealed class LocalizationTable : IReadOnlyList<Localization>
{
    // 4096 rows of 72 bytes are beyond the large-object threshold: such chunks are not moved by the collector either.
    internal const int ChunkShift = 12;
    internal const int ChunkRows = 1 << ChunkShift;

    private Localization[][] _chunks = [];
    private int _count;

    /// <summary>Makes an empty table.</summary>
    public LocalizationTable()
    {
    }

    /// <summary>Makes a table of the given rows.</summary>
    public LocalizationTable(IEnumerable<Localization> rows)
    {
        foreach (Localization row in rows)
        {
            Append(row);
        }
    }

    /// <summary>Number of rows, ≥ 0.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <inheritdoc/>
    public Localization this[int index] => Snapshot()[index];

    /// <summary>Appends one row.</summary>
    public void Append(in Localization row)
    {
        int count = _count;
        if ((count & (ChunkRows - 1)) == 0)
        {
            AddChunk(count >> ChunkShift);
        }

        _chunks[count >> ChunkShift][count & (ChunkRows - 1)] = row;

        // Published last: whoever sees the count sees the row.
        Volatile.Write(ref _count, count + 1);
    }

    /// <summary>Appends rows in order; readers see all of them at once.</summary>
    public void Append(ReadOnlySpan<Localization> rows)
    {
        int count = _count;
        while (!rows.IsEmpty)
        {
            int inChunk = count & (ChunkRows - 1);
            if (inChunk == 0)
            {
                AddChunk(count >> ChunkShift);
            }

            int take = Math.Min(rows.Length, ChunkRows - inChunk);
            rows[..take].CopyTo(_chunks[count >> ChunkShift].AsSpan(inChunk));
            rows = rows[take..];
            count += take;
        }

        Volatile.Write(ref _count, count);
    }

    /// <summary>The rows there are now, as a view that never changes. Copies nothing.</summary>
    public LocalizationSnapshot Snapshot()
    {
        int count = Volatile.Read(ref _count);
        return new LocalizationSnapshot(Volatile.Read(ref _chunks), count);
    }

    /// <inheritdoc cref="IEnumerable{T}.GetEnumerator"/>
    public IEnumerator<Localization> GetEnumerator() => Snapshot().GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void AddChunk(int index)
    {
        Localization[][] chunks = _chunks;
        if (index >= chunks.Length)
        {
            // Snapshots keep the old outer array, which lacks only chunks that they do not know of.
            Array.Resize(ref chunks, Math.Max(4, chunks.Length * 2));
        }

        chunks[index] = new Localization[ChunkRows];
        Volatile.Write(ref _chunks, chunks);
    }
}
