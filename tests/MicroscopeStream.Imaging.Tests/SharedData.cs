namespace MicroscopeStream.Imaging.Tests;

/// <summary>Finds the frames that others made; they lie beside the repository and are never committed.</summary>
internal static class SharedData
{
    /// <summary>The path of a file of the data folder; ends the test as ignored, with the reason, where the folder is absent.</summary>
    public static string PathOf(string relative)
    {
        string? root = Root();
        if (root is null)
        {
            Assert.Ignore("../shared/data is not here and MICROSCOPESTREAM_DATA does not point to it: frames that others made are not checked.");
        }

        return Path.Combine(root!, relative);
    }

    private static string? Root()
    {
        string? told = Environment.GetEnvironmentVariable("MICROSCOPESTREAM_DATA");
        if (!string.IsNullOrEmpty(told))
        {
            return Directory.Exists(told) ? told : null;
        }

        for (DirectoryInfo? folder = new(TestContext.CurrentContext.TestDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
