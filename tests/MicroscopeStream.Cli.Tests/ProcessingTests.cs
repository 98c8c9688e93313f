using System.Globalization;
using System.Text.Json;
using MicroscopeStream.Cli.Tests.Support;
using MicroscopeStream.Imaging.Tiff;
using MicroscopeStream.Localizations.Tables;

namespace MicroscopeStream.Cli.Tests;

/// <summary>Drift, filters, linking and formats of tables, from a simulated file through an embedded service.</summary>
public sealed class ProcessingTests
{
    private static readonly Lock Making = new();
    private static Task<string>? _made;

    [Test]
    public async Task Drift_is_taken_out_of_the_image_and_the_table_stays_as_it_was_found()
    {
        string sample = await SampleAsync();
        using var folder = new TemporaryFolder();
        (JsonElement corrected, string correctedPath) = await StreamAsync(sample, folder.File("auto"), "--drift", "auto");
        (JsonElement plain, string plainPath) = await StreamAsync(sample, folder.File("none"), "--drift", "none");

        double residual = Residual(Path.Combine(sample, "ground-truth-drift.csv"), Path.Combine(correctedPath, "drift.csv"));
        float sharp = Brightest(correctedPath), blurred = Brightest(plainPath);
        TestContext.Out.WriteLine($"residual {residual:F2} nm RMS of {corrected.GetProperty("drift").GetProperty("range_nm").GetDouble():F0} nm; brightest pixel {blurred:F2} → {sharp:F2}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(residual, Is.LessThan(8));
            Assert.That(sharp, Is.GreaterThan(1.1f * blurred));
            Assert.That(
                File.ReadAllBytes(Path.Combine(correctedPath, "localizations.csv")), Is.EqualTo(File.ReadAllBytes(Path.Combine(plainPath, "localizations.csv"))));
            Assert.That(
                LocalizationReader.Read(Path.Combine(correctedPath, "localizations-corrected.csv")).Table,
                Has.Count.EqualTo(corrected.GetProperty("localizations").GetInt32()));
            Assert.That(plain.GetProperty("drift").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(File.Exists(Path.Combine(plainPath, "localizations-corrected.csv")), Is.False, "there is nothing to correct");
            Assert.That(corrected.GetProperty("statistics").GetArrayLength(), Is.EqualTo(8));
            Assert.That(corrected.GetProperty("resolution_nm").GetProperty("outcome").GetString(), Is.Not.Empty);
        }
    }

    [Test]
    public async Task Filtered_and_linked_localizations_stand_in_the_corrected_table_in_the_asked_format()
    {
        string sample = await SampleAsync();
        using var folder = new TemporaryFolder();
        (JsonElement report, string path) = await StreamAsync(
            sample, folder.File("out"), "--drift", "none", "--filter", "min-photons=600", "--filter", "max-uncertainty=15", "--link", "--table", "decode");

        LocalizationFile raw = LocalizationReader.Read(Path.Combine(path, "localizations.csv"));
        LocalizationFile linked = LocalizationReader.Read(Path.Combine(path, "localizations-corrected.csv"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((raw.Format, linked.Format), Is.EqualTo((LocalizationFormat.Decode, LocalizationFormat.Decode)));
            Assert.That(raw.Table, Has.Count.EqualTo(report.GetProperty("localizations").GetInt32()));
            Assert.That(raw.Table.Min(row => row.Photons), Is.LessThan(600));
            Assert.That(linked.Table.Min(row => row.Photons), Is.GreaterThanOrEqualTo(600));
            Assert.That(linked.Table.Count, Is.LessThan(raw.Table.Count(row => row.Photons >= 600)));
        }
    }

    [TestCase(new[] { "--filter", "sharpness=3" }, "NAME being one of max-uncertainty")]
    [TestCase(new[] { "--filter", "min-photons=800", "--filter", "max-photons=100" }, "leave nothing")]
    [TestCase(new[] { "--drift", "maybe" }, "expected one of auto, none")]
    [TestCase(new[] { "--table", "xls" }, "expected one of thunderstorm, challenge, decode")]
    public async Task Impossible_wishes_are_code_2(string[] options, string message)
    {
        Outcome refused = await Mstream.RunAsync(["stream", await Simulated.FramesAsync(), "--method", "phasor", .. options]);
        Assert.That(refused.ExitCode, Is.EqualTo(ExitCodes.Usage), refused.Error);
        Assert.That(refused.Error, Does.Contain(message));
    }

    private static async Task<(JsonElement Report, string Path)> StreamAsync(string sample, string output, params string[] options)
    {
        Outcome streamed = await Mstream.RunAsync(
            [
                "stream", Path.Combine(sample, "frames.tif"), "--method", "phasor", "--camera", Path.Combine(sample, "camera.json"), "--out", output, "--json",
                .. options,
            ]);
        Assert.That(streamed.ExitCode, Is.Zero, streamed.Error);
        return (streamed.Json, output);
    }

    private static Task<string> SampleAsync()
    {
        lock (Making)
        {
            return _made ??= MakeAsync();
        }
    }

    private static async Task<string> MakeAsync()
    {
        string folder = Path.Combine(Path.GetTempPath(), $"mstream-drifting-{Guid.NewGuid():N}");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        Outcome made = await Mstream.RunAsync(
            "simulate", "smlm", "--out", folder, "--frames", "800", "--width", "64", "--density", "0.6", "--drift", "60", "--drift-jumps", "1", "--seed", "3");
        Assert.That(made.ExitCode, Is.Zero, made.Error);
        return folder;
    }

    private static float Brightest(string folder)
    {
        using TiffReader image = TiffReader.Open(Path.Combine(folder, "superres.tif"));
        var pixels = new float[image.Width * image.Height];
        image.ReadPage(0, System.Runtime.InteropServices.MemoryMarshal.AsBytes(pixels.AsSpan()));
        return pixels.OrderDescending().Take(200).Average();
    }

    // Both brought to the same mean: where the image lies as a whole does not matter to it.
    private static double Residual(string truthPath, string foundPath)
    {
        Dictionary<int, (double X, double Y)> truth = Read(truthPath);
        (double X, double Y)[] errors = [.. Read(foundPath).Select(row => (row.Value.X - truth[row.Key].X, row.Value.Y - truth[row.Key].Y))];
        double x = errors.Average(e => e.X), y = errors.Average(e => e.Y);
        return Math.Sqrt(errors.Average(e => ((e.X - x) * (e.X - x)) + ((e.Y - y) * (e.Y - y))));
    }

    private static Dictionary<int, (double X, double Y)> Read(string path) => File.ReadLines(path).Skip(1).Select(line => line.Split(',')).ToDictionary(
        parts => int.Parse(parts[0], CultureInfo.InvariantCulture),
        parts => (double.Parse(parts[1], CultureInfo.InvariantCulture), double.Parse(parts[2], CultureInfo.InvariantCulture)));
}
