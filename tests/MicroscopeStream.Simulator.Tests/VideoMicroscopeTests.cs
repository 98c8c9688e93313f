using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Quality;
using MicroscopeStream.Simulator.Scenes;

namespace MicroscopeStream.Simulator.Tests;

public class VideoMicroscopeTests
{
    private static readonly VideoScene Scene = new() { Seed = 6, Width = 48, Height = 48, EmittersPerUm = 0.3 };

    [TestCase(LivingStructure.Filaments)]
    [TestCase(LivingStructure.Network)]
    [TestCase(LivingStructure.Vesicles)]
    public void Emitters_sit_where_the_truth_says_that_structure_is(LivingStructure structure)
    {
        VideoScene scene = Scene with { Structure = structure, SpeedNmPerS = 200 };
        var microscope = new VideoMicroscope(scene);
        List<Localization> truth = Expose(microscope, 300);
        var density = new float[scene.TruthGrid.PixelCount];
        double on = 0, even = 0;
        for (int slice = 0; slice < 30; slice++)
        {
            microscope.Truth(slice, density);
            even += density.Average();

            // The middle frames of the slice: the structure has not moved on yet.
            Localization[] now = [.. truth.Where(one => one.Frame / 10 == slice && one.Frame % 10 is 4 or 5)];
            on += now.Length == 0 ? 0 : now.Average(one => density[((int)(one.Y / 25) * scene.TruthGrid.Width) + (int)(one.X / 25)]);
        }

        Assert.That(on, Is.GreaterThan(8 * even));
    }

    [TestCase(0.05)]
    [TestCase(0.4)]
    public void As_many_emitters_shine_as_were_asked_for(double perUm)
    {
        VideoScene scene = Scene with { EmittersPerUm = perUm, SpeedNmPerS = 0, OnTimeFrames = 2 };
        var microscope = new VideoMicroscope(scene);
        List<Localization> truth = Expose(microscope, 400);
        var density = new float[scene.TruthGrid.PixelCount];
        microscope.Truth(0, density);

        // A line of unit density has √(2π) per pixel of its length: the sum tells the length in the field. Light counts for parts of frames.
        double um = density.Sum() / Math.Sqrt(2 * Math.PI) * scene.TruthGrid.PixelSizeNm / 1000;
        double shining = truth.Where(one => one.Frame > 20).Sum(one => one.Photons) / scene.Photons / 379;
        Assert.That(shining / um, Is.EqualTo(perUm).Within(0.25 * perUm));
    }

    [Test]
    public void Faster_structures_leave_their_place_sooner()
    {
        double[] kept = [.. ((double[])[0, 30, 100, 400]).Select(speed =>
        {
            var microscope = new VideoMicroscope(Scene with { SpeedNmPerS = speed });
            float[] first = new float[Scene.TruthGrid.PixelCount], later = new float[Scene.TruthGrid.PixelCount];
            microscope.Truth(0, first);
            microscope.Truth(10, later);
            return ImageComparison.Pearson(first, later);
        })];
        Assert.That(kept[0], Is.EqualTo(1).Within(1e-6));
        Assert.That(kept, Is.Ordered.Descending);
    }

    [Test]
    public void Frames_come_in_order_and_impossible_scenes_are_refused()
    {
        var microscope = new VideoMicroscope(Scene);
        var pixels = new ushort[Scene.Grid.PixelCount];
        microscope.Expose(0, pixels);
        Assert.That(() => microscope.Expose(0, pixels), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => new VideoMicroscope(Scene with { SpeedNmPerS = -1, Finer = 9 }),
            Throws.ArgumentException.With.Message.Contains("speed_nm_per_s").And.Message.Contains("finer"));
    }

    private static List<Localization> Expose(VideoMicroscope microscope, int frames)
    {
        var truth = new List<Localization>();
        var pixels = new ushort[microscope.Scene.Grid.PixelCount];
        for (int frame = 0; frame < frames; frame++)
        {
            microscope.Expose(frame, pixels, truth);
        }

        return truth;
    }
}
