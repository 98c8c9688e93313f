using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Imaging.Mrc;

namespace MicroscopeStream.Cli.Sources;

/// <summary>Opens a file of frames by what it is: MRC and DV by their names' ends, everything else as TIFF.</summary>
internal static class FrameSources
{
    private static readonly string[] MrcEnds = [".mrc", ".mrcs", ".dv", ".st", ".r3d"];

    internal static bool IsMrc(string path) => MrcEnds.Any(end => path.EndsWith(end, StringComparison.OrdinalIgnoreCase));

    /// <param name="path">The file.</param>
    /// <param name="camera">The camera that took it; null when not known.</param>
    /// <param name="channel">The only channel to stream, from 1; null: all.</param>
    /// <param name="slice">The only axial slice to stream, from 1; null: all.</param>
    /// <exception cref="CommandException">The file cannot be read at all, or has no such channel or slice.</exception>
    internal static IFrameSource Open(string path, CameraModel? camera, int? channel, int? slice)
    {
        if (!IsMrc(path))
        {
            return TiffFrameSource.Open(path, camera, channel, slice);
        }

        if (channel is not null || slice is not null)
        {
            throw new CommandException(ExitCodes.Usage, $"--channel and --slice: an MRC or DV file is streamed section by section as it is stored. Convert {path} to OME-TIFF to choose.");
        }

        try
        {
            return new MrcFrameSource(MrcReader.Open(path), path, camera);
        }
        catch (FileNotFoundException e)
        {
            throw new CommandException(ExitCodes.BadInput, $"{path} does not exist. Check the path.", e);
        }
        catch (Exception e) when (e is MrcFormatException or IOException or UnauthorizedAccessException)
        {
            throw Failures.Unreadable(path, e, $"{path}: {e.Message}");
        }
    }
}
