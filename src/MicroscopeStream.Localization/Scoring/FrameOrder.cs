using MicroscopeStream.Core.Results;
using MicroscopeStream.Localizations.Tables;

namespace MicroscopeStream.Localizations.Scoring;

/// <summary>The rows of a table sorted by frame, and where each frame begins.</summary>
internal sealed class FrameOrder
{
    private readonly Localization[] _rows;
    private readonly List<(long Frame, int Start)> _frames = [];

    public FrameOrder(LocalizationSnapshot table)
    {
        _rows = new Localization[table.Count];
        int at = 0;
        bool sorted = true;
        long last = long.MinValue;
        for (int i = 0; i < table.ChunkCount; i++)
        {
            foreach (ref readonly Localization row in table.Chunk(i))
            {
                sorted &= row.Frame >= last;
                last = row.Frame;
                _rows[at++] = row;
            }
        }

        if (!sorted)
        {
            // Stable, so that the result does not depend on the order of the frames.
            _rows = [.. _rows.OrderBy(row => row.Frame)];
        }

        for (int i = 0; i < _rows.Length; i++)
        {
            if (i == 0 || _rows[i].Frame != _rows[i - 1].Frame)
            {
                _frames.Add((_rows[i].Frame, i));
            }
        }
    }

    public int FrameCount => _frames.Count;

    public long Frame(int index) => _frames[index].Frame;

    public ReadOnlySpan<Localization> Rows(int index)
    {
        int end = index + 1 < _frames.Count ? _frames[index + 1].Start : _rows.Length;
        return _rows.AsSpan(_frames[index].Start, end - _frames[index].Start);
    }
}
