using System.Text.Json;
using MicroscopeStream.Cli.Tests.Support;
using MicroscopeStream.Imaging.Quality;
using MicroscopeStream.Imaging.Tiff;

namespace MicroscopeStream.Cli.Tests;

/// <summary>A simulated living sample through <c>mstream stream --task video</c>.</summary>
public sealed class VideoTests
{
    private const int Frames = 165;

    [TestCase("sliding")]
    [TestCase("decay")]
    [TestCase("rolling-ml")]
    public async Task Video_is_written_as_first_published_and_as_refined(string method)
    {
        using var folder = new TemporaryFolder();
        JsonElement report = await StreamAsync(folder, "--task", "video", "--method", method, "--look-ahead", "3", "--set", "window=5", "--fps", "1000");
        JsonElement video = report.GetProperty("video");
        string[] written = [.. Directory.GetFiles(folder.File("out")).Select(path => Path.GetFileName(path)!)];
        Assert.That(written, Is.EquivalentTo(new[]
        {
            "localizations.csv", "superres.tif", "superres-refined.tif", "slices.csv", "support.tif", "change.tif", "superres.png", "widefield.png", "comparison.png", "video.png", "report.json",
        }));
        Assert.That(video.GetProperty("slices").GetInt64(), Is.EqualTo(17), "the last one has five frames");
        Assert.That(video.GetProperty("refined").GetInt64(), Is.EqualTo(14));
        Assert.That((video.GetProperty("bridged").GetInt64(), video.GetProperty("restarts").GetInt64()), Is.EqualTo((0L, 0L)));
        Assert.That(report.GetProperty("localizations").GetInt64(), Is.EqualTo(File.ReadLines(folder.File("out/localizations.csv")).Count() - 1).And.GreaterThan(100));
        Assert.That(report.GetProperty("specification").GetProperty("task").GetString(), Is.EqualTo("video"));

        float[][] truth = Pages(folder.File("scene/truth.tif")), first = Pages(folder.File("out/superres.tif")), refined = Pages(folder.File("out/superres-refined.tif"));
        Assert.That((truth.Length, first.Length, refined.Length), Is.EqualTo((17, 17, 17)));
        Assert.That(Pearson(first, truth), Is.GreaterThan(0.25), "the picture is of the structure, where and when it was");
        Assert.That(Pearson(refined, truth), Is.GreaterThan(0.9 * Pearson(first, truth)));
        Assert.That(refined[^1], Is.EqualTo(first[^1]), "what nothing could refine stands as it was published");
        Assert.That(refined[5], Is.Not.EqualTo(first[5]));
        using TiffReader file = TiffReader.Open(folder.File("out/superres.tif"));
        Assert.That(file.PixelSizeNm, Is.EqualTo(25).Within(1e-6));
        Assert.That(File.ReadAllLines(folder.File("out/slices.csv"))[17], Does.StartWith("16,16,160,169,5,"));

        Outcome scored = await Mstream.RunAsync(
            "evaluate", "--video", folder.File("out/superres.tif"), "--truth", folder.File("scene/truth.tif"), "--from", "6", "--json");
        Assert.That(scored.Json.GetProperty("provisional").GetProperty("pearson").GetDouble(), Is.EqualTo(Pearson(first, truth)).Within(1e-3));
        Assert.That(scored.Json.GetProperty("refined").GetProperty("pearson").GetDouble(), Is.EqualTo(Pearson(refined, truth)).Within(1e-3));
    }

    [Test]
    public async Task The_network_shows_more_of_the_structure_than_the_sum_and_more_still_in_hindsight()
    {
        using var folder = new TemporaryFolder();
        JsonElement report = await StreamAsync(folder, "--method", "dblink-small");
        Assert.That(report.GetProperty("video").GetProperty("look_ahead").GetInt32(), Is.EqualTo(5), "the package's own");
        Assert.That(report.GetProperty("model").GetString(), Is.EqualTo("dblink-small"));
        float[][] truth = Pages(folder.File("scene/truth.tif")), first = Pages(folder.File("out/superres.tif")), refined = Pages(folder.File("out/superres-refined.tif"));
        using var other = new TemporaryFolder();
        await StreamAsync(other, "--method", "sliding", "--set", "window=10");
        double network = Pearson(first, truth), sum = Pearson(Pages(other.File("out/superres.tif")), truth), later = Pearson(refined[..^5], truth);
        Assert.That(network, Is.GreaterThan(sum + 0.1), $"{network} against {sum}");
        Assert.That(later, Is.GreaterThan(network - 0.02));

        Outcome refused = await Mstream.RunAsync(["stream", folder.File("scene/frames.tif"), "--method", "dblink-small", "--look-ahead", "3"]);
        Assert.That(refused.ExitCode, Is.Not.Zero);
        Assert.That(refused.Error, Does.Contain("0, 2, 5"));
        refused = await Mstream.RunAsync(["stream", folder.File("scene/frames.tif"), "--method", "dblink-small", "--grid", "8"]);
        Assert.That(refused.ExitCode, Is.Not.Zero);
        Assert.That(refused.Error, Does.Contain("grid").And.Contain("4: the video pixels per camera pixel that dblink-small was trained for"));
    }

    [Test]
    public async Task A_finer_grid_shows_the_same_and_is_said()
    {
        using var folder = new TemporaryFolder();
        await StreamAsync(folder, "--method", "sliding", "--set", "window=10", "--grid", "8", "--look-ahead", "0");
        using TiffReader fine = TiffReader.Open(folder.File("out/superres.tif"));
        Assert.That((fine.Width, fine.Height, fine.PixelSizeNm), Is.EqualTo((256, 256, 12.5)));
        using var other = new TemporaryFolder();
        await StreamAsync(other, "--method", "sliding", "--set", "window=10", "--look-ahead", "0");
        float[] coarse = Pages(other.File("out/superres.tif"))[^1], page = new float[256 * 256];
        fine.ReadPage(16, System.Runtime.InteropServices.MemoryMarshal.AsBytes(page.AsSpan()));
        var binned = new float[coarse.Length];
        for (int i = 0; i < page.Length; i++)
        {
            binned[(i / 512 * 128) + (i % 256 / 2)] += page[i];
        }

        Assert.That(ImageComparison.Pearson(binned, coarse), Is.GreaterThan(0.8));
    }

    [Test]
    public async Task Without_a_look_ahead_nothing_is_refined()
    {
        using var folder = new TemporaryFolder();
        JsonElement report = await StreamAsync(folder, "--method", "sliding", "--slice-ms", "40", "--fps", "500", "--localizer", "phasor", "--look-ahead", "0");
        Assert.That(report.GetProperty("video").GetProperty("slice_frames").GetInt32(), Is.EqualTo(20));
        Assert.That(report.GetProperty("video").GetProperty("slices").GetInt32(), Is.EqualTo(9));
        Assert.That(report.GetProperty("video").GetProperty("localizer").GetString(), Is.EqualTo("phasor"));
        Assert.That(File.Exists(folder.File("out/superres-refined.tif")), Is.False);
    }

    [TestCase("method.localizer", "--method", "mle", "--localizer", "phasor")]
    [TestCase("method.localizer", "--method", "sliding", "--localizer", "none")]
    [TestCase("slice_frames", "--method", "mle", "--slice-frames", "20")]
    [TestCase("look_ahead", "--method", "sliding", "--look-ahead", "99")]
    [TestCase("4 to 8", "--method", "sliding", "--grid", "9")]
    [TestCase("grid", "--method", "mle", "--grid", "8")]
    [TestCase("localizer.threshhold", "--method", "sliding", "--set", "localizer.threshhold=3")]
    [TestCase("--slice-ms", "--method", "sliding", "--slice-ms", "100")]
    public async Task What_makes_no_sense_is_refused_by_name(string named, params string[] choice)
    {
        string[] arguments = ["stream", await Simulated.FramesAsync(), "--camera", await Simulated.CameraAsync(), .. choice];
        Outcome run = await Mstream.RunAsync(arguments);
        Assert.That(run.ExitCode, Is.Not.Zero);
        Assert.That(run.Error, Does.Contain(named));
    }

    [Test]
    public async Task A_seed_makes_the_same_living_sample()
    {
        using var folder = new TemporaryFolder();
        foreach (string structure in (string[])["network", "vesicles"])
        {
            string[] Arguments(string name) => ["simulate", "video", "--out", folder.File(name), "--seed", "9", "--frames", "40", "--width", "32", "--structure", structure];
            Assert.That((await Mstream.RunAsync(Arguments("a"))).ExitCode, Is.Zero);
            Assert.That((await Mstream.RunAsync(Arguments("b"))).ExitCode, Is.Zero);
            foreach (string file in (string[])["frames.tif", "truth.tif", "ground-truth.csv", "description.json"])
            {
                Assert.That(File.ReadAllBytes(folder.File($"a/{file}")), Is.EqualTo(File.ReadAllBytes(folder.File($"b/{file}"))), file);
            }
        }
    }

    private static async Task<JsonElement> StreamAsync(TemporaryFolder folder, params string[] choice)
    {
        Outcome made = await Mstream.RunAsync(
            ["simulate", "video", "--out", folder.File("scene"), "--seed", "4", "--frames", $"{Frames}", "--width", "32", "--speed", "20", "--emitters-per-um", "0.4"]);
        Assert.That(made.ExitCode, Is.Zero, made.Error);
        Outcome run = await Mstream.RunAsync(
            ["stream", folder.File("scene/frames.tif"), "--camera", folder.File("scene/camera.json"), "--out", folder.File("out"), "--json", .. choice]);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        return JsonDocument.Parse(run.Out).RootElement;
    }

    // From slice 6 on, when a window of five is full.
    private static double Pearson(float[][] video, float[][] truth) =>
        Enumerable.Range(6, video.Length - 6).Average(i => ImageComparison.Pearson(video[i], truth[i]));

    private static float[][] Pages(string path)
    {
        using TiffReader file = TiffReader.Open(path);
        var pages = new float[file.PageCount][];
        for (int i = 0; i < pages.Length; i++)
        {
            pages[i] = new float[128 * 128];
            file.ReadPage(i, System.Runtime.InteropServices.MemoryMarshal.AsBytes(pages[i].AsSpan()));
        }

        return pages;
    }
}
