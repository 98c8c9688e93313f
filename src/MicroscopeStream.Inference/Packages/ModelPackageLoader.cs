using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MicroscopeStream.Inference.Packages.Onnx;
using MicroscopeStream.Inference.Packages.Schema;

namespace MicroscopeStream.Inference.Packages;

/// <summary>
/// Reads a model package and checks it whole: manifest against schema and rules, files against their sums, networks against the manifest.
/// </summary>
/// <remarks>Thread-safe. Nothing here runs a network, and nothing in a package is trusted.</remarks>
public static class ModelPackageLoader
{
    /// <summary>Name of the manifest in a package's folder.</summary>
    public const string ManifestName = "model.json";

    private const long MaximumManifestBytes = 1 << 20;

    private static readonly SchemaValidator s_schema = new(JsonDocument.Parse(ReadSchema()).RootElement);

    /// <summary>The JSON schema of <c>model.json</c>, as text.</summary>
    public static string Schema => ReadSchema();

    /// <summary>Loads a package.</summary>
    /// <param name="folder">The package's folder.</param>
    /// <param name="cancellationToken">Stops between files.</param>
    /// <exception cref="ModelPackageException">The package cannot be used; every fault that was found is listed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static ModelPackage Load(string folder, CancellationToken cancellationToken = default) =>
        TryLoad(folder, out ModelPackage? package, out IReadOnlyList<ModelPackageProblem> problems, cancellationToken)
            ? package!
            : throw new ModelPackageException(problems);

    /// <summary>Loads a package, or says what is wrong with it.</summary>
    /// <param name="folder">The package's folder.</param>
    /// <param name="package">The package, or null.</param>
    /// <param name="problems">What is wrong; empty on success.</param>
    /// <param name="cancellationToken">Stops between files.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static bool TryLoad(
        string folder,
        out ModelPackage? package,
        out IReadOnlyList<ModelPackageProblem> problems,
        CancellationToken cancellationToken = default)
    {
        var found = new List<ModelPackageProblem>();
        problems = found;
        package = null;
        folder = Path.GetFullPath(folder);
        string manifestFile = Path.Combine(folder, ManifestName);
        try
        {
            ModelManifest? manifest = ReadManifest(manifestFile, found);
            package = manifest is null ? null : ReadGraphs(folder, manifestFile, manifest, found, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            found.Add(new(folder, "", $"cannot be read: {failure.Message}", "Check that the folder is there and may be read."));
        }

        return package is not null;
    }

    private static ModelManifest? ReadManifest(string file, List<ModelPackageProblem> problems)
    {
        var info = new FileInfo(file);
        if (!info.Exists)
        {
            problems.Add(
                new(file, "", "does not exist.", "A model package is a folder with a model.json, as model.schema.json describes it."));
            return null;
        }

        if (!GraphFiles.StaysInside(info.DirectoryName!, file))
        {
            problems.Add(new(file, "", "leads out of the model's folder.", "Put the file itself into the folder; links to elsewhere are refused."));
            return null;
        }

        if (info.Length > MaximumManifestBytes)
        {
            problems.Add(new(file, "", $"has {info.Length} bytes.", $"At most {MaximumManifestBytes} are read."));
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(
                File.ReadAllBytes(file), new JsonDocumentOptions { MaxDepth = 32, AllowDuplicateProperties = false });
            IReadOnlyList<SchemaFault> faults = s_schema.Validate(document.RootElement);
            problems.AddRange(faults.Select(fault => new ModelPackageProblem(file, fault.Path, fault.Message, fault.Remedy)));
            if (problems.Count > 0)
            {
                return null;
            }

            ModelManifest manifest = document.RootElement.Deserialize(ModelJson.Default.ModelManifest)!;
            problems.AddRange(
                ManifestRules.Check(manifest).Select(fault => new ModelPackageProblem(file, fault.Field, fault.Message, fault.Remedy)));
            return problems.Count > 0 ? null : manifest;
        }
        catch (JsonException broken)
        {
            problems.Add(new(file, broken.Path ?? "", $"is not valid JSON: {broken.Message}", "Mend it there."));
            return null;
        }
        catch (InvalidOperationException broken)
        {
            // Text that is not valid Unicode is noticed only when it is read.
            problems.Add(new(file, "", $"is not valid JSON: {broken.Message}", "Save it as UTF-8."));
            return null;
        }
    }

    private static ModelPackage? ReadGraphs(
        string folder, string manifestFile, ModelManifest manifest, List<ModelPackageProblem> problems, CancellationToken cancellationToken)
    {
        var graphs = new Dictionary<string, OnnxGraphInfo>();
        var sums = new StringBuilder();
        foreach ((string name, ModelGraph graph) in manifest.Graphs.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            string hash = manifest.Provenance.Sha256[graph.File];
            OnnxGraphInfo? info = GraphFiles.Read(folder, name, graph, hash, problems, cancellationToken);
            if (info is not null)
            {
                problems.AddRange(GraphFiles.Compare(manifestFile, name, graph, info, manifest));
                graphs[name] = info;
                sums.Append(name).Append('=').Append(hash).Append('\n');
            }
        }

        return problems.Count > 0
            ? null
            : new ModelPackage(
                folder, manifest, graphs, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sums.ToString()))));
    }

    private static string ReadSchema()
    {
        using Stream stream = typeof(ModelPackageLoader).Assembly.GetManifestResourceStream("model.schema.json")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
