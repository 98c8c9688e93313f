using System.Text.Json;
using System.Text.Json.Serialization;
using MicroscopeStream.Inference.Importing;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;

namespace MicroscopeStream.Cli.Models;

/// <summary>A model at a glance, as <c>models list --json</c> prints it.</summary>
internal sealed record ModelEntry(string Id, string Task, string Version, string Title, string Licence, string Folder)
{
    internal static ModelEntry Of(ModelPackage model) => new(
        model.Id, TaskName(model), model.Manifest.Version, model.Manifest.Title, model.Manifest.Provenance.Licence, model.Folder);

    internal static string TaskName(ModelPackage model) => JsonNamingPolicy.KebabCaseLower.ConvertName(model.Manifest.Task.ToString());
}

/// <summary>A model in full, as <c>models describe --json</c> prints it.</summary>
internal sealed record ModelDescription(ModelEntry Model, string Hash, JsonElement Package, string? Card)
{
    internal static ModelDescription Of(ModelPackage model, string? card)
    {
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(model.Folder, ModelPackageLoader.ManifestName)));
        return new ModelDescription(ModelEntry.Of(model), model.Hash, manifest.RootElement.Clone(), card);
    }
}

/// <summary>What became of verifying one model.</summary>
internal sealed record ModelVerification
{
    public required string Id { get; init; }

    public required bool Ok { get; init; }

    public string Version { get; init; } = string.Empty;

    public string Hash { get; init; } = string.Empty;

    /// <summary>Provider asked for, used, and why not what was asked for.</summary>
    public VerifiedProvider? Provider { get; init; }

    /// <summary>Edge of the frames that were run, px.</summary>
    public int FrameSize { get; init; }

    /// <summary>Frames that were run after warm-up.</summary>
    public int Frames { get; init; }

    /// <summary>Median time of a frame's run, ms.</summary>
    public double? MsPerFrame { get; init; }

    /// <summary>Largest time of a frame's run, ms.</summary>
    public double? MsPerFrameMax { get; init; }

    public IReadOnlyList<string> Problems { get; init; } = [];

    internal static ModelVerification Of(BrokenModelPackage broken) => new()
    {
        Id = Path.GetFileName(broken.Folder),
        Ok = false,
        Problems = [.. broken.Problems.Select(problem => problem.ToString())],
    };

    public override string ToString() => Ok
        ? FormattableString.Invariant(
            $"{Id} {Version}: ok. {MsPerFrame:f2} ms per frame of {FrameSize} × {FrameSize} px (median of {Frames}, at most {MsPerFrameMax:f2}) on {Provider}. SHA-256 {Hash[..12]}…")
        : $"{Id}: not usable. {string.Join(' ', Problems)}";
}

/// <summary>A provider decision.</summary>
internal sealed record VerifiedProvider(string Requested, string Used, IReadOnlyList<string> Reasons)
{
    internal static VerifiedProvider Of(ProviderDecision decision) =>
        new(decision.Requested.Name(), decision.Used.Name(), decision.Reasons);

    public override string ToString() => Reasons.Count == 0 ? Used : $"{Used} ({string.Join(' ', Reasons)})";
}

/// <summary>An imported model, as <c>models import --json</c> prints it.</summary>
internal sealed record ImportEntry(
    string Id, string Folder, IReadOnlyList<string> Found, IReadOnlyList<string> Warnings, string Sample, int Windows, double MsPerImage,
    double OutputMinimum, double OutputMaximum, double Likeness, double? Seams)
{
    internal static ImportEntry Of(string id, ImportReport report) => new(
        id, report.Folder, report.Found, report.Warnings, report.Sample.Source, report.Sample.Windows, report.Sample.MsPerRun,
        report.Sample.OutputRange.Least, report.Sample.OutputRange.Most, report.Sample.Likeness, report.Sample.Seams);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(ModelEntry[]))]
[JsonSerializable(typeof(ModelDescription))]
[JsonSerializable(typeof(ModelVerification[]))]
[JsonSerializable(typeof(ImportEntry))]
internal sealed partial class ModelReportJson : JsonSerializerContext;
