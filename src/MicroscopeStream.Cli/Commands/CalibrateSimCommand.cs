using System.CommandLine;
using System.Globalization;
using MicroscopeStream.Cli.Sources;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Calibration;
using MicroscopeStream.StructuredIllumination.Orders;
using MicroscopeStream.StructuredIllumination.Patterns;

namespace MicroscopeStream.Cli.Commands;

/// <summary><c>mstream calibrate sim</c>: estimates the pattern of structured illumination on a group of frames.</summary>
internal static class CalibrateSimCommand
{
    private static readonly Argument<string> Input = new("FRAMES")
    {
        Description = "TIFF, MRC or DV file that begins with a whole group of frames, best of a bright sample full of detail.",
    };

    private static readonly Option<string> Out = new("--out") { Description = "Pattern file. [default: sim-pattern.json]", HelpName = "FILE" };

    private static readonly Option<int?> Group = Numbers.Whole("--group", "Group of the file to estimate on, from 1. [default: 1]", 1);

    private static readonly Option<bool> Json = new("--json") { Description = "Print the pattern's file." };

    internal static Command Create(CommandContext context)
    {
        var sim = new Command("sim", "Estimate carriers, phases and modulation depths of structured illumination, for stream --pattern.")
        {
            Input, SimOptions.Order, SimOptions.Wavelength, SimOptions.Na, SimOptions.Otf, Out, Group, StreamOptions.PixelSize, StreamOptions.Camera, Json,
        };
        sim.SetAction(parsed => Run(parsed, context));
        return sim;
    }

    private static int Run(ParseResult parsed, CommandContext context)
    {
        (double wavelength, double na) = (Need(parsed, SimOptions.Wavelength), Need(parsed, SimOptions.Na));
        string input = parsed.GetValue(Input)!;
        PatternEstimate estimate;
        using (IFrameSource source = FrameSources.Open(input, StreamOptions.CameraOf(parsed), null, null))
        {
            try
            {
                FrameOrder order = FrameOrder.Parse(parsed.GetValue(SimOptions.Order) ?? throw new CommandException(ExitCodes.Usage, "--order is missing: state in which order the frames come, hex7 or 3x5 for example."));
                double pixel = parsed.GetValue(StreamOptions.PixelSize) ?? source.PixelSizeNm ?? throw new CommandException(
                    ExitCodes.Usage, $"{source.Name} does not say how large its pixels are. State it with --pixel-size NM.");
                (PixelGrid grid, float[] frames) = ReadGroup(source, order, pixel, parsed.GetValue(Group) ?? 1);
                estimate = new PatternEstimator(grid, order, SimOptions.Lens(parsed, na, wavelength)).Estimate(frames);
            }
            catch (Exception e) when (e is FormatException or ArgumentException)
            {
                throw new CommandException(ExitCodes.Usage, e is ArgumentException argument ? Failures.Plain(argument) : e.Message, e);
            }
        }

        if (!estimate.IsFound || estimate.OrderFinding == FrameOrderFinding.Unclear)
        {
            throw new CommandException(ExitCodes.BadInput, string.Create(
                CultureInfo.InvariantCulture,
                $"{input}: no pattern of the order {estimate.Pattern.Order.Name} was found (weakest carrier {estimate.Significance.Min():f1} times the background, {PatternEstimate.LeastSignificance:f0} needed). Check order, wavelength and numerical aperture, or take brighter frames."));
        }

        if (estimate.OrderFinding == FrameOrderFinding.Rearranged)
        {
            context.Console.Error.WriteLine($"warning: the frames do not come in the order {estimate.Pattern.Order.Name}: by their phases they are its frames {string.Join(' ', estimate.Places)} (from 0). The file holds them as they came.");
        }

        string text = PatternFile.Format(new SavedPattern(estimate.Pattern, wavelength, na)), path = Path.GetFullPath(parsed.GetValue(Out) ?? "sim-pattern.json");
        try
        {
            File.WriteAllText(path, text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCodes.Output, $"{path} could not be written: {e.Message.TrimEnd('.')}. Choose another file with --out.", e);
        }

        context.Console.Out.Write(parsed.GetValue(Json) ? text : Describe(estimate, path));
        return ExitCodes.Success;
    }

    private static double Need(ParseResult parsed, Option<double?> option) =>
        parsed.GetValue(option) ?? throw new CommandException(ExitCodes.Usage, $"{option.Name} is missing: the lens must be known.");

    private static (PixelGrid Grid, float[] Frames) ReadGroup(IFrameSource source, FrameOrder order, double pixelNm, int group)
    {
        var camera = new PixelGrid(source.Width, source.Height, pixelNm);
        PixelGrid grid = camera;
        if (order.IsTiled)
        {
            (int width, int height) = FrameTiles.SizeOf(order, camera.Width, camera.Height);
            grid = new PixelGrid(width, height, pixelNm);
        }

        var frames = new float[order.FramesPerImage * grid.PixelCount];
        var bytes = new byte[camera.PixelCount * source.PixelType.BytesPerPixel()];
        var values = new float[camera.PixelCount];
        var converter = new PhotonConverter(source.Camera ?? new Core.Cameras.CameraModel { BaselineAdu = 0 }, source.PixelType, values.Length);
        int pages = order.IsTiled ? 1 : order.FramesPerImage;
        for (long n = -(group - 1L) * pages; n < pages; n++)
        {
            if (!source.TryRead(out _, bytes))
            {
                throw new CommandException(ExitCodes.BadInput, $"{source.Name} has no whole group {group}: {source.FrameCount} frames, {pages} to a group.");
            }

            if (n < 0)
            {
                continue;
            }

            converter.Convert(bytes, values);
            if (!order.IsTiled)
            {
                values.CopyTo(frames, (int)n * grid.PixelCount);
                continue;
            }

            for (int i = 0; i < order.FramesPerImage; i++)
            {
                FrameTiles.Cut(order, (ReadOnlySpan<float>)values, camera.Width, i, frames.AsSpan(i * grid.PixelCount, grid.PixelCount));
            }
        }

        // Without a camera the baseline is not known: what is the same everywhere carries no pattern, but would lower its modulation.
        if (source.Camera is null)
        {
            float darkest = frames.Order().ElementAt(frames.Length / 1000);
            for (int i = 0; i < frames.Length; i++)
            {
                frames[i] -= darkest;
            }
        }

        return (grid, frames);
    }

    private static string Describe(PatternEstimate estimate, string path)
    {
        var text = new System.Text.StringBuilder();
        for (int c = 0; c < estimate.Pattern.Components.Count; c++)
        {
            PatternComponent component = estimate.Pattern.Components[c];
            text.AppendLine(CultureInfo.InvariantCulture, $"angle {component.Angle} order {component.Order}: carrier ({component.Kx:f4}, {component.Ky:f4}) /µm, modulation depth {component.Modulation:f2}, {estimate.Significance[c]:f0} times the background, phases even to {estimate.PhaseDeviationRad[c]:f2} rad");
        }

        return text.AppendLine(CultureInfo.InvariantCulture, $"written        {path}").ToString();
    }
}
