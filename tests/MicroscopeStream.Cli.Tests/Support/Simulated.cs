namespace MicroscopeStream.Cli.Tests.Support;

/// <summary>A small simulated acquisition, made once by mstream itself: 60 frames of 48 × 40 px.</summary>
internal static class Simulated
{
    internal const int Frames = 60;
    internal const int Width = 48;
    internal const int Height = 40;
    private static readonly Lock Making = new();
    private static Task<string>? _made;

    internal static Task<string> FolderAsync()
    {
        lock (Making)
        {
            return _made ??= MakeAsync();
        }
    }

    internal static async Task<string> FramesAsync() => Path.Combine(await FolderAsync(), "frames.tif");

    internal static async Task<string> CameraAsync() => Path.Combine(await FolderAsync(), "camera.json");

    private static async Task<string> MakeAsync()
    {
        string folder = Path.Combine(Path.GetTempPath(), $"mstream-simulated-{Guid.NewGuid():N}");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        Outcome made = await Mstream.RunAsync(
            "simulate", "smlm", "--out", folder, "--seed", "4", "--frames", $"{Frames}", "--width", $"{Width}", "--height", $"{Height}", "--density", "0.3");
        Assert.That(made.ExitCode, Is.Zero, made.Error);
        return folder;
    }
}
