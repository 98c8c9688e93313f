using System.Text.Json;
using MicroscopeStream.Cli.Tests.Support;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Tiff;

namespace MicroscopeStream.Cli.Tests;

/// <summary><c>mstream evaluate --video</c>: series whose likeness to the truth is known.</summary>
public sealed class EvaluateVideoTests
{
    private const int Size = 32;
    private TemporaryFolder _folder = null!;
    private float[][] _truth = [];

    [SetUp]
    public void SetUp()
    {
        _folder = new TemporaryFolder();
        var random = new Random(7);
        _truth = [.. Enumerable.Range(0, 8).Select(_ => Noise(random))];
        Write("truth.tif", _truth);
    }

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public async Task A_scaled_truth_is_wholly_like_it_and_the_refined_series_is_told_apart()
    {
        var random = new Random(8);
        Write("superres-refined.tif", [.. _truth.Select(page => page.Select(value => (3 * value) + 1).ToArray())]);
        Write("superres.tif", [.. _truth.Select(page => Noise(random).Zip(page, (noise, value) => noise + value).ToArray())]);

        JsonElement json = (await EvaluateAsync("--json", "--out", _folder.File("scores"))).Json;

        Assert.That(json.GetProperty("slices").GetInt32(), Is.EqualTo(8));
        JsonElement refined = json.GetProperty("refined"), first = json.GetProperty("provisional");
        Assert.That((Number(refined, "pearson"), Number(refined, "ssim")), Is.EqualTo((1.0, 1.0)));
        Assert.That(Number(refined, "frc_nm"), Is.EqualTo(50), "two pixels of 25 nm: alike to the finest ring");

        // Truth and noise of the same strength: the correlation is 1 / √2.
        Assert.That(Number(first, "pearson"), Is.EqualTo(Math.Sqrt(0.5)).Within(0.03));
        Assert.That(json.GetProperty("each_slice").EnumerateArray().Average(slice => Number(slice.GetProperty("provisional"), "pearson")), Is.EqualTo(Number(first, "pearson")).Within(1e-3));
        Assert.That(
            Directory.GetFiles(_folder.File("scores")).Select(Path.GetFileName), Is.EquivalentTo(new[] { "evaluation.json", "evaluation.svg", "evaluation.png" }));
        Assert.That(JsonDocument.Parse(File.ReadAllText(_folder.File("scores/evaluation.json"))).RootElement.GetProperty("slices").GetInt32(), Is.EqualTo(8));
    }

    [Test]
    public async Task Pages_are_compared_with_the_slices_that_they_show()
    {
        // A gap left out the slices 3 to 5.
        long[] shown = [0, 1, 2, 6, 7];
        Write("superres.tif", [.. shown.Select(slice => _truth[slice])]);
        Outcome without = await EvaluateAsync();
        Assert.That((without.ExitCode, without.Error), Is.EqualTo((3, without.Error)));
        Assert.That(without.Error, Does.Contain("slices.csv"));

        _folder.Write("slices.csv", "page,slice,first_frame,last_frame,frames,localizations\n" + string.Concat(shown.Select((slice, page) => $"{page},{slice},{10 * slice},{(10 * slice) + 9},10,5\n")));
        JsonElement json = (await EvaluateAsync("--from", "2", "--json")).Json;
        Assert.That(json.GetProperty("each_slice").EnumerateArray().Select(slice => slice.GetProperty("slice").GetInt64()), Is.EqualTo(new long[] { 2, 6, 7 }));
        Assert.That(Number(json.GetProperty("provisional"), "pearson"), Is.EqualTo(1));
        Assert.That(json.GetProperty("refined").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task What_does_not_fit_together_is_named()
    {
        Write("superres.tif", _truth);
        foreach ((string problem, Action spoil) in (IEnumerable<(string, Action)>)
        [
            ("slices.csv cannot be read", () => _folder.Write("slices.csv", "what\n")),
            ("2 rows for the 8 pages", () => _folder.Write("slices.csv", "page,slice,first_frame,last_frame,frames,localizations\n0,0,0,9,10,1\n1,1,10,19,10,1\n")),
            ("ends with slice 7", () => _folder.Write(
                "slices.csv", "page,slice,first_frame,last_frame,frames,localizations\n" + string.Concat(Enumerable.Range(0, 8).Select(page => $"{page},{page + 5},0,9,10,1\n")))),
            ("not of one run", () => Write("superres-refined.tif", _truth[..5])),
        ])
        {
            spoil();
            Outcome refused = await EvaluateAsync();
            Assert.That(refused.ExitCode, Is.EqualTo(3));
            Assert.That(refused.Error, Does.Contain(problem));
        }

        File.Delete(_folder.File("slices.csv"));
        File.Delete(_folder.File("superres-refined.tif"));
        Assert.That((await EvaluateAsync("--from", "8")).ExitCode, Is.EqualTo(2));
        Outcome alone = await Mstream.RunAsync("evaluate", "--image", _folder.File("superres.tif"), "--truth", _folder.File("truth.tif"), "--out", _folder.File("x"));
        Assert.That((alone.ExitCode, Directory.Exists(_folder.File("x"))), Is.EqualTo((2, false)));
        Outcome missing = await Mstream.RunAsync("evaluate", "--video", _folder.File("none.tif"), "--truth", _folder.File("truth.tif"));
        Assert.That((missing.ExitCode, missing.Error.Contains("none.tif does not exist", StringComparison.Ordinal)), Is.EqualTo((3, true)));
    }

    private static float[] Noise(Random random) => [.. Enumerable.Range(0, Size * Size).Select(_ => (float)(random.NextDouble() + random.NextDouble()))];

    private static double Number(JsonElement element, string name) => element.GetProperty(name).GetDouble();

    private Task<Outcome> EvaluateAsync(params string[] more) =>
        Mstream.RunAsync(["evaluate", "--video", _folder.File("superres.tif"), "--truth", _folder.File("truth.tif"), .. more]);

    private void Write(string name, float[][] pages)
    {
        using TiffWriter tiff = TiffWriter.Create(
            _folder.File(name), new TiffWriterOptions { Width = Size, Height = Size, PixelType = PixelType.Float32, PixelSizeNm = 25 });
        foreach (float[] page in pages)
        {
            tiff.WritePage<float>(page);
        }
    }
}
