using System.CommandLine;
using System.Text.Json;
using MicroscopeStream.Cli.Models;
using MicroscopeStream.Cli.Terminal;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;

namespace MicroscopeStream.Cli.Commands;

/// <summary><c>mstream models list | describe | verify | import</c>.</summary>
internal static class ModelsCommand
{
    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON." };
    private static readonly Argument<string> Id = new("ID") { Description = "The model's id, as 'mstream models list' shows it." };
    private static readonly Argument<string[]> Ids = new("ID")
    {
        Description = "The models to verify; none: all.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<int?> Size = Numbers.Whole("--size", "Edge of the frames that are run. [default: 64]", 8, "PX");
    private static readonly Option<int?> Frames = Numbers.Whole("--frames", "Frames that are run and timed. [default: 50]", 3);

    internal static Command Create(CommandContext context)
    {
        var list = new Command("list", "List the models that can be used, and the folders that cannot, with the reason.") { SharedOptions.Models, Json };
        list.SetAction(parsed => List(parsed, context.Console));
        var describe = new Command("describe", "Show what a model is for, what it was trained for, its measured figures and its card.") { Id, SharedOptions.Models, Json };
        describe.SetAction(parsed => Describe(parsed, context.Console));
        var verify = new Command(
            "verify", "Check the files against their sums, load the networks, warm them up, run them, and time a frame.")
        {
            Ids, SharedOptions.Models, SharedOptions.Provider, Size, Frames, Json,
        };
        verify.SetAction((parsed, cancellationToken) => VerifyAsync(parsed, context, cancellationToken));
        return new Command("models", "List, describe, verify and import model packages.") { list, describe, verify, ModelsImportCommand.Create(context) };
    }

    private static ModelCatalog Scan(ParseResult parsed)
    {
        IReadOnlyList<string> directories = SharedOptions.ModelDirectoriesOf(parsed);
        return directories.Count > 0
            ? ModelCatalog.Scan(directories)
            : throw new CommandException(
                ExitCodes.BadInput,
                $"No folder '{ModelDirectories.DirectoryName}' was found beside the program or above the current folder. Name one with --models, or set {ModelDirectories.Variable}.");
    }

    private static int List(ParseResult parsed, MstreamConsole console)
    {
        ModelCatalog catalog = Scan(parsed);
        foreach (BrokenModelPackage broken in catalog.Broken)
        {
            console.Error.WriteLine($"warning: {broken.Folder} is no usable model: {string.Join(' ', broken.Problems)}");
        }

        if (parsed.GetValue(Json))
        {
            console.Out.WriteLine(
                JsonSerializer.Serialize([.. catalog.Models.Select(ModelEntry.Of)], ModelReportJson.Default.ModelEntryArray));
        }
        else
        {
            ModelText.List(catalog, console.Out);
        }

        return ExitCodes.Success;
    }

    private static int Describe(ParseResult parsed, MstreamConsole console)
    {
        ModelPackage model = Find(Scan(parsed), parsed.GetValue(Id)!);
        string? card = model.ReadCard() is { Length: > 0 } text ? text : null;
        if (parsed.GetValue(Json))
        {
            console.Out.WriteLine(JsonSerializer.Serialize(ModelDescription.Of(model, card), ModelReportJson.Default.ModelDescription));
        }
        else
        {
            ModelText.Describe(model, card, console.Out);
        }

        return ExitCodes.Success;
    }

    private static async Task<int> VerifyAsync(ParseResult parsed, CommandContext context, CancellationToken cancellationToken)
    {
        ModelCatalog catalog = Scan(parsed);
        string[] ids = parsed.GetValue(Ids) ?? [];
        ExecutionProvider provider = SharedOptions.ProviderOf(parsed);
        var verifier = new ModelVerifier(context.Time, parsed.GetValue(Size) ?? 64, parsed.GetValue(Frames) ?? 50);
        var results = new List<ModelVerification>();

        // Asked for all: a broken folder is a finding. Asked for one by name: finding it broken says so in the same way.
        results.AddRange(catalog.Broken
            .Where(broken => ids.Length == 0 || ids.Contains(Path.GetFileName(broken.Folder)))
            .Select(ModelVerification.Of));
        foreach (ModelPackage model in ids.Length == 0 ? catalog.Models : ids.Where(id => results.All(r => r.Id != id)).Select(id => Find(catalog, id)))
        {
            results.Add(await verifier.VerifyAsync(model, provider, cancellationToken));
        }

        if (parsed.GetValue(Json))
        {
            context.Console.Out.WriteLine(JsonSerializer.Serialize([.. results], ModelReportJson.Default.ModelVerificationArray));
        }
        else
        {
            results.ForEach(result => context.Console.Out.WriteLine(result.ToString()));
        }

        return results.All(result => result.Ok) ? ExitCodes.Success : ExitCodes.BadInput;
    }

    private static ModelPackage Find(ModelCatalog catalog, string id) =>
        catalog.Find(id) ?? throw new CommandException(ExitCodes.BadInput, catalog.Explain(id));
}
