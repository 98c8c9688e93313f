namespace MicroscopeStream.Architecture.Tests;

/// <summary>
/// What each library offers is written down beside this test, and changes on purpose only: run the tests with
/// UPDATE_SURFACE=1 to write it anew, and read the difference before committing it.
/// </summary>
public sealed class PublicSurfaceTests
{
    private static readonly string[] Libraries = ["Core", "Imaging", "Localization", "StructuredIllumination", "Inference", "Pipeline", "Server", "Client", "Simulator"];

    [TestCaseSource(nameof(Libraries))]
    public void The_public_surface_is_the_committed_one(string library)
    {
        string file = Path.Combine(Repository.Root, "tests", "MicroscopeStream.Architecture.Tests", "PublicSurface", $"{library}.txt");
        string surface = Surface.Write(Surface.Load(library));
        if (Environment.GetEnvironmentVariable("UPDATE_SURFACE") == "1")
        {
            File.WriteAllText(file, surface);
        }

        string[] committed = Lines(File.Exists(file) ? File.ReadAllText(file) : string.Empty);
        string[] now = Lines(surface);
        Assert.Multiple(() =>
        {
            Assert.That(committed.Except(now), Is.Empty, $"gone from {library}; if on purpose, run with UPDATE_SURFACE=1 and commit");
            Assert.That(now.Except(committed), Is.Empty, $"new in {library}; if on purpose, run with UPDATE_SURFACE=1 and commit");
        });
    }

    /// <summary>Every member with its type, so that a line says where it is missing.</summary>
    private static string[] Lines(string surface)
    {
        string type = string.Empty;
        var lines = new List<string>();
        foreach (string line in surface.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!line.StartsWith(' '))
            {
                type = line;
            }

            lines.Add(line.StartsWith(' ') ? $"{type.Split(" : ")[0]}: {line.Trim()}" : line);
        }

        return [.. lines];
    }
}
