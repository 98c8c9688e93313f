namespace MicroscopeStream.Localizations.Tables;

/// <summary>Walks the fields of one line: separated by commas, perhaps in double quotes, blanks around them cut.</summary>
internal ref struct CsvFields(ReadOnlySpan<byte> line)
{
    private ReadOnlySpan<byte> _rest = line;
    private bool _ended;

    /// <summary>The field that <see cref="MoveNext"/> came to, without its quotes.</summary>
    public ReadOnlySpan<byte> Current { get; private set; } = default;

    /// <summary>Goes to the next field; false after the last. An empty line has one empty field.</summary>
    public bool MoveNext()
    {
        if (_ended)
        {
            return false;
        }

        _rest = _rest.TrimStart((byte)' ');
        if (_rest.Length > 0 && _rest[0] == (byte)'"')
        {
            // Neither headings nor numbers hold quotes themselves, so doubled quotes need no thought.
            int close = _rest[1..].IndexOf((byte)'"');
            if (close >= 0)
            {
                Current = _rest.Slice(1, close).Trim((byte)' ');
                _rest = _rest[(close + 2)..];
                Skip(_rest.IndexOf((byte)','));
                return true;
            }
        }

        int comma = _rest.IndexOf((byte)',');
        Current = (comma < 0 ? _rest : _rest[..comma]).Trim((byte)' ');
        Skip(comma);
        return true;
    }

    private void Skip(int comma)
    {
        _ended = comma < 0;
        _rest = _ended ? default : _rest[(comma + 1)..];
    }
}
