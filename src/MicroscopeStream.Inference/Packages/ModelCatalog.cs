namespace MicroscopeStream.Inference.Packages;

/// <summary>The models found on this machine: the whole ones, and the broken ones with their reasons.</summary>
/// <remarks>Immutable, safe to share between threads; scan again to see new folders.</remarks>
public sealed class ModelCatalog
{
    private ModelCatalog(IReadOnlyList<string> directories, IReadOnlyList<ModelPackage> models, IReadOnlyList<BrokenModelPackage> broken) =>
        (Directories, Models, Broken) = (directories, models, broken);

    /// <summary>The directories that were looked through, absolute.</summary>
    public IReadOnlyList<string> Directories { get; }

    /// <summary>The models that can be used, by id.</summary>
    public IReadOnlyList<ModelPackage> Models { get; }

    /// <summary>The folders that have a <c>model.json</c> and cannot be used.</summary>
    public IReadOnlyList<BrokenModelPackage> Broken { get; }

    /// <summary>
    /// Looks through directories: every folder in them that has a <c>model.json</c> is a model. No folder's faults hide another.
    /// </summary>
    /// <param name="directories">Where to look; directories that do not exist hold nothing.</param>
    /// <param name="cancellationToken">Stops between folders.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static ModelCatalog Scan(IEnumerable<string> directories, CancellationToken cancellationToken = default)
    {
        string[] roots = [.. directories.Select(Path.GetFullPath).Distinct()];
        var models = new SortedDictionary<string, ModelPackage>(StringComparer.Ordinal);
        var broken = new List<BrokenModelPackage>();
        foreach (string folder in roots.SelectMany(root => Folders(root, broken)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!ModelPackageLoader.TryLoad(folder, out ModelPackage? package, out var problems, cancellationToken))
            {
                broken.Add(new BrokenModelPackage(folder, problems));
            }
            else if (!models.TryAdd(package!.Id, package))
            {
                string file = Path.Combine(folder, ModelPackageLoader.ManifestName);
                string message = $"is \"{package.Id}\", as in {models[package.Id].Folder}.";
                broken.Add(new BrokenModelPackage(folder, [new(file, "id", message, "Give one of them another id.")]));
            }
        }

        return new ModelCatalog(roots, [.. models.Values], broken);
    }

    /// <summary>The model of that id, or null.</summary>
    public ModelPackage? Find(string id) => Models.FirstOrDefault(model => model.Id == id);

    /// <summary>Why there is no model of that id, in words: what there is instead, and what is wrong with a folder of that name.</summary>
    public string Explain(string id)
    {
        BrokenModelPackage? folder = Broken.FirstOrDefault(one => Path.GetFileName(one.Folder) == id);
        if (folder is not null)
        {
            return $"The model '{id}' cannot be used. {string.Join(' ', folder.Problems)}";
        }

        string known = Models.Count == 0 ? "none" : string.Join(", ", Models.Select(model => model.Id));
        return $"There is no model '{id}'. Known models: {known}. Looked in: {string.Join(", ", Directories)}.";
    }

    private static IEnumerable<string> Folders(string root, List<BrokenModelPackage> broken)
    {
        try
        {
            return !Directory.Exists(root) ? [] :
            [
                .. Directory.EnumerateDirectories(root)
                    .Where(folder => File.Exists(Path.Combine(folder, ModelPackageLoader.ManifestName)))
                    .Order(StringComparer.Ordinal),
            ];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            broken.Add(new BrokenModelPackage(root, [new(root, "", $"cannot be read: {failure.Message}", "Check that it may be read.")]));
            return [];
        }
    }
}

/// <summary>A folder that has a <c>model.json</c> and cannot be used.</summary>
/// <param name="Folder">The folder, absolute.</param>
/// <param name="Problems">Why.</param>
public sealed record BrokenModelPackage(string Folder, IReadOnlyList<ModelPackageProblem> Problems);
