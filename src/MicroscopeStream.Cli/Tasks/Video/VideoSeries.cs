using MicroscopeStream.Cli.Reports;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Tiff;

namespace MicroscopeStream.Cli.Tasks.Video;

/// <summary>
/// A time series on disk as OME-TIFF, written page by page while it comes. A disk that fails is said once, and the rest of the series is
/// left out: the stream does not wait for it.
/// </summary>
internal sealed class VideoSeries(OutputFolder folder, string name, int channels, PixelType type, double? intervalMs) : IDisposable
{
    private TiffWriter? _writer;
    private bool _failed;

    /// <summary>Pages written.</summary>
    internal long Pages { get; private set; }

    internal void Append<T>(PixelGrid grid, ReadOnlySpan<T> pixels)
        where T : unmanaged
    {
        if (!folder.Wanted || _failed)
        {
            return;
        }

        _writer ??= Open(grid);
        if (_writer is null)
        {
            return;
        }

        try
        {
            _writer.WritePage(pixels);
            Pages++;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _failed = true;
            folder.Report(folder.File(name), e);
        }
    }

    /// <summary>Completes the file and counts it among the outputs; without a page there is none.</summary>
    internal void Finish()
    {
        if (_writer is null)
        {
            return;
        }

        if (folder.Try(folder.File(name), _writer.Dispose) && !_failed)
        {
            folder.Add(name);
        }

        _writer = null;
    }

    public void Dispose() => _writer?.Dispose();

    private TiffWriter? Open(PixelGrid grid)
    {
        TiffWriter? opened = null;
        _failed = !folder.Try(folder.File(name), () => opened = TiffWriter.Create(folder.File(name), new TiffWriterOptions
        {
            Width = grid.Width,
            Height = grid.Height,
            PixelType = type,
            PixelSizeNm = grid.PixelSizeNm,
            Channels = channels,
            FrameIntervalMs = intervalMs,
            Compression = TiffCompression.Deflate,
            Ome = true,
        }));
        return opened;
    }
}
