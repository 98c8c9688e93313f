using System.CommandLine;
using System.Text.Json;
using System.Text.RegularExpressions;
using MicroscopeStream.Cli.Models;
using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Inference.Importing;
using MicroscopeStream.Inference.Packages;

namespace MicroscopeStream.Cli.Commands;

/// <summary><c>mstream models import</c>: makes a model package of a lone network file.</summary>
internal static partial class ModelsImportCommand
{
    private static readonly Argument<string> Input = new("FILE") { Description = "The network, an .onnx file." };

    private static readonly Option<string?> Out = Text("--out", "Folder of model packages; the new one becomes a folder in it. [default: that of --models]", "DIR");
    private static readonly Option<string?> Id = Text("--id", "Name by which sessions ask for it. [default: the file's name]", "ID");
    private static readonly Option<string?> Title = Text("--title", "One line about it.", "TEXT");
    private static readonly Option<string?> Licence = Text("--licence", "SPDX identifier of its licence.", "SPDX");
    private static readonly Option<string?> Structures = Text("--trained-on", "What it was trained on, in words.", "TEXT");
    private static readonly Option<string?> Normalization = Text(
        "--normalization", $"What is done to pixels before they enter: {NormalizationText.Expected}.", "KIND");
    private static readonly Option<string?> Unit = Text("--unit", "Unit of the image: photons, or 1 for the network's own scale. [default: photons where photons enter, else 1]", "UNIT");
    private static readonly Option<string?> Layout = Text("--layout", "NCHW or NHWC, where the file leaves it open.", "ORDER");
    private static readonly Option<string?> Output = Text("--output", "Which output is the image, where there are several.", "NAME");
    private static readonly Option<string?> FrameOrder = Text("--frame-order", $"What runs along the frames of a window: {string.Join("; ", ModelFrameOrder.All)}. All but the first make the task sim. [default: time]", "ORDER");
    private static readonly Option<string?> Phases = Text("--phases", $"Of a frame order {ModelFrameOrder.RichardsonLucy}: every phase of each angle, or the first. [default: every]", "WHICH");
    private static readonly Option<int?> Frames = Numbers.Whole("--frames", "Frames of a window, where the file leaves it open.", 1);
    private static readonly Option<int?> Target = Numbers.Whole("--target", "Which frame of the window the image is of, from 1. [default: the middle; of a group the last]", 1);
    private static readonly Option<(double Min, double Max)?> PixelSize = Numbers.Range("--pixel-sizes", "Camera pixel sizes that it was trained for; others get a warning.");
    private static readonly Option<string?> Sample = Text("--sample", "TIFF with frames to try it on. [default: simulated ones]", "FILE");
    private static readonly Option<bool> Yes = new("--yes") { Description = "Ask nothing: defaults stand for what options do not say." };
    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON, and ask nothing." };

    internal static Command Create(CommandContext context)
    {
        var import = new Command(
            "import", "Make a model package of an .onnx file: find out what it takes, try it on frames, write model.json and a card to fill in.")
        {
            Input, Out, Id, Title, Licence, Structures, Normalization, Unit, Layout, Output, FrameOrder, Phases, Frames, Target, PixelSize,
            Sample, StreamOptions.Camera, SharedOptions.Models, Yes, Json,
        };
        import.SetAction((parsed, cancellationToken) => RunAsync(parsed, context, cancellationToken));
        return import;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancellationToken)
    {
        string file = parsed.GetValue(Input)!;
        string models = parsed.GetValue(Out) ?? (SharedOptions.ModelDirectoriesOf(parsed) is [string first, ..] ? first : null) ?? throw new CommandException(
            ExitCodes.Usage, $"No folder '{ModelDirectories.DirectoryName}' was found for the new package. Name one with --out.");
        try
        {
            var questions = new ImportQuestions(context.Console, parsed.GetValue(Yes) || parsed.GetValue(Json));
            (ImportChoices choices, int frames, (int, int)? size) = Choose(parsed, file, questions);
            SampleFrames sample = SampleOf(parsed, frames, size, choices, context);
            ImportReport report = await ModelImporter.ImportAsync(file, models, choices, sample, context.Time, cancellationToken);
            report = report with { Warnings = [.. questions.Assumed, .. report.Warnings] };
            Print(report, choices, context, parsed.GetValue(Json));
            return ExitCodes.Success;
        }
        catch (ImportRefusedException e)
        {
            throw new CommandException(ExitCodes.BadInput, e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCodes.Output, $"{models} could not be written: {e.Message.TrimEnd('.')}. Choose another folder with --out.", e);
        }
    }

    private static (ImportChoices Choices, int Frames, (int Height, int Width)? Fixed) Choose(ParseResult parsed, string file, ImportQuestions questions)
    {
        string name = Path.GetFileNameWithoutExtension(file);
        string order = OneOf(parsed, FrameOrder, ModelFrameOrder.All), phases = OneOf(parsed, Phases, [ModelFrameOrder.EveryPhase, ModelFrameOrder.FirstPhase]);

        var choices = new ImportChoices
        {
            Id = name,
            Title = name,
            Licence = "unknown",
            Normalization = new ModelNormalization { Kind = NormalizationKind.Photons },
            Task = order == ModelFrameOrder.Time ? ModelTask.Image : ModelTask.Sim,
            FrameOrder = order,
            Phases = phases,
            Frames = parsed.GetValue(Frames),
            Target = parsed.GetValue(Target) - 1,
            Layout = parsed.GetValue(Layout)?.ToUpperInvariant(),
            Output = parsed.GetValue(Output),
            PixelSizeNm = parsed.GetValue(PixelSize) is { } sizes ? new ValueRange(sizes.Min, sizes.Max) : null,
            Structures = parsed.GetValue(Structures) ?? string.Empty,
        };

        // Before anything is asked: a network that cannot be run needs no answers.
        (int frames, (int, int)? size) = ModelImporter.Look(file, choices);
        string id = questions.Line(parsed.GetValue(Id), "Name by which sessions ask for it?", NotId().Replace(name.ToLowerInvariant(), "-").Trim('-', '.', '_'), "--id");
        if (!IsId().IsMatch(id))
        {
            throw new CommandException(ExitCodes.Usage, $"The id is '{id}'; expected lower-case letters, digits, '.', '_' and '-', 64 at most, e.g. my-denoiser.");
        }

        ModelNormalization normalization = questions.Normalization(parsed.GetValue(Normalization), stack: frames > 1);
        string unit = parsed.GetValue(Unit) ?? (normalization.Kind == NormalizationKind.Photons ? "photons" : "1");
        return (choices with
        {
            Id = id,
            Title = questions.Line(parsed.GetValue(Title), "What does it do, in one line?", name, "--title"),
            Licence = questions.Line(parsed.GetValue(Licence), "Under which licence (SPDX identifier)?", "unknown", "--licence"),
            Normalization = normalization,
            Unit = unit is "photons" or "1" ? unit : throw new CommandException(ExitCodes.Usage, $"--unit is '{unit}'; expected photons or 1."),
        }, frames, size);
    }

    private static SampleFrames SampleOf(
        ParseResult parsed, int frames, (int Height, int Width)? size, ImportChoices choices, CommandContext context)
    {
        const int windows = 4;
        CameraModel? camera = StreamOptions.CameraOf(parsed);
        return parsed.GetValue(Sample) is { } path
            ? ImportFrames.Read(path, camera, windows * frames, warning => context.Console.Error.WriteLine($"warning: {path}: {warning}"))
            : ModelFrameOrder.IsReconstruction(choices.FrameOrder) ? ReconstructionFrames.Simulate(choices.FrameOrder, choices.Phases, size)
            : ImportFrames.Simulate(frames, choices.Task == ModelTask.Sim, size);
    }

    private static void Print(ImportReport report, ImportChoices choices, CommandContext context, bool json)
    {
        if (json)
        {
            context.Console.Out.WriteLine(JsonSerializer.Serialize(ImportEntry.Of(choices.Id, report), ModelReportJson.Default.ImportEntry));
            return;
        }

        foreach (string warning in report.Warnings)
        {
            context.Console.Error.WriteLine($"warning: {warning}");
        }

        TextWriter output = context.Console.Out;
        output.WriteLine($"{choices.Id}:");
        foreach (string found in report.Found)
        {
            output.WriteLine($"  {found}");
        }

        ImportSample tried = report.Sample;
        output.WriteLine(FormattableString.Invariant(
            $"Tried on {tried.Windows} × {tried.Source}, {tried.Width} × {tried.Height} px: finite, {tried.OutputRange.Least:0.###} to {tried.OutputRange.Most:0.###}, Pearson {tried.Likeness:f2} with the frames, {tried.MsPerRun:f1} ms an image on the CPU")
            + (tried.Seams is { } seams ? FormattableString.Invariant($", tiles within {seams:0e+0} of its range.") : "."));
        output.WriteLine($"Written: {report.Folder}. Fill in its MODEL_CARD.md; run it with");
        output.WriteLine($"  mstream stream FRAMES.tif --task {(choices.Task == ModelTask.Sim ? "sim" : "image")} --method {choices.Id}");
    }

    /// <summary>What an option says; the first of what is allowed where it says nothing.</summary>
    private static string OneOf(ParseResult parsed, Option<string?> option, IReadOnlyList<string> allowed) =>
        (parsed.GetValue(option) ?? allowed[0]) is var said && allowed.Contains(said)
            ? said
            : throw new CommandException(ExitCodes.Usage, $"{option.Name} is '{said}'; expected {string.Join("; ", allowed)}.");

    private static Option<string?> Text(string name, string help, string unit) => new(name) { Description = help, HelpName = unit };

    [GeneratedRegex("^[a-z0-9][a-z0-9._-]{0,63}$")]
    private static partial Regex IsId();

    [GeneratedRegex("[^a-z0-9._-]+")]
    private static partial Regex NotId();
}
