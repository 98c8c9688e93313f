using System.Diagnostics;
using MicroscopeStream.Cli.Tests.Support;
using MicroscopeStream.Localizations.Tables;

namespace MicroscopeStream.Cli.Tests;

public sealed class KilledTests
{
    [TestCase("thunderstorm")]
    [TestCase("decode")]
    public async Task A_killed_program_leaves_a_table_of_whole_rows(string table)
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.File("out"), "localizations.csv");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])
        [
            typeof(MstreamCommand).Assembly.Location, "stream", await Simulated.FramesAsync(), "--method", "phasor", "--camera", await Simulated.CameraAsync(),
            "--fps", "2", "--table", table, "--out", folder.File("out"),
        ])
        {
            start.ArgumentList.Add(argument);
        }

        using Process mstream = Process.Start(start)!;
        Task<string> error = mstream.StandardError.ReadToEndAsync();
        Task<string> output = mstream.StandardOutput.ReadToEndAsync();
        for (int i = 0; i < 3000 && !mstream.HasExited && !(File.Exists(file) && new FileInfo(file).Length > 1000); i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
        }

        bool running = !mstream.HasExited;
        mstream.Kill();
        await mstream.WaitForExitAsync();
        _ = await output;
        Assert.That(running, Is.True, await error);

        LocalizationFile left = LocalizationReader.Read(file);
        Assert.That(left.Table, Is.Not.Empty);
        Assert.That(left.Warnings, Is.Empty, "every row is whole");
        Assert.That(Directory.GetFiles(folder.File("out"), ".localizations-*"), Is.Empty, "nothing hidden stays behind");
    }
}
