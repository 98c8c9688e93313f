using System.CommandLine;
using System.Text.Json;
using MicroscopeStream.Cli.Reports;
using MicroscopeStream.Cli.Terminal;
using MicroscopeStream.Localizations.Scoring;
using MicroscopeStream.Localizations.Tables;

namespace MicroscopeStream.Cli.Commands;

/// <summary><c>mstream evaluate</c>: scores a localization table against ground truth.</summary>
internal static class EvaluateCommand
{
    private static readonly Option<string> Localizations = new("--localizations")
    {
        Description = "Table to score: ThunderSTORM CSV, challenge CSV, or frame,x [nm],y [nm].",
        HelpName = "CSV",
        Required = true,
    };

    private static readonly Option<string> Truth = new("--truth")
    {
        Description = "Ground truth, in any of the same formats.",
        HelpName = "CSV",
        Required = true,
    };

    private static readonly Option<double?> Border = Numbers.Real(
        "--border", "Margin of the field in which nothing counts. The challenge's is 450. [default: 0]", 0);

    private static readonly Option<double?> MinPhotons = Numbers.Real(
        "--min-photons", "True emitters dimmer than this in a frame count neither way. [default: 0]", 0, unit: "N");
    private static readonly Option<double?> Size = Numbers.Real(
        "--size",
        "Edge of the square field of view. [default: as in the report.json beside the localizations; else 6400, or what the truth needs]",
        0, exclusive: true);

    private static readonly Option<double?> Pixel = Numbers.Real(
        "--pixel", "Pixel of the images that are rendered for Pearson's correlation. [default: 12.5]", 0, exclusive: true);
    private static readonly Option<double?> Sigma = Numbers.Real("--sigma", "Blur of those images. [default: 25]", 0);
    private static readonly Option<double?> Tolerance = Numbers.Real(
        "--tolerance", "Largest distance of a match. [default: 250]", 0, exclusive: true);

    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON." };

    internal static Command Create(CommandContext context)
    {
        var command = new Command(
            "evaluate",
            "Score localizations against ground truth by the rules of the SMLM challenge (Jaccard index, RMSE, efficiency), and correlate both tables' rendered images.")
        {
            Localizations, Truth, Border, MinPhotons, Size, Pixel, Sigma, Tolerance, Json,
        };
        command.SetAction(parsed => Run(parsed, context.Console));
        return command;
    }

    private static int Run(ParseResult parsed, MstreamConsole console)
    {
        string localizationsPath = parsed.GetValue(Localizations)!;
        LocalizationTable localizations = Read(localizationsPath, console);
        LocalizationTable truth = Read(parsed.GetValue(Truth)!, console);
        (double width, double height) = parsed.GetValue(Size) is { } size ? (size, size) : FieldOfView.Find(
            localizationsPath, truth, console.Error);
        double pixel = parsed.GetValue(Pixel) ?? RenderedPearson.DefaultPixelSizeNm;
        if (width * height / (pixel * pixel) > 1e9)
        {
            throw new CommandException(
                ExitCodes.Usage,
                $"A field of {width:f0} × {height:f0} nm has too many pixels of {pixel} nm. State a larger --pixel, or the right --size.");
        }

        var options = new ScoringOptions
        {
            WidthNm = width,
            HeightNm = height,
            BorderNm = parsed.GetValue(Border) ?? 0,
            MinimumPhotons = parsed.GetValue(MinPhotons) ?? 0,
            LateralToleranceNm = parsed.GetValue(Tolerance) ?? 250,
        };
        ScoreReport score = Scores.Measure(localizations, truth, options, pixel, parsed.GetValue(Sigma) ?? RenderedPearson.DefaultSigmaNm);
        console.Out.WriteLine(parsed.GetValue(Json)
            ? JsonSerializer.Serialize(score, ReportJson.Default.ScoreReport)
            : Scores.Describe(score));
        return ExitCodes.Success;
    }

    private static LocalizationTable Read(string path, MstreamConsole console)
    {
        try
        {
            LocalizationFile file = LocalizationReader.Read(path);
            foreach (string warning in file.Warnings)
            {
                console.Error.WriteLine($"warning: {warning}");
            }

            return file.Table;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCodes.BadInput, $"{path} cannot be read: {e.Message}", e);
        }
    }
}
