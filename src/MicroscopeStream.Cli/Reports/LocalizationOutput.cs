using MicroscopeStream.Core.Results;
using MicroscopeStream.Localizations.Tables;

namespace MicroscopeStream.Cli.Reports;

/// <summary>
/// localizations.csv, written while the localizations come. When the disk is full they are kept in memory, and tried once
/// more at the end. Not thread-safe.
/// </summary>
internal sealed class LocalizationOutput : IDisposable
{
    internal const string Name = "localizations.csv";
    private readonly OutputFolder _folder;
    private readonly LocalizationTable _unwritten = new();
    private LocalizationWriter? _writer;
    private bool _failed;

    internal LocalizationOutput(OutputFolder folder)
    {
        _folder = folder;
        if (folder.Wanted)
        {
            _failed = !folder.Try(
                folder.File(Name), () => _writer = new LocalizationWriter(folder.File(Name), LocalizationFormat.ThunderStorm2D));
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
            if (_writer!.Count == 0 && _writer.Format == LocalizationFormat.ThunderStorm2D && !double.IsNaN(rows[0].Z))
            {
                Reopen(LocalizationFormat.ThunderStorm3D);
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
            _folder.Add(Name);
        }

        return complete;
    }

    public void Dispose() => _writer?.Dispose();

    private void Reopen(LocalizationFormat format)
    {
        _writer!.Dispose();
        _failed = !_folder.Try(_folder.File(Name), () => _writer = new LocalizationWriter(_folder.File(Name), format));
    }

    private bool TryWrite(ReadOnlySpan<Localization> rows)
    {
        try
        {
            _writer!.Write(rows);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _failed = true;
            return _folder.Try(_folder.File(Name), () => throw e);
        }
    }

    private bool Retry()
    {
        LocalizationSnapshot rows = _unwritten.Snapshot();
        try
        {
            _writer ??= new LocalizationWriter(
                _folder.File(Name), rows.Count > 0 && !double.IsNaN(rows[0].Z)
                    ? LocalizationFormat.ThunderStorm3D
                    : LocalizationFormat.ThunderStorm2D);
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
