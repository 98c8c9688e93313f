using System.CommandLine;
using MicroscopeStream.Client;

namespace MicroscopeStream.Cli.Commands;

/// <summary>Options of <c>stream</c> for video methods. The service refuses them for others, and says which methods take them.</summary>
internal static class VideoChoices
{
    internal static Option<string?> Localizer { get; } = new("--localizer")
    {
        Description = "Video: the method that finds the localizations; its numbers are set with --set localizer.NAME=VALUE. [default: mle]",
        HelpName = "METHOD",
    };

    internal static Option<int?> SliceFrames { get; } = Numbers.Whole("--slice-frames", "Video: camera frames per picture. [default: 10]", 4);

    internal static Option<double?> SliceMs { get; } = Numbers.Real(
        "--slice-ms", "Video: the same in ms; needs --fps.", 0, exclusive: true);

    internal static Option<int?> LookAhead { get; } = Numbers.Whole(
        "--look-ahead", "Video: every picture is published at once, and again so many slices later, refined; 0: never. A network offers some numbers. [default: the network's own; 2 without one]", 0);

    internal static Option<int?> Grid { get; } = Numbers.Whole(
        "--grid", "Video: pixels per camera pixel along each axis, 4 to 8. A network has one grid. [default: 4]", 1, "N");

    internal static IReadOnlyList<Option> All { get; } = [Localizer, SliceFrames, SliceMs, LookAhead, Grid];

    /// <summary>The request with what was chosen.</summary>
    /// <exception cref="CommandException">A time was given without a rate, or beside a number of frames.</exception>
    internal static AcquisitionRequest Apply(AcquisitionRequest request, ParseResult parsed)
    {
        var parameters = new Dictionary<string, double>(request.Parameters, StringComparer.Ordinal);
        if (FramesOf(parsed, request.FrameRate) is { } frames)
        {
            parameters["slice_frames"] = frames;
        }

        if (parsed.GetValue(LookAhead) is { } ahead)
        {
            parameters["look_ahead"] = ahead;
        }

        if (parsed.GetValue(Grid) is { } grid)
        {
            parameters["grid"] = grid;
        }

        return request with { Parameters = parameters, Localizer = parsed.GetValue(Localizer) ?? string.Empty };
    }

    private static int? FramesOf(ParseResult parsed, double rate)
    {
        if (parsed.GetValue(SliceMs) is not { } milliseconds)
        {
            return parsed.GetValue(SliceFrames);
        }

        if (parsed.GetValue(SliceFrames) is not null)
        {
            throw new CommandException(ExitCodes.Usage, "--slice-ms and --slice-frames say the same: give one of them.");
        }

        return rate > 0
            ? Math.Max(1, (int)Math.Round(milliseconds * rate / 1000))
            : throw new CommandException(ExitCodes.Usage, "--slice-ms needs the rate of the frames: give --fps N, or --slice-frames.");
    }
}
