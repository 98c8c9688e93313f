using System.Globalization;
using MicroscopeStream.Cli.Reports;
using MicroscopeStream.Client;

namespace MicroscopeStream.Cli.Tasks.Video;

/// <summary>
/// Which time each page of a series shows, written while it comes: a gap that starts the video anew leaves slices out, and pages are
/// then no longer slices. A disk that fails is said once.
/// </summary>
internal sealed class SliceTable(OutputFolder folder) : IDisposable
{
    internal const string Name = "slices.csv";
    private const string Header = "page,slice,first_frame,last_frame,frames,localizations";
    private StreamWriter? _writer;
    private bool _failed;
    private long _page;

    internal void Append(VideoPicture picture)
    {
        if (folder.Wanted && !_failed && (_writer is not null || Open()))
        {
            Write(string.Create(
                CultureInfo.InvariantCulture,
                $"{_page++},{picture.Index},{picture.FirstFrame},{picture.LastFrame},{picture.Frames},{picture.Localizations}"));
        }
    }

    /// <summary>Completes the file and counts it among the outputs; without a page there is none.</summary>
    internal void Finish()
    {
        if (_writer is not null && folder.Try(folder.File(Name), _writer.Dispose) && !_failed)
        {
            folder.Add(Name);
        }

        _writer = null;
    }

    /// <summary>The slice of every page; null: there is no such table.</summary>
    /// <param name="path">The table.</param>
    /// <exception cref="FormatException">The file is none.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static IReadOnlyList<long>? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        string[] lines = File.ReadAllLines(path);
        if (lines.Length == 0 || lines[0] != Header)
        {
            throw new FormatException($"its first line is not {Header}");
        }

        var slices = new List<long>();
        foreach (string line in lines.Skip(1))
        {
            string[] cells = line.Split(',');
            if (cells.Length != 6 || cells[0] != slices.Count.ToString(CultureInfo.InvariantCulture)
                || !long.TryParse(cells[1], NumberStyles.None, CultureInfo.InvariantCulture, out long slice) || (slices.Count > 0 && slice <= slices[^1]))
            {
                throw new FormatException($"line {slices.Count + 2}, \"{line}\", is no row of it");
            }

            slices.Add(slice);
        }

        return slices;
    }

    public void Dispose() => _writer?.Dispose();

    private bool Open()
    {
        _failed = !folder.Try(folder.File(Name), () => _writer = new StreamWriter(folder.File(Name)) { NewLine = "\n" });
        if (!_failed)
        {
            Write(Header);
        }

        return !_failed;
    }

    private void Write(string line)
    {
        try
        {
            _writer!.WriteLine(line);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _failed = true;
            folder.Report(folder.File(Name), e);
        }
    }
}
