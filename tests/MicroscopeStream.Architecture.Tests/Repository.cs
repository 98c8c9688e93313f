using System.Xml.Linq;

namespace MicroscopeStream.Architecture.Tests;

/// <summary>The checkout as files.</summary>
internal static class Repository
{
    private static readonly string[] NotOurs = ["obj", "bin", "node_modules", "third-party", "gpu"];

    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = Find();

    /// <summary>Our own projects under src, by name without the common prefix.</summary>
    public static IReadOnlyDictionary<string, string> Projects { get; } = Directory
        .EnumerateFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories)
        .Where(IsOurs)
        .ToDictionary(path => Path.GetFileNameWithoutExtension(path).Replace("MicroscopeStream.", string.Empty, StringComparison.Ordinal));

    /// <summary>Every source file of ours under src.</summary>
    public static IEnumerable<string> Sources => Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories).Where(IsOurs);

    /// <summary>Names of the projects that a project refers to, as its file says.</summary>
    public static IEnumerable<string> References(string project) => XDocument.Load(Projects[project])
        .Descendants("ProjectReference")
        .Select(reference => Path.GetFileNameWithoutExtension(((string)reference.Attribute("Include")!).Replace('\\', '/')))
        .Select(name => name.Replace("MicroscopeStream.", string.Empty, StringComparison.Ordinal));

    /// <summary>Names of the packages and frameworks that a project refers to.</summary>
    public static IEnumerable<string> Packages(string project) => XDocument.Load(Projects[project])
        .Descendants()
        .Where(element => element.Name.LocalName is "PackageReference" or "FrameworkReference")
        .Select(element => (string)element.Attribute("Include")!);

    private static bool IsOurs(string path) =>
        !Path.GetRelativePath(Root, path).Split(Path.DirectorySeparatorChar).Any(folder => NotOurs.Contains(folder, StringComparer.Ordinal));

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MicroscopeStream.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("The tests run outside a checkout: no folder above them holds MicroscopeStream.sln.");
    }
}
