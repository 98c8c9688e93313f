using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using MicroscopeStream.Cli.Reports;
using MicroscopeStream.Cli.Sources;
using MicroscopeStream.Cli.Tasks;
using MicroscopeStream.Client;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Imaging.Calibration;

namespace MicroscopeStream.Cli.Commands;

/// <summary>Options of <c>stream</c> and <c>demo</c>.</summary>
internal static class StreamOptions
{
    internal static Option<string?> Task { get; } = new Option<string?>("--task")
    {
        Description = $"What to do with the frames: {string.Join(" or ", TaskOutputs.Names)}. [default: the method's task]",
        HelpName = "TASK",
    }.AcceptOnlyFromAmong([.. TaskOutputs.Names]);

    internal static Option<double?> PixelSize { get; } = Numbers.Real(
        "--pixel-size", "Edge of a pixel in the sample. [default: what the file says]", 0, exclusive: true);

    internal static Option<string?> Camera { get; } = new("--camera")
    {
        Description = "Camera description (camera.json); without one, baseline and gain are estimated from the first frames.",
        HelpName = "FILE",
    };

    /// <summary>Frames per second; infinity for max; null when not given.</summary>
    internal static Option<double?> FramesPerSecond { get; } = new("--fps")
    {
        Description = "Rate at which frames are due: frame n at start + n ÷ N; max: whenever the service has room. [default: max; demo: 30]",
        HelpName = "N|max",
        CustomParser = ParseRate,
    };

    internal static Option<FramePolicy?> Policy { get; } = Numbers.Choice(
        "--policy",
        "lossless: nothing is dropped, the sender waits; live: stale frames are dropped and counted. [default: lossless]",
        ("lossless", FramePolicy.Lossless),
        ("live", FramePolicy.Live));

    internal static Option<int?> Channel { get; } = Numbers.Whole("--channel", "The only channel of the file to stream, from 1. [default: all]", 1);

    internal static Option<int?> Slice { get; } = Numbers.Whole("--slice", "The only axial slice of the file to stream, from 1. [default: all]", 1);

    internal static Option<string?> Server { get; } = new("--server")
    {
        Description = "A running service: https://host:port, http://host:port or unix:/path. [default: one in this process]",
        HelpName = "URL",
    };

    internal static Option<string?> Out { get; } = new("--out")
    {
        Description = "Folder for report.json, superres.tif, superres.png, widefield.png and comparison.png; of localizations localizations.csv, drift.csv and localizations-corrected.csv; of images with a trust map trust.tif and trust.png.",
        HelpName = "DIR",
    };

    internal static Option<string?> Psf { get; } = PsfOption.Create(
        "PSF calibration that 'mstream calibrate psf' wrote: localizations get depths (method mle).");

    internal static Option<ColourCoding?> Colour { get; } = Numbers.Choice(
        "--color",
        "What colour shows in superres.png. [default: depth where the localizations have one]",
        ("depth", ColourCoding.Depth),
        ("intensity", ColourCoding.Intensity));

    internal static Option<(double Min, double Max)?> ZRange { get; } = Numbers.Range(
        "--z-range", "Depths of the first and the last colour of superres.png. [default: where nearly all of the light lies]");

    internal static Option<double?> SuperResolvedPixel { get; } = Numbers.Real(
        "--superres-pixel", "Edge of a pixel of superres.tif. [default: a tenth of the camera's]", 0, exclusive: true);

    internal static Option<KeyValuePair<string, double>[]> Set { get; } = new("--set")
    {
        Description = "Override a number of the method, for example accept_probability=0.7. May be repeated.",
        HelpName = "NAME=VALUE",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = ParseSettings,
        DefaultValueFactory = _ => [],
    };

    internal static Option<DriftCorrection?> Drift { get; } = Numbers.Choice(
        "--drift",
        "auto: drift is found from the localizations while they come and taken out of the image, retroactively; none: it is left in. [default: auto]",
        ("auto", DriftCorrection.Auto),
        ("none", DriftCorrection.None));

    internal static Option<KeyValuePair<string, double>[]> Filter { get; } = new("--filter")
    {
        Description =
            $"Which localizations are drawn, linked and counted in statistics; NAME is one of {string.Join(", ", ProcessingChoices.FilterNames)}. May be repeated.",
        HelpName = "NAME=VALUE",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = ParseFilters,
        DefaultValueFactory = _ => [],
    };

    internal static Option<bool> Link { get; } = new("--link")
    {
        Description = "Link the successive frames of a molecule: image and localizations-corrected.csv hold each molecule once.",
    };

    internal static Option<double?> LinkRadius { get; } = Numbers.Real(
        "--link-radius", "Link within this fixed distance. [default: 3.5 combined standard deviations]", 0, exclusive: true);

    internal static Option<int?> DarkFrames { get; } = Numbers.Whole(
        "--dark-frames", "Frames that a linked molecule may be missing. [default: 1]", 0);

    internal static Option<TableFormat?> Table { get; } = Numbers.Choice(
        "--table",
        "Format of localizations.csv: ThunderSTORM's, the SMLM challenge's, or DECODE's. [default: thunderstorm]",
        ("thunderstorm", TableFormat.ThunderStorm),
        ("challenge", TableFormat.Challenge),
        ("decode", TableFormat.Decode));

    internal static Option<bool> Json { get; } = new("--json") { Description = "Print the report as JSON, and nothing else, on standard output." };

    /// <summary>The asked rate, 1/s; null: as fast as the service takes frames.</summary>
    internal static double? RateOf(ParseResult parsed) =>
        parsed.GetValue(FramesPerSecond) is { } rate && double.IsFinite(rate) ? rate : null;

    internal static Core.Cameras.CameraModel? CameraOf(ParseResult parsed)
    {
        string? path = parsed.GetValue(Camera);
        try
        {
            return path is null ? null : CameraFile.Read(path);
        }
        catch (Exception e) when (e is CameraFileException or IOException or UnauthorizedAccessException)
        {
            throw Failures.Unreadable(path!, e, e is CameraFileException ? e.Message : $"{path} cannot be read: {e.Message}");
        }
    }

    internal static AcquisitionRequest Request(IFrameSource source, double pixelSizeNm, string method, double? rate, ParseResult parsed) => new()
    {
        Width = source.Width,
        Height = source.Height,
        PixelType = source.PixelType,
        PixelSizeNm = pixelSizeNm,
        Method = method,
        Camera = source.Camera,
        FrameRate = rate ?? 0,
        Policy = parsed.GetValue(Policy) ?? FramePolicy.Lossless,
        Provider = parsed.GetValue(SharedOptions.Provider) switch
        {
            Inference.Providers.ExecutionProvider.Cpu => Client.ExecutionProvider.Cpu,
            Inference.Providers.ExecutionProvider.Cuda => Client.ExecutionProvider.Cuda,
            Inference.Providers.ExecutionProvider.TensorRt => Client.ExecutionProvider.TensorRt,
            _ => Client.ExecutionProvider.Auto,
        },
        Parameters = new Dictionary<string, double>(parsed.GetValue(Set) ?? []),
        PsfCalibration = PsfOption.Read(parsed, Psf) is { } calibration ? Localizations.EmpiricalPsf.PsfCalibrationFile.Format(calibration) : string.Empty,
        ResultImages = parsed.GetValue(Out) is not null,
        ResultSeries = parsed.GetValue(Out) is not null,
        FrameCount = source.FrameCount,
        Processing = ProcessingChoices.Of(parsed).ToContract(),
        Name = Path.GetFileName(source.Name),
    };

    /// <summary>The options given that mean something for localization only.</summary>
    internal static IReadOnlyList<string> LocalizationOptionsIn(ParseResult parsed) =>
    [
        .. new Option[] { SuperResolvedPixel, Psf, Colour, ZRange, Drift, Filter, Link, LinkRadius, DarkFrames, Table }
            .Where(option => parsed.GetResult(option) is { Implicit: false })
            .Select(option => option.Name),
    ];

    internal static ImageColour ColourOf(ParseResult parsed) => new(parsed.GetValue(Colour), parsed.GetValue(ZRange));

    private static double? ParseRate(ArgumentResult result)
    {
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
        if (string.Equals(text, "max", StringComparison.OrdinalIgnoreCase))
        {
            return double.PositiveInfinity;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double rate) && rate > 0 && rate <= 100_000)
        {
            return rate;
        }

        result.AddError($"--fps is '{text}'; expected frames per second > 0, or max.");
        return null;
    }

    private static KeyValuePair<string, double>[] ParseSettings(ArgumentResult result) =>
        ParsePairs(result, "--set", "accept_probability=0.7", static _ => true);

    private static KeyValuePair<string, double>[] ParseFilters(ArgumentResult result) =>
        ParsePairs(result, "--filter", "max-uncertainty=25", ProcessingChoices.FilterNames.Contains);

    private static KeyValuePair<string, double>[] ParsePairs(ArgumentResult result, string option, string example, Func<string, bool> known)
    {
        var settings = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (Token token in result.Tokens)
        {
            string[] parts = token.Value.Split('=', 2);
            if (parts.Length == 2 && parts[0].Length > 0 && known(parts[0])
                && double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
            {
                settings[parts[0]] = value;
            }
            else
            {
                string names = option == "--filter" ? $", NAME being one of {string.Join(", ", ProcessingChoices.FilterNames)}" : string.Empty;
                result.AddError($"{option} is '{token.Value}'; expected NAME=VALUE with a number, for example {example}{names}.");
            }
        }

        return [.. settings];
    }
}
