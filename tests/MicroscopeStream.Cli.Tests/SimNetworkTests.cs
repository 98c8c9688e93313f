using System.Text.Json;
using MicroscopeStream.Cli.Tests.Support;

namespace MicroscopeStream.Cli.Tests;

/// <summary>The committed networks of structured illumination, from the command line to report.json.</summary>
public sealed class SimNetworkTests
{
    [TestCase("sim-3frame-small", "3x3")]
    [TestCase("sim-9frame-small", "3x3")]
    [TestCase("sim-15frame-small", "3x5")]
    public async Task A_simulated_acquisition_becomes_an_image_with_a_verdict(string model, string order)
    {
        using var folder = new TemporaryFolder();
        Outcome made = await Mstream.RunAsync("simulate", "sim", "--out", folder.File("in"), "--order", order, "--width", "96", "--seed", "5");
        Outcome run = await Mstream.RunAsync(
            "stream", folder.File("in/frames.tif"), "--task", "sim", "--method", model, "--order", order, "--wavelength", "525", "--na", "1.4",
            "--pixel-size", "80", "--camera", folder.File("in/camera.json"), "--out", folder.File("out"), "--json");

        Assert.That(made.ExitCode, Is.Zero, made.Error);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        JsonElement report = run.Json;
        Assert.Multiple(() =>
        {
            Assert.That(report.GetProperty("frames").GetProperty("processed").GetInt64(), Is.EqualTo(order == "3x5" ? 15 : 9));
            Assert.That(report.GetProperty("sim").GetProperty("carriers_per_um").GetArrayLength(), Is.EqualTo(3));
            Assert.That(report.GetProperty("trust").GetProperty("summary").GetString(), Is.AnyOf("good", "caution", "untrusted"));
            Assert.That(Directory.GetFiles(folder.File("out")).Select(Path.GetFileName), Is.SupersetOf(new[] { "superres.tif", "superres.png", "trust.tif", "trust.png" }));
        });

        // Of the simulator, whose patterns and noise no training saw; a floor below what was measured (0.954 and 0.974).
        Outcome scored = await Mstream.RunAsync("evaluate", "--image", folder.File("out/superres.tif"), "--truth", folder.File("in/truth.tif"), "--json");
        Assert.That(scored.Json.GetProperty("pearson").GetDouble(), Is.GreaterThan(0.92), scored.Out);
    }
}
