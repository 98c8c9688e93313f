using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using MicroscopeStream.Cli.Reports;
using MicroscopeStream.Cli.Sources;
using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Localizations.Astigmatism;
using MicroscopeStream.Localizations.EmpiricalPsf;

namespace MicroscopeStream.Cli.Commands;

/// <summary><c>mstream calibrate psf</c>: measures widths against depth, and the PSF, on a bead stack.</summary>
internal static class CalibrateCommand
{
    private static readonly Argument<string> Input = new("BEADS")
    {
        Description = "TIFF file: one sweep of the stage through beads, one page per position.",
    };

    private static readonly Option<double> ZStep = new("--z-step")
    {
        Description = "From slice to slice; negative turns the sign of depth. Required.",
        HelpName = "NM",
        Required = true,
        CustomParser = ParseStep,
    };

    private static readonly Option<string> Out = new("--out")
    {
        Description = "Calibration file; a picture (.png) and the PSF as a stack (.tif) are written beside it. [default: psf-calibration.json]",
        HelpName = "FILE",
    };

    private static readonly Option<int?> MinimumBeads = Numbers.Whole("--min-beads", "Beads needed. [default: 3]", 1);

    private static readonly Option<double?> Extent = Numbers.Real(
        "--psf-extent", "Edge of the square that the PSF is measured in. [default: 2200]", 700);

    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON." };

    internal static Command Create(CommandContext context)
    {
        var psf = new Command("psf", "Measure the PSF's widths against depth, and the PSF itself, on a stack of beads, for 3D localization.")
        {
            Input, ZStep, Out, StreamOptions.PixelSize, StreamOptions.Camera, MinimumBeads, Extent, Json,
        };
        psf.SetAction(parsed => Run(parsed, context));
        return new Command("calibrate", "Calibrate the microscope.") { psf, CalibrateSimCommand.Create(context) };
    }

    private static int Run(ParseResult parsed, CommandContext context)
    {
        string input = parsed.GetValue(Input)!;
        double step = parsed.GetValue(ZStep);
        CameraModel? camera = StreamOptions.CameraOf(parsed);
        BeadStackFile stack = BeadStackFile.Read(input, parsed.GetValue(StreamOptions.PixelSize), camera, step);
        foreach (string warning in stack.Warnings)
        {
            context.Console.Error.WriteLine($"warning: {warning}");
        }

        PsfMeasurement measured = Measure(stack, step, input, parsed);
        string path = Path.GetFullPath(parsed.GetValue(Out) ?? "psf-calibration.json");
        string[] written = [path, Path.ChangeExtension(path, ".png"), Path.ChangeExtension(path, ".tif")];
        try
        {
            PsfCalibrationFile.Write(path, measured.Calibration);
            CalibrationPicture.Write(written[1], measured);
            CalibrationPicture.WriteStack(written[2], measured.Calibration.Psf!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCodes.Output, $"{path} could not be written: {e.Message.TrimEnd('.')}. Choose another file with --out.", e);
        }

        context.Console.Out.Write(parsed.GetValue(Json) ? AsJson(measured, written) : AsText(measured, written));
        return ExitCodes.Success;
    }

    private static PsfMeasurement Measure(BeadStackFile stack, double step, string input, ParseResult parsed)
    {
        var defaults = new BeadCalibrationOptions();
        double pixel = stack.Grid.PixelSizeNm, noise = stack.Camera.ReadNoiseElectrons / stack.Camera.EmGain / stack.Camera.QuantumEfficiency;
        var options = defaults with
        {
            // A PSF in focus is about 130 nm wide, and what is fitted about ten times as much.
            PsfSigma = Math.Clamp(130 / pixel, 0.7, 4),
            RegionSize = Math.Clamp((2 * (int)Math.Round(600 / pixel)) + 1, 9, 15),
            MinimumBeads = parsed.GetValue(MinimumBeads) ?? defaults.MinimumBeads,
            PsfExtentNm = parsed.GetValue(Extent) ?? defaults.PsfExtentNm,
            ReadVariance = noise * noise,
            SaturationPhotons = stack.SaturationPhotons,
        };
        try
        {
            return PsfCalibrator.Calibrate(stack.Slices, stack.Grid, step, options);
        }
        catch (BeadCalibrationException e)
        {
            throw new CommandException(ExitCodes.BadInput, $"{input}: {e.Message}", e);
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCodes.Usage, Failures.Plain(e), e);
        }
    }

    private static string AsText(PsfMeasurement measured, string[] written)
    {
        AstigmatismCalibration curves = measured.Calibration.Curves;
        SplinePsf psf = measured.Calibration.Psf!;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            beads             {measured.Found} found, {measured.Saturated} saturated, {curves.Beads} for the curves, {measured.Calibration.PsfBeads} for the PSF
            depth from widths {curves.MinimumZNm:f0} to {curves.MaximumZNm:f0} nm
            depth from PSF    {psf.MinimumZNm:f0} to {psf.MaximumZNm:f0} nm
            focus             x at {curves.X.FocusNm:f0} nm ({curves.X.Sigma0Nm:f0} nm wide), y at {curves.Y.FocusNm:f0} nm ({curves.Y.Sigma0Nm:f0} nm wide)
            residuals         widths {100 * curves.RelativeResidual:f1} %, depths of the beads {measured.AxialResidualNm:f1} nm
            written           {string.Join(", ", written)}

            """);
    }

    private static string AsJson(PsfMeasurement measured, string[] written)
    {
        AstigmatismCalibration curves = measured.Calibration.Curves;
        SplinePsf psf = measured.Calibration.Psf!;
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteNumber("beads_found", measured.Found);
            json.WriteNumber("beads_saturated", measured.Saturated);
            json.WriteNumber("beads_curves", curves.Beads);
            json.WriteNumber("beads_psf", measured.Calibration.PsfBeads);
            Range("z_range_curves_nm", curves.MinimumZNm, curves.MaximumZNm);
            Range("z_range_psf_nm", psf.MinimumZNm, psf.MaximumZNm);
            Range("focus_nm", curves.X.FocusNm, curves.Y.FocusNm);
            json.WriteNumber("relative_residual", curves.RelativeResidual);
            json.WriteNumber("axial_residual_nm", measured.AxialResidualNm);
            json.WriteStartArray("outputs");
            foreach (string file in written)
            {
                json.WriteStringValue(file);
            }

            json.WriteEndArray();
            json.WriteEndObject();

            void Range(string name, double a, double b)
            {
                json.WriteStartArray(name);
                json.WriteNumberValue(a);
                json.WriteNumberValue(b);
                json.WriteEndArray();
            }
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static double ParseStep(ArgumentResult result)
    {
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double step) && double.IsFinite(step) && step != 0 && Math.Abs(step) <= 1000)
        {
            return step;
        }

        result.AddError($"--z-step is '{text}'; expected nm from slice to slice, not 0 and at most 1000 (a stack whose steps differ cannot be used: resample it).");
        return 0;
    }
}
