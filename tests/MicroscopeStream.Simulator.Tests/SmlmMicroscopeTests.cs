using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Simulator.Scenes;

namespace MicroscopeStream.Simulator.Tests;

public sealed class SmlmMicroscopeTests
{
    private static readonly SmlmScene Small = new() { Width = 64, Height = 48, DensityPerUm2 = 1, Seed = 8 };

    [Test]
    public void A_frame_is_background_plus_the_psf_of_its_true_emitters()
    {
        SmlmScene scene = Small with { PsfSigmaSpread = 0.1, BackgroundSpread = 0, BackgroundPhotons = 7 };
        var microscope = new SmlmMicroscope(scene);
        var truth = new List<Localization>();
        var image = new float[microscope.Grid.PixelCount];
        microscope.ExpectedPhotons(12, image);
        microscope.GroundTruth(12, truth);
        Assert.That(truth, Has.Count.GreaterThan(10));

        // Pixels that no emitter outside the field can reach.
        for (int y = 12; y < 36; y += 3)
        {
            for (int x = 12; x < 52; x++)
            {
                double expected = 7 + truth.Sum(e => e.Photons * Share(x, e.X, e.PsfSigmaX) * Share(y, e.Y, e.PsfSigmaY));
                Assert.That(image[(y * 64) + x], Is.EqualTo(expected).Within(2e-3 + (1e-5 * expected)), $"row {y}, column {x}");
            }
        }

        static double Share(int pixel, double centre, double sigma) => Math.Abs(((pixel + 0.5) * 100) - centre) > 1000 ? 0 : 0.5
            * (Statistics.Erf((((pixel + 1) * 100) - centre) / (sigma * Math.Sqrt(2))) - Statistics.Erf(((pixel * 100) - centre) / (sigma * Math.Sqrt(2))));
    }

    [Test]
    public void Frames_of_the_camera_average_to_the_expected_photons()
    {
        var microscope = new SmlmMicroscope(Small with { Camera = new CameraModel { ElectronsPerAdu = 0.5, QuantumEfficiency = 0.7 } });
        double wanted = 0, found = 0;
        var photons = new float[microscope.Grid.PixelCount];
        var adu = new ushort[microscope.Grid.PixelCount];
        for (int frame = 0; frame < 50; frame++)
        {
            microscope.ExpectedPhotons(frame, photons);
            microscope.Expose(frame, adu);
            wanted += photons.Sum(p => (double)p);
            found += adu.Sum(value => microscope.Camera.ToPhotons(value));
        }

        Assert.That(found, Is.EqualTo(wanted).Within(6 * Math.Sqrt(wanted / 0.7)));
    }

    [Test]
    public void The_same_seed_gives_the_same_frames_and_another_seed_others()
    {
        ushort[] expected = Frame(new SmlmMicroscope(Small), 5);
        var again = new SmlmMicroscope(Small);
        Frame(again, 9);
        Assert.That(Frame(again, 5), Is.EqualTo(expected));
        Assert.That(Frame(new SmlmMicroscope(Small with { Seed = 9 }), 5), Is.Not.EqualTo(expected));
    }

    [Test]
    public void Exposing_allocates_nothing([Values] CameraKind kind)
    {
        var microscope = new SmlmMicroscope(Small with { Camera = new CameraModel { Kind = kind, EmGain = kind == CameraKind.Emccd ? 100 : 1 } });
        var pixels = new ushort[microscope.Grid.PixelCount];
        var truth = new List<Localization>(10_000);

        // Every path once, also those that few frames take: tables that a path needs are made on its first use.
        Expose();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Expose();

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Expose()
        {
            truth.Clear();
            for (int frame = 0; frame <= 30; frame++)
            {
                microscope.Expose(frame, pixels, truth);
            }
        }
    }

    [Test]
    public void The_background_has_the_mean_and_spread_asked_for_and_is_smooth([Values(0, 0.2, 0.5)] double spread)
    {
        SmlmScene scene = Small with { Width = 256, Height = 256, DensityPerUm2 = 1e-6, BackgroundPhotons = 20, BackgroundSpread = spread, Photons = 1e-3 };
        var image = new float[scene.Grid.PixelCount];
        new SmlmMicroscope(scene).ExpectedPhotons(0, image);
        (double mean, double variance) = Statistics.Moments(Array.ConvertAll(image, p => (double)p));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(mean, Is.EqualTo(20).Within(0.01));
            Assert.That(Math.Sqrt(variance) / 20, Is.EqualTo(spread).Within(0.01 + (0.1 * spread)));
            Assert.That(image.Min(), Is.GreaterThan(1.5));

            // A wave of at least 3 µm and, all eight in step, of no more than √16 × its spread changes by 2π/30 of that per pixel at most.
            double steepest = image.Zip(image.Skip(1)).Where((_, i) => i % 256 != 255).Max(pair => Math.Abs(pair.First - pair.Second));
            Assert.That(steepest, Is.LessThanOrEqualTo(1e-3 + (20 * spread * 4 * 1.2 * 2 * Math.PI / 30)));
        }
    }

    [Test]
    public void Impossible_scenes_are_refused_with_every_option_named()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new SmlmMicroscope(new SmlmScene
        {
            Width = 0,
            PixelSizeNm = -1,
            DensityPerUm2 = double.NaN,
            BlinksUntilBleached = 0,
            SaturationAdu = 70_000,
            Structure = (SmlmStructure)9,
            Camera = new CameraModel { EmGain = 0 },
        }))!;
        Assert.That(
            error.Message,
            Does.Contain("width is 0").And.Contains("pixel_size_nm is -1").And.Contains("density_per_um2 is NaN")
                .And.Contains("blinks_until_bleached").And.Contains("saturation_adu").And.Contains("structure is 9").And.Contains("em_gain"));
    }

    [Test]
    public void A_scene_with_more_molecules_than_memory_is_refused_with_a_remedy() => Assert.That(
        () => new SmlmMicroscope(new SmlmScene { OffTimeFrames = 1e8 }), Throws.ArgumentException.With.Message.Contains("lower off_time_frames"));

    [Test]
    public void Buffers_of_another_size_and_negative_frames_are_refused()
    {
        var microscope = new SmlmMicroscope(Small);
        Assert.That(() => microscope.Expose(0, new ushort[10]), Throws.ArgumentException);
        Assert.That(() => microscope.ExpectedPhotons(0, new float[10]), Throws.ArgumentException.With.Message.Contains("64 × 48"));
        Assert.That(() => microscope.GroundTruth(-1, []), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static ushort[] Frame(SmlmMicroscope microscope, long frame)
    {
        var pixels = new ushort[microscope.Grid.PixelCount];
        microscope.Expose(frame, pixels);
        return pixels;
    }
}
