using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Tiff;

namespace MicroscopeStream.Cli.Sources;

/// <summary>The pages of a TIFF file, one after another, as if they came from a camera.</summary>
internal sealed class TiffFrameSource : IFrameSource
{
    private readonly TiffReader _reader;
    private readonly int? _channel;
    private readonly int? _slice;
    private int _next;
    private long _read;

    private TiffFrameSource(TiffReader reader, string path, CameraModel? camera, int? channel, int? slice)
    {
        _reader = reader;
        _channel = channel;
        _slice = slice;
        Name = path;
        Camera = camera;
        FrameCount = channel is null && slice is null
            ? reader.PageCount
            : Enumerable.Range(0, reader.PageCount).Count(page => Wanted(reader.Axes(page)));
        Warnings = [.. reader.Warnings.Where(warning => warning != reader.Damage), .. Mixed()];
    }

    public string Name { get; }

    public int Width => _reader.Width;

    public int Height => _reader.Height;

    public PixelType PixelType => _reader.PixelType;

    public double? PixelSizeNm => _reader.PixelSizeNm;

    public CameraModel? Camera { get; }

    public long FrameCount { get; }

    public IReadOnlyList<string> Warnings { get; }

    /// <param name="path">The file.</param>
    /// <param name="camera">The camera that took it; null when not known.</param>
    /// <param name="channel">The only channel to stream, from 1; null: all.</param>
    /// <param name="slice">The only axial slice to stream, from 1; null: all.</param>
    /// <exception cref="CommandException">The file cannot be read at all, or has no such channel or slice.</exception>
    internal static TiffFrameSource Open(string path, CameraModel? camera, int? channel = null, int? slice = null)
    {
        try
        {
            TiffReader reader = TiffReader.Open(path);
            Require(path, "--channel", channel, reader.Channels);
            Require(path, "--slice", slice, reader.Slices);
            return new TiffFrameSource(reader, path, camera, channel - 1, slice - 1);
        }
        catch (FileNotFoundException e)
        {
            throw new CommandException(ExitCodes.BadInput, $"{path} does not exist. Check the path.", e);
        }
        catch (Exception e) when (e is TiffFormatException or IOException or UnauthorizedAccessException)
        {
            throw Failures.Unreadable(path, e, $"{path}: {e.Message}");
        }
    }

    public bool TryRead(out FrameHeader header, Span<byte> pixels)
    {
        header = default;
        while (_next < _reader.PageCount && !Wanted(_reader.Axes(_next)))
        {
            _next++;
        }

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
            Sequence = _read++,
            Channel = axes.Channel,
            TimeIndex = axes.Time,
            SliceIndex = axes.Slice,
            PositionIndex = axes.Position,
        };
        _next++;
        return true;
    }

    public void Dispose() => _reader.Dispose();

    private static void Require(string path, string option, int? asked, int has)
    {
        if (asked > has)
        {
            throw new CommandException(ExitCodes.Usage, $"{option} is {asked}, but {path} has {has}.");
        }
    }

    private bool Wanted(TiffPageAxes axes) =>
        (_channel is null || axes.Channel == _channel) && (_slice is null || axes.Slice == _slice);

    private IEnumerable<string> Mixed()
    {
        if (_channel is null && _reader.Channels > 1)
        {
            yield return $"{Name} has {_reader.Channels} channels, which are streamed in turn as if they were one: choose one with --channel N.";
        }

        // Time series are often stored as slices: only a file that has both mixes planes of the sample.
        if (_slice is null && _reader.Slices > 1 && _reader.TimePoints > 1)
        {
            yield return $"{Name} has {_reader.Slices} axial slices, which are streamed in turn as if they were one plane: choose one with --slice N.";
        }
    }
}
