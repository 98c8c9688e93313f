using MicroscopeStream.Cli.Tests.Support;
using MicroscopeStream.Imaging.Calibration;
using MicroscopeStream.Imaging.Tiff;
using MicroscopeStream.Localizations.Tables;

namespace MicroscopeStream.Cli.Tests;

public sealed class SimulateTests
{
    [Test]
    public async Task Structured_illumination_is_written_with_its_truth()
    {
        using var folder = new TemporaryFolder();
        Outcome done = await Mstream.RunAsync(
            "simulate", "sim", "--out", folder.File("sim"), "--order", "hex7", "--width", "48", "--structure", "vesicles", "--seed", "3");
        Assert.That(done.ExitCode, Is.Zero, done.Error);
        Assert.That(done.Out, Does.Contain("7 frames of 48 × 48 px, order hex7"));
        foreach (string name in new[] { "frames.tif", "truth.tif", "camera.json", "description.json" })
        {
            Assert.That(Path.Combine(folder.File("sim"), name), Does.Exist);
        }

        Outcome wrong = await Mstream.RunAsync("simulate", "sim", "--out", folder.File("no"), "--order", "5x");
        Assert.That(wrong.ExitCode, Is.EqualTo(2));
        Assert.That(wrong.Error, Does.Contain("hex7"));
    }

    [Test]
    public async Task Frames_truth_and_camera_can_be_read_again()
    {
        string folder = await Simulated.FolderAsync();

        using TiffReader frames = TiffReader.Open(Path.Combine(folder, "frames.tif"));
        LocalizationTable truth = LocalizationReader.Read(Path.Combine(folder, "ground-truth.csv")).Table;

        Assert.That((frames.PageCount, frames.Width, frames.Height), Is.EqualTo((Simulated.Frames, Simulated.Width, Simulated.Height)));
        Assert.That(frames.PixelSizeNm, Is.EqualTo(100).Within(0.01));
        Assert.That(truth, Is.Not.Empty);
        Assert.That(truth.Max(row => row.X), Is.LessThanOrEqualTo(Simulated.Width * 100));
        Assert.That(truth.Max(row => row.Y), Is.LessThanOrEqualTo(Simulated.Height * 100));
        Assert.That(CameraFile.Read(Path.Combine(folder, "camera.json")).BaselineAdu, Is.EqualTo(100));
    }

    [Test]
    public async Task The_same_seed_gives_the_same_bytes_and_another_one_others()
    {
        using var folder = new TemporaryFolder();
        foreach ((string name, string seed) in new[] { ("a", "7"), ("b", "7"), ("c", "8") })
        {
            Outcome made = await Mstream.RunAsync(
                "simulate", "smlm", "--out", folder.File(name), "--seed", seed, "--frames", "5", "--width", "32", "--camera", "emccd",
                "--structure", "star");
            Assert.That(made.ExitCode, Is.Zero, made.Error);
        }

        byte[] Bytes(string name) => File.ReadAllBytes(Path.Combine(folder.File(name), "frames.tif"));
        Assert.That(Bytes("a"), Is.EqualTo(Bytes("b")));
        Assert.That(Bytes("a"), Is.Not.EqualTo(Bytes("c")));
    }

    [Test]
    public async Task An_impossible_scene_is_code_2_and_a_folder_that_cannot_be_made_code_5()
    {
        using var folder = new TemporaryFolder();

        Outcome scene = await Mstream.RunAsync("simulate", "smlm", "--out", folder.File("a"), "--width", "100000");
        Outcome place = await Mstream.RunAsync(
            "simulate", "smlm", "--out", folder.Write("file", string.Empty), "--frames", "2", "--width", "16");

        Assert.That((scene.ExitCode, place.ExitCode), Is.EqualTo((ExitCodes.Usage, ExitCodes.Output)), scene.Error + place.Error);
        Assert.That(scene.Error, Does.Contain("width is 100000").And.Not.Contain("(Parameter"));
        Assert.That(place.Error, Does.Contain(folder.File("file")));
    }
}
