using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MicroscopeStream.Core.Results;

namespace MicroscopeStream.Cli.Reports;

/// <summary>
/// Every localization of a run in a nameless file of the output folder, so that what is known only at the end (drift) can be applied
/// to all of them however many there were. What the file has no room for stays in memory. Not thread-safe.
/// </summary>
internal sealed class LocalizationSpool : IDisposable
{
    private readonly FileStream? _file;
    private readonly List<Localization[]> _more = [];
    private bool _full;

    internal LocalizationSpool(string folder)
    {
        string path = Path.Combine(folder, $".localizations-{Guid.NewGuid():N}");
        try
        {
            _file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, 1 << 16, FileOptions.DeleteOnClose);
            if (!OperatingSystem.IsWindows())
            {
                // Gone from the folder at once: a killed process leaves nothing behind.
                File.Delete(path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _full = true;
        }
    }

    /// <summary>Localizations kept.</summary>
    internal long Count { get; private set; }

    internal void Append(ReadOnlySpan<Localization> rows)
    {
        Count += rows.Length;
        if (!_full)
        {
            long end = _file!.Position;
            try
            {
                _file.Write(MemoryMarshal.AsBytes(rows));
                return;
            }
            catch (IOException)
            {
                _full = true;
                _file.SetLength(end);
            }
        }

        _more.Add(rows.ToArray());
    }

    /// <summary>Hands out all of them in the order in which they came, in batches that hold whole frames.</summary>
    internal void Visit(Action<ReadOnlySpan<Localization>> visit)
    {
        var batch = new List<Localization>(8192);
        if (_file is not null)
        {
            _file.Flush();
            _file.Position = 0;
            var rows = new Localization[4096];
            Span<byte> bytes = MemoryMarshal.AsBytes(rows.AsSpan());
            for (int read = _file.ReadAtLeast(bytes, bytes.Length, false); read > 0; read = _file.ReadAtLeast(bytes, bytes.Length, false))
            {
                Add(batch, rows.AsSpan(0, read / Unsafe.SizeOf<Localization>()), visit);
            }
        }

        foreach (Localization[] rows in _more)
        {
            Add(batch, rows, visit);
        }

        if (batch.Count > 0)
        {
            visit(CollectionsMarshal.AsSpan(batch));
        }
    }

    public void Dispose() => _file?.Dispose();

    // The last frame may go on in the next piece.
    private static void Add(List<Localization> batch, ReadOnlySpan<Localization> rows, Action<ReadOnlySpan<Localization>> visit)
    {
        batch.AddRange(rows);
        if (batch.Count < 4096)
        {
            return;
        }

        Span<Localization> all = CollectionsMarshal.AsSpan(batch);
        int end = all.Length;
        while (end > 0 && all[end - 1].Frame == all[^1].Frame)
        {
            end--;
        }

        if (end > 0)
        {
            visit(all[..end]);
            batch.RemoveRange(0, end);
        }
    }
}
