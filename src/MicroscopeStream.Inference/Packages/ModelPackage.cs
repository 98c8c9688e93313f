using System.Security.Cryptography;
using MicroscopeStream.Inference.Packages.Onnx;

namespace MicroscopeStream.Inference.Packages;

/// <summary>A model package that was read and found whole: its manifest, its files and what they hold.</summary>
/// <remarks>Immutable, safe to share between threads.</remarks>
public sealed class ModelPackage
{
    /// <summary>No card of words is near it.</summary>
    private const long MostTextBytes = 4L << 20;

    internal ModelPackage(string folder, ModelManifest manifest, IReadOnlyDictionary<string, OnnxGraphInfo> graphs, string hash)
    {
        Folder = folder;
        Manifest = manifest;
        Graphs = graphs;
        Hash = hash;
    }

    /// <summary>The model's id.</summary>
    public string Id => Manifest.Id;

    /// <summary>The package's folder, absolute.</summary>
    public string Folder { get; }

    /// <summary>What <c>model.json</c> says.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>Thresholds and rules for localization maps; null where the manifest has none.</summary>
    public ModelReadout? Readout => Manifest.Readout;

    /// <summary>What each <c>.onnx</c> file says about itself, by the manifest's name for the graph.</summary>
    public IReadOnlyDictionary<string, OnnxGraphInfo> Graphs { get; }

    /// <summary>SHA-256 over the graphs' own SHA-256, lower-case hexadecimal: equal for equal networks.</summary>
    public string Hash { get; }

    /// <summary>The file of a graph, absolute.</summary>
    /// <exception cref="KeyNotFoundException">The manifest has no graph of that name.</exception>
    public string FileOf(string graph) => Path.Combine(Folder, Manifest.Graphs[graph].File);

    /// <summary>
    /// The bytes of a graph, checked against their sum once more: the file may have been replaced since the package was loaded.
    /// </summary>
    /// <exception cref="ModelPackageException">The file is gone, cannot be read, or is another one.</exception>
    internal byte[] ReadGraph(string graph)
    {
        string file = FileOf(graph);
        string field = $"graphs.{graph}.file";
        try
        {
            byte[] bytes = File.ReadAllBytes(file);
            return Convert.ToHexStringLower(SHA256.HashData(bytes)) == Manifest.Provenance.Sha256[Manifest.Graphs[graph].File]
                ? bytes
                : throw new ModelPackageException([new(file, field, "changed since the package was checked.", "Load the package again.")]);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ModelPackageException(
                [new(file, field, $"cannot be read: {failure.Message}", "Check that it is there and may be read.")], failure);
        }
    }

    /// <summary>The model card, absolute, or null where the package has none, or one that leads out of the folder.</summary>
    public string? CardFile => Inside("MODEL_CARD.md");

    /// <summary>Text of the model card; empty where the package has none.</summary>
    /// <exception cref="IOException">It cannot be read, or has more than 4 MiB.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public string ReadCard() => Read(CardFile);

    /// <summary>Text of <c>model.json</c>; empty where it is gone or leads out of the folder.</summary>
    /// <exception cref="IOException">It cannot be read, or has more than 4 MiB.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public string ReadManifestText() => Read(Inside(ModelPackageLoader.ManifestName));

    private string? Inside(string name)
    {
        string file = Path.Combine(Folder, name);
        return File.Exists(file) && GraphFiles.StaysInside(Folder, file) ? file : null;
    }

    private static string Read(string? file)
    {
        if (file is null)
        {
            return string.Empty;
        }

        // One handle for measuring and reading: the file may be replaced in between.
        using FileStream stream = File.OpenRead(file);
        if (stream.Length > MostTextBytes)
        {
            throw new IOException($"{Path.GetFileName(file)} has {stream.Length} bytes; at most {MostTextBytes} are read.");
        }

        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
