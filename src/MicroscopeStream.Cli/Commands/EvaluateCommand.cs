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
    private static readonly Option<string?> Localizations = new("--localizations")
    {
        Description = "Table to score: ThunderSTORM CSV, challenge CSV, or frame,x [nm],y [nm].",
        HelpName = "CSV",
    };

    private static readonly Option<string?> Truth = new("--truth")
    {
        Description = "Ground truth, in any of the same formats.",
        HelpName = "CSV",
    };

    private static readonly Option<string?> Image = new("--image")
    {
        Description = "Image to compare with --truth, then an image too (TIFF, the same number of pixels): affine-fitted PSNR and Pearson's correlation.",
        HelpName = "TIFF",
    };

    private static readonly Option<string?> Video = new("--video")
    {
        Description = "Video to compare with --truth, then a time series too (superres.tif and truth.tif of simulate video), and superres-refined.tif where it lies beside it: Pearson, SSIM and Fourier ring correlation of every slice.",
        HelpName = "TIFF",
    };

    private static readonly Option<int?> From = Numbers.Whole("--from", "Video: first slice that counts. [default: 0]", 0);

    private static readonly Option<string?> Out = new("--out")
    {
        Description = "Video: folder for evaluation.json, evaluation.svg (scores over time) and evaluation.png (truth, first published and refined, row by row).",
        HelpName = "DIR",
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

    private static readonly Option<bool> Axial = new("--axial")
    {
        Description = "Match in space, and score z too: at most 500 nm apart along z, or --tolerance-z.",
    };

    private static readonly Option<double?> ToleranceZ = Numbers.Real(
        "--tolerance-z", "Largest axial distance of a match. [default: 500]", 0, exclusive: true);

    private static readonly Option<string?> Drift = new("--drift")
    {
        Description = "Drift to score, as stream writes it; with --true-drift.",
        HelpName = "CSV",
    };

    private static readonly Option<string?> TrueDrift = new("--true-drift")
    {
        Description = "The true drift, as simulate writes it.",
        HelpName = "CSV",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON." };

    internal static Command Create(CommandContext context)
    {
        var command = new Command(
            "evaluate",
            "Score localizations against ground truth by the rules of the SMLM challenge (Jaccard index, RMSE, efficiency), and correlate both tables' rendered images.")
        {
            Localizations, Truth, Image, Video, From, Out, Border, MinPhotons, Size, Pixel, Sigma, Tolerance, Axial, ToleranceZ, Drift, TrueDrift, Json,
        };
        command.SetAction(parsed => Run(parsed, context.Console));
        return command;
    }

    private static int Run(ParseResult parsed, MstreamConsole console)
    {
        if (parsed.GetValue(Video) is null && (parsed.GetValue(From) is not null || parsed.GetValue(Out) is not null))
        {
            throw new CommandException(ExitCodes.Usage, "--from and --out are for a video: state --video and --truth, or leave them out.");
        }

        if (parsed.GetValue(Drift) is { } drift && parsed.GetValue(TrueDrift) is { } trueDrift)
        {
            return DriftScore.Run(drift, trueDrift, parsed.GetValue(Json), console);
        }

        if (parsed.GetValue(Image) is { } image)
        {
            return EvaluateImage.Run(image, parsed.GetValue(Truth) ?? throw Missing("--truth"), parsed.GetValue(Json), console);
        }

        if (parsed.GetValue(Video) is { } video)
        {
            return EvaluateVideo.Run(
                video, parsed.GetValue(Truth) ?? throw Missing("--truth"), parsed.GetValue(From) ?? 0, parsed.GetValue(Out), parsed.GetValue(Json), console);
        }

        string localizationsPath = parsed.GetValue(Localizations) ?? throw Missing("--localizations");
        string truthPath = parsed.GetValue(Truth) ?? throw Missing("--truth");
        LocalizationTable localizations = Read(localizationsPath, console);
        LocalizationTable truth = Read(truthPath, console);
        bool axial = parsed.GetValue(Axial);
        if (axial && (localizations.All(row => double.IsNaN(row.Z)) || truth.All(row => double.IsNaN(row.Z))))
        {
            string flat = localizations.All(row => double.IsNaN(row.Z)) ? localizationsPath : truthPath;
            throw new CommandException(ExitCodes.BadInput, $"{flat} has no z. Leave --axial away, or name a table with z.");
        }

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
            Axial = axial,
            AxialToleranceNm = parsed.GetValue(ToleranceZ) ?? 500,
        };
        ScoreReport score = Scores.Measure(localizations, truth, options, pixel, parsed.GetValue(Sigma) ?? RenderedPearson.DefaultSigmaNm);
        console.Out.WriteLine(parsed.GetValue(Json)
            ? JsonSerializer.Serialize(score, ReportJson.Default.ScoreReport)
            : Scores.Describe(score));
        return ExitCodes.Success;
    }

    private static CommandException Missing(string option) => new(
        ExitCodes.Usage, $"{option} is missing: state --localizations and --truth, --image and --truth, --video and --truth, or --drift and --true-drift. See --help.");

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
            throw Failures.Unreadable(path, e, $"{path} cannot be read: {e.Message}");
        }
    }
}
