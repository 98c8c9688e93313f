namespace MicroscopeStream.Pipeline.Tests.Support;

/// <summary>Frames and truths made by others, which are not part of the repository.</summary>
internal static class SharedData
{
    /// <summary>The path of a file below the data folder; ignores the test, saying so, where there is none.</summary>
    public static string Require(string relative)
    {
        string root = Environment.GetEnvironmentVariable("MICROSCOPESTREAM_DATA") is { Length: > 0 } told ? told : FromRepository();
        string path = Path.Combine(root, relative);
        if (!File.Exists(path))
        {
            Assert.Ignore($"{relative} is not in ../shared/data, and MICROSCOPESTREAM_DATA does not point to it.");
        }

        return path;
    }

    // Work trees lie one folder deeper than the checkout itself.
    private static string FromRepository()
    {
        for (DirectoryInfo? folder = new(Repository.Root); folder is not null; folder = folder.Parent)
        {
            string data = Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(data))
            {
                return data;
            }
        }

        return Repository.Root;
    }
}
