namespace MicroscopeStream.Inference.Packages;

/// <summary>Where models are looked for.</summary>
public static class ModelDirectories
{
    /// <summary>Environment variable that names directories, separated as in PATH.</summary>
    public const string Variable = "MSTREAM_MODELS";

    /// <summary>Name of the directory that is looked for beside the program and upwards.</summary>
    public const string DirectoryName = "onnx-models";

    /// <summary>
    /// The directories to scan: those asked for; else those of <see cref="Variable"/>; else the first <c>onnx-models</c>
    /// found beside the program's files, in the current directory, or in a directory above either.
    /// </summary>
    /// <param name="asked">What the user asked for (<c>--models</c>), or null.</param>
    /// <returns>Absolute directories; empty when nothing was found.</returns>
    /// <exception cref="DirectoryNotFoundException">A directory that was asked for does not exist.</exception>
    public static IReadOnlyList<string> Resolve(string? asked = null) =>
        Resolve(asked, Environment.GetEnvironmentVariable(Variable), [AppContext.BaseDirectory, Directory.GetCurrentDirectory()]);

    internal static IReadOnlyList<string> Resolve(string? asked, string? variable, IReadOnlyList<string> starts)
    {
        if (!string.IsNullOrWhiteSpace(asked))
        {
            return [Existing(asked, "--models")];
        }

        if (!string.IsNullOrWhiteSpace(variable))
        {
            return [.. variable.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(one => Existing(one, Variable))];
        }

        string? found = starts.SelectMany(Upwards).Select(place => Path.Combine(place, DirectoryName)).FirstOrDefault(Directory.Exists);
        return found is null ? [] : [found];
    }

    private static string Existing(string directory, string source) => Directory.Exists(directory)
        ? Path.GetFullPath(directory)
        : throw new DirectoryNotFoundException($"The models directory {directory} ({source}) does not exist.");

    private static IEnumerable<string> Upwards(string start)
    {
        for (DirectoryInfo? place = new(start); place is not null; place = place.Parent)
        {
            yield return place.FullName;
        }
    }
}
