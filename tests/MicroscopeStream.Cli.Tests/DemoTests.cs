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
        string[] written = [.. Directory.GetFiles(folder.File("out")).Select(path => Path.GetFileName(path)!)];
        Assert.That(written, Is.SupersetOf(new[] { "report.json", "localizations.csv", "superres.tif", "superres.png", "widefield.png", "comparison.png" }));
        if (report.GetProperty("drift") is { ValueKind: JsonValueKind.Object } drift)
        {
            // A machine that can follow the larger field has localizations enough. The microscope stands still: what is found is the error of finding it.
            Assert.That(drift.GetProperty("range_nm").GetDouble(), Is.LessThan(30));
            Assert.That(written, Is.SupersetOf(new[] { "drift.csv", "localizations-corrected.csv" }));
        }

        Assert.That(report.GetProperty("resolution_nm").GetProperty("localizations").GetInt64(), Is.GreaterThan(1000));
        Assert.That(report.GetProperty("statistics").GetArrayLength(), Is.EqualTo(1));
    }

    [TestCase("sim", "wiener", 27)]
    [TestCase("living", "sliding", 20)]
    public async Task The_demo_looks_at_other_samples_with_the_method_that_suits_them(string sample, string method, int frames)
    {
        using var folder = new TemporaryFolder();

        Outcome demo = await Mstream.RunAsync("demo", "--headless", "--sample", sample, "--seconds", "1", "--fps", "20", "--out", folder.File("out"), "--json");

        Assert.That(demo.ExitCode, Is.Zero, demo.Error);
        Assert.That(demo.Error, Does.Contain($"method {method}"));
        Assert.That(demo.Json.GetProperty("frames").GetProperty("processed").GetInt32(), Is.EqualTo(frames));
        Assert.That(File.Exists(folder.File("out/superres.tif")));
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
