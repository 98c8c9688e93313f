using System.Globalization;
using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Calibration;
using MicroscopeStream.Imaging.Tiff;

namespace MicroscopeStream.Imaging.Tests.Calibration;

[TestFixture]
public class CameraEstimatorTests
{
    [Test]
    public void Gain_of_an_scmos_camera_is_found_within_20_percent(
        [Values(0.2, 0.5, 1.0, 2.2, 5.0)] double electronsPerAdu, [Values(64, 128)] int size)
    {
        var camera = new CameraModel { BaselineAdu = 100, ElectronsPerAdu = electronsPerAdu, ReadNoiseElectrons = 1.5 };
        CameraEstimate estimate = Estimate(new CameraFrames(size, 7) { FixedPatternElectrons = 1, EmittersPerFrame = size * size / 400 }, camera, size);

        Report(estimate, camera);
        Assert.That(estimate.GainSupported, Is.True);
        Assert.That(estimate.Camera.Estimated, Is.True);
        Assert.That(estimate.Camera.PhotonsPerAdu, Is.EqualTo(camera.PhotonsPerAdu).Within(20).Percent);
        Assert.That((estimate.Camera.BaselineAdu - 100) * camera.PhotonsPerAdu, Is.Zero.Within(5), "baseline, photons off");
    }

    [TestCase(300, 20, 9)]
    [TestCase(100, 5, 30)]
    [TestCase(250, 50, 4)]
    public void Gain_of_an_EMCCD_is_found_when_it_is_known_to_be_one(double emGain, double electronsPerAdu, double background)
    {
        var camera = new CameraModel
        {
            Kind = CameraKind.Emccd,
            BaselineAdu = 200,
            ElectronsPerAdu = electronsPerAdu,
            EmGain = emGain,
            QuantumEfficiency = 0.9,
            ReadNoiseElectrons = 70,
        };
        CameraEstimate estimate = Estimate(new CameraFrames(96, 3) { Background = background }, camera, 96, CameraKind.Emccd);

        Report(estimate, camera);
        Assert.That(estimate.GainSupported, Is.True);
        Assert.That(estimate.Camera.Kind, Is.EqualTo(CameraKind.Emccd));

        // Photons are counted as photo-electrons: quantum efficiency makes no noise of its own and cannot be seen.
        Assert.That(estimate.Camera.PhotonsPerAdu, Is.EqualTo(camera.ElectronsPerAdu / camera.EmGain).Within(20).Percent);
        Assert.That(estimate.Warning, Does.Contain("sCMOS"));
    }

    [TestCase(0.9, 300)]
    [TestCase(1.0, 1000)]
    [TestCase(1.6, 3000)]
    public void Sharp_or_bright_emitters_do_not_pass_for_noise(double psfSigmaPixels, double photons)
    {
        var camera = new CameraModel { BaselineAdu = 100, ElectronsPerAdu = 0.5 };
        var frames = new CameraFrames(96, 11) { PsfSigmaPixels = psfSigmaPixels, EmitterPhotons = photons, EmittersPerFrame = 60 };

        CameraEstimate estimate = Estimate(frames, camera, 96);

        Report(estimate, camera);
        Assert.That(estimate.Camera.PhotonsPerAdu, Is.EqualTo(0.5).Within(20).Percent);
    }

    [Test]
    public void Stated_uncertainty_is_that_of_repeated_estimates()
    {
        var camera = new CameraModel { BaselineAdu = 100, ElectronsPerAdu = 0.5 };
        double[] errors = new double[16], scores = new double[16];
        for (int seed = 0; seed < scores.Length; seed++)
        {
            CameraEstimate estimate = Estimate(new CameraFrames(64, seed) { EmittersPerFrame = 10 }, camera, 64, frames: 40);
            errors[seed] = (estimate.Camera.PhotonsPerAdu / camera.PhotonsPerAdu) - 1;
            scores[seed] = errors[seed] / estimate.GainUncertainty;
        }

        double spread = Math.Sqrt(scores.Average(z => z * z));
        TestContext.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"z-scores {spread:f2}, mean error {errors.Average():p1}, rms {Math.Sqrt(errors.Average(e => e * e)):p1}"));
        Assert.That(spread, Is.InRange(0.5, 1.6));
    }

    [Test]
    public void Frames_without_noise_give_a_usable_camera_that_says_what_it_is_worth()
    {
        var estimator = new CameraEstimator(64, 64, PixelType.UInt16);
        ushort[] frame = [.. Enumerable.Range(0, 64 * 64).Select(i => (ushort)(300 + (i / 64)))];
        for (int i = 0; i < 10; i++)
        {
            estimator.Add(CameraFrames.Bytes(frame));
        }

        AssertFallback(estimator.Estimate(), "noise", 300);
    }

    [Test]
    public void Interpolated_frames_are_told_from_camera_frames()
    {
        var camera = new CameraModel { BaselineAdu = 100, ElectronsPerAdu = 0.5 };
        var estimator = new CameraEstimator(128, 128, PixelType.UInt16);
        foreach (ushort[] small in new CameraFrames(64, 5).Take(camera, 20))
        {
            estimator.Add(CameraFrames.Bytes(Doubled(small, 64)));
        }

        AssertFallback(estimator.Estimate(), "interpolated");
    }

    [Test]
    public void Too_little_to_go_by_is_said()
    {
        AssertFallback(new CameraEstimator(4, 4, PixelType.UInt8).Estimate(), "too few");
        var black = new CameraEstimator(64, 64, PixelType.UInt16);
        black.Add(new byte[black.BytesPerFrame]);
        AssertFallback(black.Estimate(), "too few", 0);
    }

    [Test]
    public void Frame_of_another_size_is_refused_and_frames_beyond_the_wanted_are_ignored()
    {
        var estimator = new CameraEstimator(8, 8, PixelType.UInt8, wantedFrames: 2);
        Assert.That(() => estimator.Add(new byte[63]), Throws.ArgumentException);
        for (int i = 0; i < 5; i++)
        {
            estimator.Add(new byte[64]);
        }

        Assert.That((estimator.Frames, estimator.IsFull), Is.EqualTo((2, true)));
    }

    [TestCase("smlm/bundled-tubulins-hd/frames.tif")]
    [TestCase("smlm/artificial-hd/frames.tif")]
    public void Frames_of_the_challenge_give_its_camera(string file)
    {
        using var reader = TiffReader.Open(SharedData.PathOf(file));
        CameraEstimate estimate = FromFile(reader, CameraKind.Emccd);

        TestContext.Out.WriteLine(estimate.Warning);

        // 0.484 photons per ADU over a baseline of 100: fitted on artificial-hd to the image that its true emitters make.
        Assert.That(estimate.Camera.PhotonsPerAdu, Is.EqualTo(0.484).Within(10).Percent);
        Assert.That(estimate.Camera.BaselineAdu, Is.EqualTo(100).Within(8));
    }

    [TestCase("sim/hexsim-mitochondria/raw.tiff")]
    [TestCase("sim/microtubules-low-high-light/high-light-raw.tif")]
    [TestCase("sim/microtubules-low-high-light/low-light-raw.tif")]
    [TestCase("smlm/tetrapod-experimental/01.tif")]
    public void Any_microscope_file_gives_a_camera_that_is_possible(string file)
    {
        using var reader = TiffReader.Open(SharedData.PathOf(file));
        CameraEstimate estimate = FromFile(reader, CameraKind.Scmos);

        TestContext.Out.WriteLine(estimate.Warning);
        Assert.That(estimate.Camera.Validate(), Is.Empty);
        Assert.That(estimate.GainSupported, Is.EqualTo(!file.Contains("light", StringComparison.Ordinal)));
    }

    private static CameraEstimate FromFile(TiffReader reader, CameraKind kind)
    {
        var estimator = new CameraEstimator(reader.Width, reader.Height, reader.PixelType);
        var page = new byte[reader.BytesPerPage];
        for (int i = 0; i < reader.PageCount && !estimator.IsFull; i++)
        {
            reader.ReadPage(i, page);
            estimator.Add(page);
        }

        return estimator.Estimate(kind);
    }

    private static CameraEstimate Estimate(CameraFrames source, CameraModel camera, int size, CameraKind kind = CameraKind.Scmos, int frames = 64)
    {
        var estimator = new CameraEstimator(size, size, PixelType.UInt16, frames);
        foreach (ushort[] frame in source.Take(camera, frames))
        {
            estimator.Add(CameraFrames.Bytes(frame));
        }

        return estimator.Estimate(kind);
    }

    private static void AssertFallback(CameraEstimate estimate, string reason, double? baseline = null)
    {
        Assert.That(estimate.GainSupported, Is.False);
        Assert.That(estimate.Camera.Estimated, Is.True);
        Assert.That(estimate.Camera.PhotonsPerAdu, Is.EqualTo(1));
        Assert.That(estimate.Camera.Validate(), Is.Empty);
        Assert.That(estimate.Warning, Does.Contain(reason).And.Contain("Give a camera description"));
        if (baseline is double adu)
        {
            Assert.That(estimate.Camera.BaselineAdu, Is.EqualTo(adu));
        }
    }

    private static void Report(CameraEstimate estimate, CameraModel truth) => TestContext.Out.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"photons/ADU {estimate.Camera.PhotonsPerAdu / (truth.ElectronsPerAdu / truth.EmGain):f3} of truth ± {estimate.GainUncertainty:f3}, baseline {(estimate.Camera.BaselineAdu - truth.BaselineAdu) * truth.PhotonsPerAdu:f2} photons off, read noise {estimate.Camera.ReadNoiseElectrons:f2}"));

    private static ushort[] Doubled(ushort[] small, int size)
    {
        var large = new ushort[4 * size * size];
        for (int i = 0; i < large.Length; i++)
        {
            int x = i % (2 * size), y = i / (2 * size), x2 = Math.Min((x + 1) / 2, size - 1), y2 = Math.Min((y + 1) / 2, size - 1);
            large[i] = (ushort)((small[(y / 2 * size) + (x / 2)] + small[(y / 2 * size) + x2] + small[(y2 * size) + (x / 2)] + small[(y2 * size) + x2]) / 4);
        }

        return large;
    }
}
