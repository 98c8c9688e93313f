using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Tiff;

namespace MicroscopeStream.Cli.Sources;

/// <summary>The pages of a TIFF file, one after another, as if they came from a camera.</summary>
internal sealed class TiffFrameSource : IFrameSource
{
    private readonly TiffReader _reader;
    private int _next;

    private TiffFrameSource(TiffReader reader, string path, CameraModel? camera)
    {
        _reader = reader;
        Name = path;
        Camera = camera;
        Warnings = [.. reader.Warnings.Where(warning => warning != reader.Damage)];
    }

    public string Name { get; }

    public int Width => _reader.Width;

    public int Height => _reader.Height;

    public PixelType PixelType => _reader.PixelType;

    public double? PixelSizeNm => _reader.PixelSizeNm;

    public CameraModel? Camera { get; }

    public long FrameCount => _reader.PageCount;

    public IReadOnlyList<string> Warnings { get; }

    /// <exception cref="CommandException">The file cannot be read at all.</exception>
    internal static TiffFrameSource Open(string path, CameraModel? camera)
    {
        try
        {
            return new TiffFrameSource(TiffReader.Open(path), path, camera);
        }
        catch (FileNotFoundException e)
        {
            throw new CommandException(ExitCodes.BadInput, $"{path} does not exist. Check the path.", e);
        }
        catch (Exception e) when (e is TiffFormatException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCodes.BadInput, $"{path}: {e.Message}", e);
        }
    }

    public bool TryRead(out FrameHeader header, Span<byte> pixels)
    {
        header = default;
        if (_next == _reader.PageCount)
        {
            // A file that ends early opens with the pages it has; that it does is an error once they are used up.
            return _reader.Damage is null
                ? false
                : throw new CommandException(
                    ExitCodes.BadInput, $"{Name}: {_reader.Damage} The {_next} pages before were streamed and are kept.");
        }

        try
        {
            _reader.ReadPage(_next, pixels);
        }
        catch (Exception e) when (e is TiffFormatException or IOException)
        {
            throw new CommandException(ExitCodes.BadInput, $"{Name}: {e.Message} The {_next} pages before were streamed and are kept.", e);
        }

        TiffPageAxes axes = _reader.Axes(_next);
        header = new FrameHeader
        {
            Sequence = _next,
            Channel = axes.Channel,
            TimeIndex = axes.Time,
            SliceIndex = axes.Slice,
            PositionIndex = axes.Position,
            AngleIndex = -1,
            PhaseIndex = -1,
        };
        _next++;
        return true;
    }

    public void Dispose() => _reader.Dispose();
}
