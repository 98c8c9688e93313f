using System.Text.Json;
using MicroscopeStream.Cli.Tests.Support;

namespace MicroscopeStream.Cli.Tests;

/// <summary>What is written follows from the method's task, stated or not.</summary>
public sealed class TaskTests
{
    [TestCase("")]
    [TestCase("image")]
    public async Task The_task_follows_from_the_method(string stated)
    {
        using var folder = new TemporaryFolder();
        string[] arguments =
            ["stream", await Simulated.FramesAsync(), "--method", "none", "--camera", await Simulated.CameraAsync(), "--out", folder.File("out"), "--json", .. stated.Length > 0 ? new[] { "--task", stated } : []];
        Outcome run = await Mstream.RunAsync(arguments);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        JsonElement report = JsonDocument.Parse(run.Out).RootElement;
        Assert.Multiple(() =>
        {
            Assert.That(report.GetProperty("specification").GetProperty("task").GetString(), Is.EqualTo("image"));
            Assert.That(report.GetProperty("trust").GetProperty("summary").GetString(), Is.EqualTo("good"));
            Assert.That(report.GetProperty("throughput").GetProperty("frames_per_s").GetDouble(), Is.Positive, "previews answer the frames");
            Assert.That(Directory.GetFiles(folder.File("out")).Select(Path.GetFileName), Is.EquivalentTo(new[] { "report.json", "widefield.png" }));
        });
    }

    [TestCase(new[] { "--method", "none", "--task", "localization" }, "method.task")]
    [TestCase(new[] { "--method", "mle", "--task", "image" }, "method.task")]
    [TestCase(new[] { "--method", "mle", "--task", "imaging" }, "imaging")]
    [TestCase(new[] { "--method", "none", "--table", "decode" }, "--table")]
    [TestCase(new[] { "--method", "none", "--superres-pixel", "10" }, "--superres-pixel")]
    public async Task What_does_not_fit_the_task_is_refused_by_name(string[] choice, string named)
    {
        string[] arguments = ["stream", await Simulated.FramesAsync(), "--camera", await Simulated.CameraAsync(), .. choice];
        Outcome run = await Mstream.RunAsync(arguments);
        Assert.That(run.ExitCode, Is.Not.Zero);
        Assert.That(run.Error, Does.Contain(named));
    }
}
