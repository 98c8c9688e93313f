using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Simulator.Cameras;

namespace MicroscopeStream.Simulator.Tests.Cameras;

public sealed class SimulatedCameraTests
{
    private static readonly PixelGrid Grid = new(256, 256, 100);

    [Test]
    public void An_sCMOS_camera_has_the_mean_and_variance_of_photons_and_read_noise([Values(0.5, 8, 20, 300)] double photons, [Values(0.5, 2)] double electronsPerAdu)
    {
        var model = new CameraModel { BaselineAdu = 400, ElectronsPerAdu = electronsPerAdu, QuantumEfficiency = 0.8, ReadNoiseElectrons = 1.6 };
        (double mean, double variance) = Statistics.Moments(Adu(model, photons));
        double electrons = 0.8 * photons;

        // Rounding adds the variance of a uniform number of width one.
        double expected = ((electrons + (1.6 * 1.6)) / (electronsPerAdu * electronsPerAdu)) + (1.0 / 12);
        Assert.That(mean, Is.EqualTo(model.ToAdu(photons)).Within(5 * Math.Sqrt(expected / Grid.PixelCount)));
        Assert.That(variance, Is.EqualTo(expected).Within(0.03 * expected));
    }

    [Test]
    public void An_EMCCD_camera_doubles_the_variance_of_the_photons([Values(1, 20, 200)] double photons)
    {
        var model = new CameraModel
        {
            Kind = CameraKind.Emccd,
            BaselineAdu = 1000,
            ElectronsPerAdu = 45,
            EmGain = 300,
            QuantumEfficiency = 0.9,
            ReadNoiseElectrons = 60,
        };
        (double mean, double variance) = Statistics.Moments(Adu(model, photons));
        double electrons = (0.9 * photons) + SimulatedCamera.SpuriousElectrons;
        double expectedMean = 1000 + (electrons * 300 / 45);
        double expected = (((model.ExcessNoiseFactor * electrons * 300 * 300) + (60 * 60)) / (45 * 45)) + (1.0 / 12);
        Assert.That(mean, Is.EqualTo(expectedMean).Within(5 * Math.Sqrt(expected / Grid.PixelCount)));
        Assert.That(variance, Is.EqualTo(expected).Within(0.06 * expected));
    }

    [Test]
    public void In_the_dark_an_EMCCD_shows_read_noise_and_rare_spurious_charge()
    {
        var model = new CameraModel { Kind = CameraKind.Emccd, BaselineAdu = 200, ElectronsPerAdu = 10, EmGain = 300, ReadNoiseElectrons = 20 };
        double[] adu = Adu(model, 0);
        double share = adu.Count(v => v > 200 + 12) / (double)adu.Length;

        // A spurious electron is multiplied exponentially: e^(−12/30) of them exceed 12 ADU, which read noise (2 ADU) does not.
        Assert.That(share, Is.EqualTo(SimulatedCamera.SpuriousElectrons * Math.Exp(-12.0 / 30)).Within(4e-4));
    }

    [Test]
    public void Maps_give_each_pixel_its_own_baseline_gain_and_noise()
    {
        var small = new PixelGrid(3, 1, 100);
        var model = new CameraModel
        {
            BaselineMap = [100, 200, 300],
            ElectronsPerAduMap = [1, 2, 0.5f],
            ReadVarianceMap = [0, 100, 4],
        };
        var camera = new SimulatedCamera(model, small, seed: 1);
        var values = new List<double>[] { [], [], [] };
        var adu = new ushort[3];
        for (int frame = 0; frame < 20_000; frame++)
        {
            camera.Expose(frame, [0, 50, 50], adu);
            for (int i = 0; i < 3; i++)
            {
                values[i].Add(adu[i]);
            }
        }

        (double Mean, double Variance)[] moments = [.. values.Select(Statistics.Moments)];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(moments[0], Is.EqualTo((100.0, 0.0)));
            Assert.That(moments[1].Mean, Is.EqualTo(225).Within(0.3));
            Assert.That(moments[1].Variance, Is.EqualTo((150 / 4.0) + (1.0 / 12)).Within(1.5));
            Assert.That(moments[2].Mean, Is.EqualTo(400).Within(0.5));
            Assert.That(moments[2].Variance, Is.EqualTo((54 * 4) + (1.0 / 12)).Within(9));
        }
    }

    [Test]
    public void Values_stick_at_zero_and_at_saturation()
    {
        var model = new CameraModel { BaselineAdu = 2, ReadNoiseElectrons = 10 };
        double[] dark = Adu(model, 0), bright = Adu(model with { BaselineAdu = 100 }, 1e6, saturation: 4095);
        Assert.That(dark.Count(v => v == 0) / (double)dark.Length, Is.EqualTo(0.5 * (1 + Statistics.Erf(-0.15 / Math.Sqrt(2)))).Within(0.01));
        Assert.That(bright, Is.All.EqualTo(4095));
    }

    [Test]
    public void A_frames_noise_follows_from_seed_and_frame_alone()
    {
        var photons = new float[Grid.PixelCount];
        Array.Fill(photons, 30f);
        ushort[] Frame(ulong seed, long frame, params long[] before)
        {
            var camera = new SimulatedCamera(new CameraModel(), Grid, seed);
            var adu = new ushort[Grid.PixelCount];
            foreach (long other in before)
            {
                camera.Expose(other, photons, adu);
            }

            camera.Expose(frame, photons, adu);
            return adu;
        }

        ushort[] expected = Frame(1, 5);
        Assert.That(Frame(1, 5, 1, 9), Is.EqualTo(expected));
        Assert.That(Correlation(expected, Frame(1, 6)), Is.EqualTo(0).Within(0.02));
        Assert.That(Correlation(expected, Frame(2, 5)), Is.EqualTo(0).Within(0.02));
        Assert.That(Correlation(expected[..^256], expected[256..]), Is.EqualTo(0).Within(0.02), "one row against the next");
    }

    [Test]
    public void Impossible_cameras_are_refused_with_the_field_named()
    {
        Assert.That(
            () => new SimulatedCamera(new CameraModel { ElectronsPerAdu = 0, BaselineMap = [1] }, Grid, 1),
            Throws.ArgumentException.With.Message.Contains("electrons_per_adu is 0").And.Message.Contains("baseline_map"));
        Assert.That(
            () => new SimulatedCamera(new CameraModel(), Grid, 1).Expose(0, new float[3], new ushort[Grid.PixelCount]),
            Throws.ArgumentException.With.Message.Contains("256 × 256"));
        Assert.That(() => new SimulatedCamera(new CameraModel(), Grid, 1, 65536), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static double[] Adu(CameraModel model, double photons, int saturation = ushort.MaxValue)
    {
        var expected = new float[Grid.PixelCount];
        Array.Fill(expected, (float)photons);
        var adu = new ushort[Grid.PixelCount];
        new SimulatedCamera(model, Grid, 11, saturation).Expose(3, expected, adu);
        return Array.ConvertAll(adu, v => (double)v);
    }

    private static double Correlation(ushort[] a, ushort[] b)
    {
        (double ma, double va) = Statistics.Moments(Array.ConvertAll(a, v => (double)v));
        (double mb, double vb) = Statistics.Moments(Array.ConvertAll(b, v => (double)v));
        return a.Zip(b, (x, y) => (x - ma) * (y - mb)).Average() / Math.Sqrt(va * vb);
    }
}
