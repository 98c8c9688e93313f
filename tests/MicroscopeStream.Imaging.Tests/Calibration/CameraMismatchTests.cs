using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Calibration;

namespace MicroscopeStream.Imaging.Tests.Calibration;

[TestFixture]
public class CameraMismatchTests
{
    private const int Size = 96;

    private static readonly CameraModel Scmos = new() { BaselineAdu = 100, ElectronsPerAdu = 0.5, ReadNoiseElectrons = 1.5 };

    private static readonly CameraModel Emccd = new()
    {
        Kind = CameraKind.Emccd,
        BaselineAdu = 200,
        ElectronsPerAdu = 20,
        EmGain = 300,
        QuantumEfficiency = 0.9,
        ReadNoiseElectrons = 70,
    };

    [Test]
    public void Frames_of_the_described_camera_say_nothing_against_it(
        [Values] bool emccd, [Values(3, 20, 200)] double background, [Values(0, 20, 150)] int emitters)
    {
        CameraModel camera = emccd ? Emccd : Scmos;
        Assert.That(Find(camera, camera, new CameraFrames(Size, 5) { Background = background, EmittersPerFrame = emitters }), Is.Null);
    }

    [TestCase(170, false)]
    [TestCase(1000, true)]
    public void A_baseline_above_the_frames_is_told(double stated, bool serious)
    {
        CameraMismatch? found = Find(Scmos with { BaselineAdu = stated }, Scmos, new CameraFrames(Size, 5) { BackgroundGradient = 4 });
        Assert.That(found?.Message, Does.Contain($"under the stated baseline of {stated}").And.Contain("baseline_adu"));
        Assert.That(found!.Serious, Is.EqualTo(serious));
    }

    [Test]
    public void A_baseline_below_the_frames_is_told_where_their_noise_shows_it()
    {
        CameraMismatch? found = Find(Scmos with { BaselineAdu = 0 }, Scmos, new CameraFrames(Size, 5));
        Assert.That(found?.Message, Does.Contain("a baseline of 0 ADU").And.Contain("Background is overrated"));
    }

    [TestCase(2, false)]
    [TestCase(0.5, false)]
    [TestCase(10, true)]
    [TestCase(0.1, true)]
    public void A_gain_that_the_noise_contradicts_is_told(double factor, bool serious)
    {
        CameraMismatch? found = Find(Scmos with { ElectronsPerAdu = factor * Scmos.ElectronsPerAdu }, Scmos, new CameraFrames(Size, 5));
        Assert.That(found?.Message, Does.Contain("electrons_per_adu"));
        Assert.That(found!.Serious, Is.EqualTo(serious));
    }

    [Test]
    public void An_EMCCD_described_without_its_gain_is_told() =>
        Assert.That(Find(Emccd with { EmGain = 1 }, Emccd, new CameraFrames(Size, 5))?.Serious, Is.True);

    [Test]
    public void Maps_count_with_their_means()
    {
        CameraModel stated = Scmos with
        {
            BaselineAdu = 0,
            BaselineMap = [.. Enumerable.Repeat(100f, Size * Size)],
            ElectronsPerAduMap = [.. Enumerable.Repeat(0.5f, Size * Size)],
        };
        Assert.That(Find(stated, Scmos, new CameraFrames(Size, 5)), Is.Null);
    }

    [Test]
    public void Few_frames_say_nothing() =>
        Assert.That(Find(Scmos with { BaselineAdu = 1000 }, Scmos, new CameraFrames(Size, 5), CameraMismatch.FewestFrames - 1), Is.Null);

    private static CameraMismatch? Find(CameraModel stated, CameraModel real, CameraFrames source, int frames = 32)
    {
        var estimator = new CameraEstimator(Size, Size, PixelType.UInt16, frames);
        foreach (ushort[] frame in source.Take(real, frames))
        {
            estimator.Add(CameraFrames.Bytes(frame));
        }

        return CameraMismatch.Find(stated, estimator);
    }
}
