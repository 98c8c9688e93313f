using System.Text.Json;
using MicroscopeStream.Cli.Tests.Support;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Tiff;
using MicroscopeStream.Localizations.Tables;

namespace MicroscopeStream.Cli.Tests;

public sealed class BadInputTests
{
    [Test]
    public async Task A_truncated_file_gives_the_frames_it_has_names_the_page_and_is_code_3()
    {
        using var folder = new TemporaryFolder();
        byte[] whole = await File.ReadAllBytesAsync(await Simulated.FramesAsync());
        await File.WriteAllBytesAsync(folder.File("cut.tif"), whole[..(whole.Length / 2)]);

        Outcome streamed = await StreamAsync(folder.File("cut.tif"), folder.File("out"), "--pixel-size", "100");

        Assert.That(streamed.ExitCode, Is.EqualTo(ExitCodes.BadInput), streamed.Error);
        int sent = streamed.Json.GetProperty("frames").GetProperty("sent").GetInt32();
        Assert.That(sent, Is.InRange(5, Simulated.Frames - 1));
        Assert.That(streamed.Json.GetProperty("frames").GetProperty("processed").GetInt32(), Is.EqualTo(sent));
        Assert.That(streamed.Error, Does.Contain("cut.tif").And.Contain($"page {sent}").And.Contain("copy or save it again"));
        LocalizationTable kept = LocalizationReader.Read(Path.Combine(folder.File("out"), "localizations.csv")).Table;
        Assert.That(kept.Count, Is.EqualTo(streamed.Json.GetProperty("localizations").GetInt32()).And.GreaterThan(0));
    }

    [Test]
    public async Task A_page_that_cannot_be_unpacked_ends_the_stream_there()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("mutated.tif");
        WriteDeflated(path, pages: 10);
        byte[] bytes = await File.ReadAllBytesAsync(path);
        for (int i = (int)(bytes.Length * 0.55); i < (int)(bytes.Length * 0.6); i++)
        {
            bytes[i] = 0xFF;
        }

        await File.WriteAllBytesAsync(path, bytes);

        Outcome streamed = await StreamAsync(path, folder.File("out"));

        Assert.That(streamed.ExitCode, Is.EqualTo(ExitCodes.BadInput), streamed.Error);
        Assert.That(streamed.Json.GetProperty("frames").GetProperty("sent").GetInt32(), Is.InRange(1, 9));
        Assert.That(streamed.Error, Does.Contain("mutated.tif").And.Contain("page "));
        Assert.That(streamed.Json.GetProperty("errors").GetArrayLength(), Is.EqualTo(1));
    }

    [TestCase("stream", "FOLDER", "--method", "phasor")]
    [TestCase("stream", "FILE", "--method", "phasor", "--camera", "FOLDER")]
    [TestCase("stream", "FILE", "--method", "mle", "--psf", "FOLDER")]
    [TestCase("calibrate", "psf", "FOLDER", "--z-step", "20", "--out", "psf.json")]
    public async Task A_folder_where_a_file_should_be_is_called_one(params string[] words)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("frames");
        Directory.CreateDirectory(path);
        string frames = await Simulated.FramesAsync();

        Outcome refused = await Mstream.RunAsync([.. words.Select(word => word == "FOLDER" ? path : word == "FILE" ? frames : word)]);

        Assert.That(refused.ExitCode, Is.EqualTo(ExitCodes.BadInput), refused.Error);
        Assert.That(refused.Error, Does.Contain($"{path} is a folder").And.Not.Contain("denied"));
    }

    [Test]
    public async Task What_is_no_TIFF_is_code_3_before_anything_starts()
    {
        using var folder = new TemporaryFolder();

        Outcome refused = await Mstream.RunAsync("stream", folder.Write("text.tif", "this is no image"), "--method", "phasor");

        Assert.That((refused.ExitCode, refused.Out), Is.EqualTo((ExitCodes.BadInput, string.Empty)));
        Assert.That(refused.Error, Does.Contain("text.tif").And.Contain("TIFF"));
    }

    [TestCase("{ \"kind\": \"scmos\", \"baseline_adu\": -5, \"electrons_per_adu\": 1 }", "baseline_adu")]
    [TestCase("{ \"kind\": ", "camera.json")]
    public async Task An_impossible_camera_is_code_3_with_the_field(string camera, string message)
    {
        using var folder = new TemporaryFolder();

        Outcome refused = await Mstream.RunAsync(
            "stream", await Simulated.FramesAsync(), "--method", "phasor", "--camera", folder.Write("camera.json", camera));

        Assert.That(refused.ExitCode, Is.EqualTo(ExitCodes.BadInput), refused.Error);
        Assert.That(refused.Error, Does.Contain(message));
    }

    [Test]
    public async Task A_file_that_does_not_say_its_pixel_size_needs_the_option()
    {
        using var folder = new TemporaryFolder();
        using (TiffWriter writer = TiffWriter.Create(folder.File("bare.tif"), new TiffWriterOptions
        {
            Width = 32,
            Height = 32,
            PixelType = PixelType.UInt16,
        }))
        {
            writer.WritePage<ushort>(new ushort[32 * 32]);
        }

        Outcome refused = await Mstream.RunAsync("stream", folder.File("bare.tif"), "--method", "phasor");

        Assert.That(refused.ExitCode, Is.EqualTo(ExitCodes.Usage));
        Assert.That(refused.Error, Does.Contain("--pixel-size"));
    }

    [Test]
    [Platform("Linux")]
    public async Task A_full_disk_is_said_once_per_file_and_the_stream_goes_on_to_its_end()
    {
        using var folder = new TemporaryFolder();
        string output = Directory.CreateDirectory(folder.File("out")).FullName;

        // Every write to this device fails as on a disk without space.
        File.CreateSymbolicLink(Path.Combine(output, "localizations.csv"), "/dev/full");
        File.CreateSymbolicLink(Path.Combine(output, "superres.tif"), "/dev/full");

        Outcome streamed = await StreamAsync(await Simulated.FramesAsync(), output);

        Assert.That(streamed.ExitCode, Is.EqualTo(ExitCodes.Output), streamed.Error);
        JsonElement report = streamed.Json;
        Assert.That(report.GetProperty("frames").GetProperty("processed").GetInt32(), Is.EqualTo(Simulated.Frames));
        Assert.That(report.GetProperty("localizations").GetInt32(), Is.Positive);
        string[] errors = [.. report.GetProperty("errors").EnumerateArray().Select(e => e.GetString()!)];
        Assert.That(errors, Has.Length.EqualTo(2));
        Assert.That(errors[0], Does.Contain("localizations.csv").And.Contain("--out"));
        Assert.That(errors[1], Does.Contain("superres.tif").And.Contain("Free some space"));
        Assert.That(report.GetProperty("outputs").EnumerateArray().Select(o => o.GetString()), Is.EquivalentTo(new[] { "superres.png", "widefield.png", "comparison.png", "report.json" }));
    }

    [Test]
    public async Task An_out_folder_that_cannot_be_made_is_code_5_and_the_report_is_still_printed()
    {
        using var folder = new TemporaryFolder();

        Outcome streamed = await StreamAsync(await Simulated.FramesAsync(), folder.Write("file", string.Empty));

        Assert.That(streamed.ExitCode, Is.EqualTo(ExitCodes.Output), streamed.Error);
        Assert.That(streamed.Json.GetProperty("frames").GetProperty("processed").GetInt32(), Is.EqualTo(Simulated.Frames));
        Assert.That(streamed.Json.GetProperty("outputs").GetArrayLength(), Is.Zero);
        Assert.That(streamed.Error, Does.Contain(folder.File("file")));
    }

    private static async Task<Outcome> StreamAsync(string input, string output, params string[] options) => await Mstream.RunAsync(
        ["stream", input, "--method", "phasor", "--camera", await Simulated.CameraAsync(), "--out", output, "--json", .. options]);

    private static void WriteDeflated(string path, int pages)
    {
        var options = new TiffWriterOptions
        {
            Width = 32,
            Height = 32,
            PixelType = PixelType.UInt16,
            PixelSizeNm = 100,
            Compression = TiffCompression.Deflate,
            ExpectedPages = pages,
        };
        using TiffWriter writer = TiffWriter.Create(path, options);
        var random = new Random(3);
        for (int page = 0; page < pages; page++)
        {
            writer.WritePage<ushort>([.. Enumerable.Range(0, 32 * 32).Select(_ => (ushort)random.Next(100, 200))]);
        }
    }
}
