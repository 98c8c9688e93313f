using System.Text.Json;
using MicroscopeStream.Cli.Tests.Support;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Tiff;
using MicroscopeStream.Localizations.EmpiricalPsf;
using MicroscopeStream.Localizations.Tables;

namespace MicroscopeStream.Cli.Tests;

/// <summary>The whole way of 3D: beads, calibration, frames simulated with it, streamed through a service, scored.</summary>
public sealed class CalibrateTests
{
    private static readonly byte[] PngSignature = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];
    private TemporaryFolder _folder = null!;
    private string _calibration = string.Empty;
    private JsonElement _calibrated;

    [OneTimeSetUp]
    public async Task Calibrate()
    {
        _folder = new TemporaryFolder();
        Outcome beads = await Mstream.RunAsync(
            "simulate", "beads", "--out", _folder.File("beads"), "--width", "130", "--height", "120", "--beads", "8", "--z-step", "40", "--z-range", "-800:800");
        Assert.That(beads.ExitCode, Is.Zero, beads.Error);
        _calibration = _folder.File("psf.json");
        Outcome calibrated = await Mstream.RunAsync(
            "calibrate", "psf", _folder.File("beads/beads.tif"), "--z-step", "40", "--camera", _folder.File("beads/camera.json"), "--out", _calibration, "--json");
        Assert.That(calibrated.ExitCode, Is.Zero, calibrated.Error);
        _calibrated = calibrated.Json;
    }

    [OneTimeTearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public void Calibration_picture_and_stack_are_written()
    {
        PsfCalibration calibration = PsfCalibrationFile.Read(_calibration);
        using TiffReader stack = TiffReader.Open(_folder.File("psf.tif"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_calibrated.GetProperty("beads_psf").GetInt32(), Is.EqualTo(calibration.PsfBeads).And.GreaterThanOrEqualTo(4));
            Assert.That(calibration.MinimumZNm, Is.LessThan(-450));
            Assert.That(calibration.MaximumZNm, Is.GreaterThan(450));
            Assert.That((stack.Width, stack.PageCount, stack.PixelType), Is.EqualTo((calibration.Psf!.Size, calibration.Psf.Planes - 2, PixelType.Float32)));
            Assert.That(File.ReadAllBytes(_folder.File("psf.png")).Take(8), Is.EqualTo(PngSignature));
        }
    }

    [Test]
    public async Task Frames_of_that_psf_come_back_with_their_depths()
    {
        Outcome made = await Mstream.RunAsync(
            "simulate", "smlm", "--out", _folder.File("smlm"), "--psf", _calibration, "--z-range", "-400:400", "--frames", "60", "--width", "64",
            "--structure", "uniform", "--density", "0.05", "--photons", "4000", "--whole-frames");
        Assert.That(made.ExitCode, Is.Zero, made.Error);
        Assert.That(File.Exists(_folder.File("smlm/psf-calibration.json")), Is.True);

        Outcome streamed = await Mstream.RunAsync(
            "stream", _folder.File("smlm/frames.tif"), "--method", "mle", "--psf", _calibration, "--camera", _folder.File("smlm/camera.json"),
            "--out", _folder.File("run"), "--color", "depth", "--z-range", "-400:400", "--json");
        Assert.That(streamed.ExitCode, Is.Zero, streamed.Error);

        LocalizationFile table = LocalizationReader.Read(_folder.File("run/localizations.csv"));
        Assert.That(table.Format, Is.EqualTo(LocalizationFormat.ThunderStorm3D));
        Assert.That(table.Table.Select(row => row.SigmaZ), Is.All.InRange(1, 200));
        using TiffReader depth = TiffReader.Open(_folder.File("run/superres-depth.tif"));
        Assert.That((depth.Width, depth.PixelType), Is.EqualTo((640, PixelType.Float32)));
        Assert.That(File.ReadAllBytes(_folder.File("run/superres.png")).Take(8), Is.EqualTo(PngSignature));

        Outcome scored = await Mstream.RunAsync(
            "evaluate", "--localizations", _folder.File("run/localizations.csv"), "--truth", _folder.File("smlm/ground-truth.csv"),
            "--border", "700", "--min-photons", "500", "--axial", "--json");
        TestContext.Out.WriteLine(scored.Out);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(scored.Json.GetProperty("rmse_z_nm").GetDouble(), Is.LessThan(45));
            Assert.That(scored.Json.GetProperty("rmse_xy_nm").GetDouble(), Is.LessThan(25));
            Assert.That(scored.Json.GetProperty("precision").GetDouble(), Is.GreaterThan(0.95));
            Assert.That(scored.Json.GetProperty("recall").GetDouble(), Is.GreaterThan(0.7));
        }
    }

    [Test]
    public async Task A_stack_of_the_wrong_kind_is_code_3_with_words()
    {
        string beads = _folder.File("beads/beads.tif"), camera = _folder.File("beads/camera.json");
        Outcome few = await Mstream.RunAsync("calibrate", "psf", beads, "--z-step", "40", "--camera", camera, "--min-beads", "50", "--out", _folder.File("x.json"));
        Outcome step = await Mstream.RunAsync("calibrate", "psf", beads, "--z-step", "4", "--camera", camera, "--out", _folder.File("x.json"));
        Outcome absent = await Mstream.RunAsync("calibrate", "psf", _folder.File("none.tif"), "--z-step", "4");
        Outcome table = await Mstream.RunAsync("calibrate", "psf", _calibration, "--z-step", "4");
        Outcome saturated = await Saturated();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(new[] { few, step, absent, table, saturated }.Select(o => o.ExitCode), Is.All.EqualTo(ExitCodes.BadInput));
            Assert.That(few.Error, Does.Contain("Too few beads").And.Contain("50 needed"));
            Assert.That(step.Error, Does.Contain("Check the step"));
            Assert.That(absent.Error, Does.Contain("does not exist"));
            Assert.That(saturated.Error, Does.Contain("saturated").And.Contain("Lower the exposure"));
            Assert.That(File.Exists(_folder.File("x.json")), Is.False);
        }
    }

    [TestCase("0")]
    [TestCase("many")]
    public async Task An_impossible_step_is_code_2(string step)
    {
        Outcome outcome = await Mstream.RunAsync("calibrate", "psf", _folder.File("beads/beads.tif"), "--z-step", step);
        Assert.That(outcome.ExitCode, Is.EqualTo(ExitCodes.Usage));
        Assert.That(outcome.Error, Does.Contain("--z-step"));
    }

    [Test]
    public async Task A_calibration_that_does_not_fit_the_session_is_refused_before_the_first_frame()
    {
        string frames = await Simulated.FramesAsync();
        Outcome pixels = await Mstream.RunAsync("stream", frames, "--method", "mle", "--psf", _calibration, "--pixel-size", "120");
        Outcome method = await Mstream.RunAsync("stream", frames, "--method", "phasor", "--psf", _calibration);
        Outcome file = await Mstream.RunAsync("stream", frames, "--method", "mle", "--psf", await Simulated.CameraAsync());
        using (Assert.EnterMultipleScope())
        {
            Assert.That((pixels.ExitCode, method.ExitCode, file.ExitCode), Is.EqualTo((ExitCodes.Service, ExitCodes.Service, ExitCodes.BadInput)));
            Assert.That(pixels.Error, Does.Contain("method.psf_calibration").And.Contain("120 nm"));
            Assert.That(method.Error, Does.Contain("method.psf_calibration").And.Contain("mle"));
            Assert.That(file.Error, Does.Contain("another kind of file"));
        }
    }

    private async Task<Outcome> Saturated()
    {
        Outcome made = await Mstream.RunAsync(
            "simulate", "beads", "--out", _folder.File("bright"), "--width", "130", "--height", "120", "--beads", "8", "--z-step", "80", "--saturation", "900");
        Assert.That(made.ExitCode, Is.Zero, made.Error);
        return await Mstream.RunAsync(
            "calibrate", "psf", _folder.File("bright/beads.tif"), "--z-step", "80", "--camera", _folder.File("bright/camera.json"), "--out", _folder.File("x.json"));
    }
}
