using System.Text.Json;
using MicroscopeStream.Cli.Tests.Support;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Mrc;
using MicroscopeStream.Imaging.Quality;
using MicroscopeStream.Imaging.Tiff;

namespace MicroscopeStream.Cli.Tests;

/// <summary>Structured illumination from files to files.</summary>
public sealed class SimTests
{
    private static readonly string[] Lens = ["--method", "wiener", "--wavelength", "525", "--na", "1.4"];

    [Test]
    public async Task A_simulated_group_becomes_an_image_a_map_and_a_report()
    {
        using var folder = new TemporaryFolder();
        await SimulateAsync(folder, "3x5");
        Outcome run = await Mstream.RunAsync(
            ["stream", folder.File("sim/frames.tif"), .. Lens, "--order", "3x5", "--camera", folder.File("sim/camera.json"), "--out", folder.File("out"), "--json"]);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        JsonElement sim = run.Json.GetProperty("sim"), resolution = run.Json.GetProperty("resolution_nm");
        string[] written = [.. Directory.GetFiles(folder.File("out")).Select(file => Path.GetFileName(file)!)];
        double[][] truth = Truth(folder.File("sim/description.json"));
        Assert.Multiple(() =>
        {
            Assert.That(run.Json.GetProperty("specification").GetProperty("task").GetString(), Is.EqualTo("sim"));
            Assert.That(run.Json.GetProperty("trust").GetProperty("summary").GetString(), Is.AnyOf("good", "caution"));
            Assert.That(run.Json.GetProperty("trust").GetProperty("reasons").ValueKind, Is.EqualTo(JsonValueKind.Array));
            Assert.That(sim.GetProperty("carriers_per_um").GetArrayLength(), Is.EqualTo(3));
            foreach (JsonElement carrier in sim.GetProperty("carriers_per_um").EnumerateArray())
            {
                Assert.That(truth.Min(k => double.Hypot(k[0] - carrier[0].GetDouble(), k[1] - carrier[1].GetDouble())), Is.LessThan(0.02), "carrier of order 1");
            }

            Assert.That(sim.GetProperty("modulation_depth").EnumerateArray().Select(m => m.GetDouble()), Has.All.InRange(0.5, 1.1));
            Assert.That(sim.GetProperty("modulation_contrast").GetDouble(), Is.GreaterThan(2));
            Assert.That(resolution.GetProperty("result").GetDouble(), Is.LessThan(resolution.GetProperty("widefield").GetDouble()));
            Assert.That(written, Is.SupersetOf(new[] { "superres.tif", "superres.png", "trust.tif", "trust.png", "widefield.png", "comparison.png", "report.json" }));
        });
        using TiffReader image = TiffReader.Open(folder.File("out/superres.tif")), expected = TiffReader.Open(folder.File("sim/truth.tif")), map = TiffReader.Open(folder.File("out/trust.tif"));
        Assert.That((image.Width, image.Height, image.PixelSizeNm), Is.EqualTo((expected.Width, expected.Height, expected.PixelSizeNm)));
        Assert.That((map.Width, map.Height), Is.EqualTo((96, 96)));
        Assert.That(ImageComparison.AffinePsnr(Pixels(image), Pixels(expected)), Is.GreaterThan(30));
    }

    [TestCase("0")]
    [TestCase("1")]
    public async Task Every_groups_image_is_a_page_of_the_series(string rolling)
    {
        using var folder = new TemporaryFolder();
        await SimulateAsync(folder, "3x3");
        using (TiffReader once = TiffReader.Open(folder.File("sim/frames.tif")))
        using (MrcWriter mrc = MrcWriter.Create(folder.File("frames.mrc"), new PixelGrid(96, 96, 80), PixelType.UInt16))
        {
            var page = new byte[96 * 96 * 2];
            for (int n = 0; n < 30; n++)
            {
                once.ReadPage(n % 9, page);
                mrc.WriteSection(page);
            }
        }

        Outcome run = await Mstream.RunAsync(
            ["stream", folder.File("frames.mrc"), .. Lens, "--order", "3x3", "--camera", folder.File("sim/camera.json"), "--set", $"rolling={rolling}", "--out", folder.File("out"), "--json"]);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        using TiffReader series = TiffReader.Open(folder.File("out/superres.tif")), truth = TiffReader.Open(folder.File("sim/truth.tif"));
        Assert.That(series.PageCount, Is.EqualTo(3), "thirty frames are three groups and three frames");
        Assert.That(run.Json.GetProperty("sim").GetProperty("images").GetInt32(), Is.EqualTo(3));
        Assert.That((series.Width, series.Height, series.PixelSizeNm), Is.EqualTo((truth.Width, truth.Height, truth.PixelSizeNm)));
        float[] expected = Pixels(truth);
        for (int page = 0; page < 3; page++)
        {
            var bytes = new byte[expected.Length * sizeof(float)];
            series.ReadPage(page, bytes);
            Assert.That(ImageComparison.AffinePsnr(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes), expected), Is.GreaterThan(25), $"page {page}");
        }
    }

    [Test]
    public async Task A_measured_lens_comes_from_a_file_and_a_line_that_is_none_is_named()
    {
        using var folder = new TemporaryFolder();
        await SimulateAsync(folder, "3x3");
        string[] rest = [.. Lens, "--order", "3x3", "--camera", folder.File("sim/camera.json"), "--otf", folder.File("otf.csv"), "--out"];
        File.WriteAllLines(folder.File("otf.csv"), Enumerable.Range(0, 101).Select(i => FormattableString.Invariant($"{i * 16 / 300.0},{Math.Pow(1 - (i / 100.0), 2)}")));
        Outcome good = await Mstream.RunAsync(["stream", folder.File("sim/frames.tif"), .. rest, folder.File("a")]);
        Assert.That(good.ExitCode, Is.Zero, good.Error);
        Outcome calibrated = await Mstream.RunAsync(
            ["calibrate", "sim", folder.File("sim/frames.tif"), "--wavelength", "525", "--na", "1.4", "--order", "3x3", "--otf", folder.File("otf.csv"), "--out", folder.File("p.json")]);
        Assert.That(calibrated.ExitCode, Is.Zero, calibrated.Error);
        File.AppendAllText(folder.File("otf.csv"), "5.6 0\n");
        Outcome bad = await Mstream.RunAsync(["stream", folder.File("sim/frames.tif"), .. rest, folder.File("b")]);
        Assert.That(bad.ExitCode, Is.EqualTo(3));
        Assert.That(bad.Error, Does.Contain("otf.csv: line 102"));
    }

    [Test]
    public async Task Frames_in_an_mrc_file_give_the_same_image()
    {
        using var folder = new TemporaryFolder();
        await SimulateAsync(folder, "3x3");
        using (TiffReader frames = TiffReader.Open(folder.File("sim/frames.tif")))
        using (MrcWriter mrc = MrcWriter.Create(folder.File("frames.mrc"), new PixelGrid(96, 96, 80), PixelType.UInt16))
        {
            var page = new byte[96 * 96 * 2];
            for (int n = 0; n < frames.PageCount; n++)
            {
                frames.ReadPage(n, page);
                mrc.WriteSection(page);
            }
        }

        string[] rest = [.. Lens, "--order", "3x3", "--camera", folder.File("sim/camera.json"), "--out"];
        Outcome tiff = await Mstream.RunAsync(["stream", folder.File("sim/frames.tif"), .. rest, folder.File("a")]);
        Outcome mrcRun = await Mstream.RunAsync(["stream", folder.File("frames.mrc"), .. rest, folder.File("b")]);
        Assert.That((tiff.ExitCode, mrcRun.ExitCode), Is.EqualTo((0, 0)), tiff.Error + mrcRun.Error);
        Assert.That(File.ReadAllBytes(folder.File("b/superres.tif")), Is.EqualTo(File.ReadAllBytes(folder.File("a/superres.tif"))));
    }

    [Test]
    public async Task A_calibration_is_what_stream_takes_and_its_image_scores_against_the_truth()
    {
        using var folder = new TemporaryFolder();
        await SimulateAsync(folder, "3x3");
        string[] order = ["--order", "3x3", "--camera", folder.File("sim/camera.json")];
        Outcome made = await Mstream.RunAsync(["calibrate", "sim", folder.File("sim/frames.tif"), "--wavelength", "525", "--na", "1.4", .. order, "--out", folder.File("p.json"), "--json"]);
        Assert.That(made.ExitCode, Is.Zero, made.Error);
        Assert.That(made.Json.GetProperty("components").GetArrayLength(), Is.EqualTo(3));
        Outcome run = await Mstream.RunAsync(["stream", folder.File("sim/frames.tif"), .. Lens, .. order, "--pattern", folder.File("p.json"), "--out", folder.File("out"), "--json"]);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        double[] used = [.. run.Json.GetProperty("sim").GetProperty("carriers_per_um").EnumerateArray().SelectMany(k => k.EnumerateArray()).Select(k => k.GetDouble())];
        double[] calibrated = [.. made.Json.GetProperty("components").EnumerateArray().SelectMany(c => c.GetProperty("carrier_per_um").EnumerateArray()).Select(k => k.GetDouble())];
        Assert.That(used, Is.EqualTo(calibrated).Within(1e-5));
        Outcome score = await Mstream.RunAsync("evaluate", "--image", folder.File("out/superres.tif"), "--truth", folder.File("sim/truth.tif"), "--json");
        Assert.That(score.Json.GetProperty("psnr_db").GetDouble(), Is.GreaterThan(30));
        Assert.That(score.Json.GetProperty("pearson").GetDouble(), Is.InRange(0.9, 1));
        Outcome mismatch = await Mstream.RunAsync("evaluate", "--image", folder.File("out/trust.tif"), "--truth", folder.File("sim/truth.tif"));
        Assert.That(mismatch.ExitCode, Is.EqualTo(ExitCodes.BadInput));
        Outcome wrong = await Mstream.RunAsync(["calibrate", "sim", folder.File("sim/frames.tif"), "--wavelength", "525", "--na", "1.4", "--order", "hex7", "--out", folder.File("q.json")]);
        Assert.That((wrong.ExitCode, File.Exists(folder.File("q.json"))), Is.EqualTo((ExitCodes.BadInput, false)), wrong.Error);
    }

    [TestCase("--order", "7x7", "acquisition.frame_order")]
    [TestCase("--pattern", "nowhere.json", "nowhere.json")]
    [TestCase("--channel", "1", "--channel")]
    public async Task What_is_wrong_is_named(string option, string value, string named)
    {
        using var folder = new TemporaryFolder();
        await SimulateAsync(folder, "3x3");
        string input = option == "--channel" ? folder.Write("x.mrc", "none") : folder.File("sim/frames.tif");
        string[] order = option == "--order" ? [] : ["--order", "3x3"];
        Outcome run = await Mstream.RunAsync(["stream", input, .. Lens, .. order, "--camera", folder.File("sim/camera.json"), option, value]);
        Assert.That(run.ExitCode, Is.Not.Zero);
        Assert.That(run.Error, Does.Contain(named));
    }

    private static async Task SimulateAsync(TemporaryFolder folder, string order)
    {
        Outcome made = await Mstream.RunAsync("simulate", "sim", "--out", folder.File("sim"), "--order", order, "--width", "96", "--photons", "3000");
        Assert.That(made.ExitCode, Is.Zero, made.Error);
    }

    private static double[][] Truth(string description)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(description));
        return
        [
            .. document.RootElement.GetProperty("pattern").EnumerateArray().Where(c => c.GetProperty("order").GetInt32() == 1)
                .Select(c => c.GetProperty("carrier_per_um").EnumerateArray().Select(k => k.GetDouble()).ToArray()),
        ];
    }

    private static float[] Pixels(TiffReader reader)
    {
        var pixels = new float[reader.Width * reader.Height];
        reader.ReadPage(0, System.Runtime.InteropServices.MemoryMarshal.AsBytes(pixels.AsSpan()));
        return pixels;
    }
}
