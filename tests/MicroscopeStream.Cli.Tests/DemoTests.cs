using System.Text.Json;
using MicroscopeStream.Cli.Tests.Support;

namespace MicroscopeStream.Cli.Tests;

public sealed class DemoTests
{
    [Test]
    public async Task The_demo_needs_nothing_scores_itself_and_leaves_its_pictures()
    {
        using var folder = new TemporaryFolder();

        Outcome demo = await Mstream.RunAsync("demo", "--headless", "--seconds", "2.5", "--out", folder.File("out"), "--json");

        Assert.That(demo.ExitCode, Is.Zero, demo.Error);
        Assert.That(demo.Error, Does.Match(@"live view: http://127\.0\.0\.1:\d+/"));
        JsonElement report = demo.Json;
        Assert.That(report.GetProperty("frames").GetProperty("processed").GetInt32(), Is.EqualTo(75));
        JsonElement score = report.GetProperty("score");

        // Far below what the network reaches, far above what noise, a flipped axis or a shift by half a pixel would give.
        Assert.That(score.GetProperty("ji").GetDouble(), Is.GreaterThan(0.75));
        Assert.That(score.GetProperty("rmse_xy_nm").GetDouble(), Is.LessThan(30));
        Assert.That(score.GetProperty("pearson").GetDouble(), Is.GreaterThan(0.8));
        Assert.That(
            Directory.GetFiles(folder.File("out")).Select(Path.GetFileName),
            Is.EquivalentTo(new[] { "report.json", "localizations.csv", "superres.tif", "superres.png", "widefield.png", "comparison.png" }));
    }

    [Test]
    public async Task The_demo_takes_a_file_as_if_live_for_as_long_as_asked()
    {
        using var folder = new TemporaryFolder();

        Outcome demo = await Mstream.RunAsync(
            "demo", "--input", await Simulated.FramesAsync(), "--seconds", "1", "--fps", "20", "--method", "phasor", "--out", folder.File("out"), "--json");

        Assert.That(demo.ExitCode, Is.Zero, demo.Error);
        Assert.That(demo.Json.GetProperty("frames").GetProperty("sent").GetInt32(), Is.EqualTo(20));
        Assert.That(demo.Json.TryGetProperty("score", out _), Is.False, "there is no truth of a file");
    }
}
