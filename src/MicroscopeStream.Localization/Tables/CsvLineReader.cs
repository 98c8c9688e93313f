namespace MicroscopeStream.Localizations.Tables;

/// <summary>Cuts a stream into lines without making strings of them.</summary>
internal sealed class CsvLineReader(Stream stream, string file)
{
    private const int LongestLine = 64 * 1024;

    private readonly byte[] _buffer = new byte[2 * LongestLine];
    private int _start;
    private int _end;
    private bool _ended;

    /// <summary>Number of the line that <see cref="TryRead"/> gave last, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Whether that line had a line end: the last one of a file whose writer was killed has none.</summary>
    public bool Terminated { get; private set; }

    /// <summary>Gives the next line without its line end, valid until the next call; false at the end of the stream.</summary>
    /// <exception cref="LocalizationFormatException">A line is too long to be one of a table.</exception>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        int searched = 0;
        while (true)
        {
            int end = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (end >= 0)
            {
                line = _buffer.AsSpan(_start, searched + end);
                _start += line.Length + 1;
                Terminated = true;
                break;
            }

            searched = _end - _start;
            if (searched > LongestLine)
            {
                throw new LocalizationFormatException(
                    file,
                    Line + 1,
                    null,
                    $"more than {LongestLine} bytes without a line end",
                    "a table of text with one localization per line",
                    "This seems to be another kind of file.");
            }

            if (_ended)
            {
                line = _buffer.AsSpan(_start, searched);
                _start = _end;
                Terminated = false;
                if (searched == 0)
                {
                    return false;
                }

                break;
            }

            Fill();
        }

        Line++;
        if (line.Length > 0 && line[^1] == (byte)'\r')
        {
            line = line[..^1];
        }

        return true;
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        int read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _ended = read == 0;
    }
}
