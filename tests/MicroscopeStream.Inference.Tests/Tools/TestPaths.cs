namespace MicroscopeStream.Inference.Tests.Tools;

/// <summary>Files of the repository that the tests lie in.</summary>
internal static class TestPaths
{
    /// <summary>A file or folder by its path from the repository's root, or null.</summary>
    public static string? InRepository(string path)
    {
        for (DirectoryInfo? place = new(AppContext.BaseDirectory); place is not null; place = place.Parent)
        {
            string candidate = Path.Combine(place.FullName, path);
            if (File.Exists(Path.Combine(place.FullName, "MicroscopeStream.sln")) && Path.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
