using MicroscopeStream.Core.Results;
using MicroscopeStream.Localizations.Tables;

namespace MicroscopeStream.Cli.Reports;

/// <summary>
/// A table of localizations, written while they come. When the disk is full they are kept in memory, and tried once
/// more at the end. Not thread-safe.
/// </summary>
internal sealed class LocalizationOutput : IDisposable
{
    internal const string Name = "localizations.csv";
    private readonly OutputFolder _folder;
    private readonly string _name;
    private readonly TableFormat _format;
    private readonly double _cameraPixelNm;
    private readonly LocalizationTable _unwritten = new();
    private TableFile? _writer;
    private bool _axial;
    private bool _failed;

    internal LocalizationOutput(OutputFolder folder, string name, TableFormat format, double cameraPixelNm)
    {
        (_folder, _name, _format, _cameraPixelNm) = (folder, name, format, cameraPixelNm);
        if (folder.Wanted)
        {
            _failed = !Open();
        }
    }

    /// <summary>Appends the localizations of an update.</summary>
    internal void Append(ReadOnlySpan<Localization> rows)
    {
        if (!_folder.Wanted || rows.IsEmpty)
        {
            return;
        }

        if (!_failed)
        {
            // The axial columns are known to be needed only when the first localization is there.
            if (_writer!.Count == 0 && !_axial && !double.IsNaN(rows[0].Z))
            {
                _writer.Dispose();
                _axial = true;
                _failed = !Open();
            }

            if (!_failed && TryWrite(rows))
            {
                return;
            }
        }

        _unwritten.Append(rows);
    }

    /// <summary>Writes what could not be written before, and closes the file.</summary>
    /// <returns>Whether every localization is in the file.</returns>
    internal bool Finish()
    {
        if (!_folder.Wanted)
        {
            return true;
        }

        bool complete = !_failed || Retry();
        _writer?.Dispose();
        if (complete)
        {
            _folder.Add(_name);
        }

        return complete;
    }

    public void Dispose() => _writer?.Dispose();

    private bool Open() => _folder.Try(
        _folder.File(_name), () => _writer = TableFile.Create(_folder.File(_name), _format, _axial, _cameraPixelNm));

    private bool TryWrite(ReadOnlySpan<Localization> rows)
    {
        try
        {
            _writer!.Write(rows);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not tried again at once: a part of the rows may be in the file already, and the stream does not wait for a disk.
            _failed = true;
            _folder.Report(_folder.File(_name), e);
            return false;
        }
    }

    private bool Retry()
    {
        LocalizationSnapshot rows = _unwritten.Snapshot();
        try
        {
            _writer ??= TableFile.Create(_folder.File(_name), _format, rows.Count > 0 && !double.IsNaN(rows[0].Z), _cameraPixelNm);
            for (int i = 0; i < rows.ChunkCount; i++)
            {
                _writer.Write(rows.Chunk(i));
            }

            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Said already, when it happened first.
            return false;
        }
    }
}
