using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Mrc;

namespace MicroscopeStream.Cli.Sources;

/// <summary>The sections of an MRC or DV file, one after another, as if they came from a camera.</summary>
internal sealed class MrcFrameSource(MrcReader reader, string path, CameraModel? camera) : IFrameSource
{
    private int _next;

    public string Name => path;

    public int Width => reader.Width;

    public int Height => reader.Height;

    public PixelType PixelType => reader.PixelType;

    public double? PixelSizeNm => reader.PixelSizeNm;

    public CameraModel? Camera => camera;

    public long FrameCount => reader.SectionCount;

    public IReadOnlyList<string> Warnings =>
    [
        .. reader.Warning is { } warning ? [warning] : Array.Empty<string>(),
        .. reader.Wavelengths > 1
            ? [$"{path} has {reader.Wavelengths} wavelengths, whose sections are streamed in turn as if they were one: split the file."]
            : Array.Empty<string>(),
    ];

    public bool TryRead(out FrameHeader header, Span<byte> pixels)
    {
        header = new FrameHeader { Sequence = _next, TimeIndex = _next };
        if (_next == reader.SectionCount)
        {
            return false;
        }

        try
        {
            reader.ReadSection(_next++, pixels);
            return true;
        }
        catch (Exception e) when (e is MrcFormatException or IOException)
        {
            throw new CommandException(ExitCodes.BadInput, $"{path}: {e.Message} The {_next - 1} sections before were streamed and are kept.", e);
        }
    }

    public void Dispose() => reader.Dispose();
}
