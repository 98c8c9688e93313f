namespace MicroscopeStream.Architecture.Tests;

/// <summary>Files are small and about one thing.</summary>
public sealed class SourceTests
{
    private const int MostLines = 350;

    [Test]
    public void No_source_file_is_longer_than_can_be_read_in_one_go()
    {
        string[] sources = [.. Repository.Sources];
        Assert.That(sources, Has.Length.GreaterThan(100), "the search found the sources");
        string[] tooLong = [.. sources
            .Select(path => (Path: Path.GetRelativePath(Repository.Root, path), Lines: File.ReadLines(path).Count()))
            .Where(file => file.Lines > MostLines)
            .Select(file => $"{file.Path}: {file.Lines} lines")];
        Assert.That(tooLong, Is.Empty, $"at most {MostLines} lines");
    }

    [Test]
    public void A_files_namespace_is_its_folder_or_one_above_it()
    {
        // Localization's root namespace is plural, beside the record of that name; extensions of the host lie where its users look.
        string[] astray = [.. Repository.Sources
            .Select(path => (Path: Path.GetRelativePath(Path.Combine(Repository.Root, "src"), path), Namespace: NamespaceOf(path)))
            .Where(file => file.Namespace is not null && !Fits(file.Namespace, Expected(file.Path)))
            .Select(file => $"{file.Path}: {file.Namespace}, not {Expected(file.Path)}")];
        Assert.That(astray, Is.Empty);
    }

    private static bool Fits(string actual, string expected) =>
        actual == expected || expected.StartsWith(actual + ".", StringComparison.Ordinal) || actual == "Microsoft.Extensions.DependencyInjection";

    private static string Expected(string relative)
    {
        string space = Path.GetDirectoryName(relative)!.Replace(Path.DirectorySeparatorChar, '.');
        return space.Replace("MicroscopeStream.Localization", "MicroscopeStream.Localizations", StringComparison.Ordinal);
    }

    private static string? NamespaceOf(string path) => File.ReadLines(path)
        .FirstOrDefault(line => line.StartsWith("namespace ", StringComparison.Ordinal))?["namespace ".Length..].TrimEnd(';', ' ');
}
