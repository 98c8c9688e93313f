using MicroscopeStream.Core.Results;
using MicroscopeStream.Simulator.Scenes;

namespace MicroscopeStream.Simulator.Tests.Blinking;

public sealed class BlinkingTests
{
    // 1000 photons per frame and no spread: an emitter's photons are its time on.
    private static readonly SmlmScene Sparse = new()
    {
        Width = 64,
        Height = 64,
        Structure = SmlmStructure.Uniform,
        DensityPerUm2 = 2,
        Photons = 1000,
        PhotonsSpread = 0,
        OffTimeFrames = 1000,
        Seed = 3,
    };

    [Test]
    public void A_frame_holds_as_many_emitters_as_the_density_says(
        [Values(0.2, 1, 5)] double density, [Values] bool wholeFrames, [Values(1.5, 5)] double onTime)
    {
        SmlmScene scene = Sparse with { DensityPerUm2 = density, WholeFrames = wholeFrames, OnTimeFrames = onTime, OffTimeFrames = 100 };

        // As many emitters for every density: 40,000, seen anew every few frames, so that their mean is known to 1.6 %.
        int[] counts = [.. Truth(scene, (int)(1000 / density)).Select(frame => frame.Count)];
        int early = counts.Length / 10;
        double mean = counts.Average() / scene.Grid.AreaUm2;
        Assert.That(mean, Is.EqualTo(density).Within(0.05 * density));
        Assert.That(
            counts[..early].Average(), Is.EqualTo(counts[early..].Average()).Within(0.2 * counts.Average()), "the first frames are like the others");
    }

    [Test]
    public void Numbers_per_frame_scatter_like_Poissons_when_molecules_are_many()
    {
        double[] counts = [.. Truth(Sparse with { OnTimeFrames = 0.05, OffTimeFrames = 200 }, 2000).Select(frame => (double)frame.Count)];
        (double mean, double variance) = Statistics.Moments(counts);
        Assert.That(variance / mean, Is.EqualTo(1).Within(0.1));
    }

    [Test]
    public void Times_on_are_exponential_with_the_mean_asked_for([Values(0.5, 2, 6)] double onTime)
    {
        double[] times = TimesOn(Sparse with { OnTimeFrames = onTime }, 1500);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(times, Has.Length.GreaterThan(2000));
            Assert.That(times.Average(), Is.EqualTo(onTime).Within(0.05 * onTime));
            foreach (double multiple in new[] { 0.5, 1, 2 })
            {
                double longer = times.Count(time => time > multiple * onTime) / (double)times.Length;
                Assert.That(longer, Is.EqualTo(Math.Exp(-multiple)).Within(0.03), $"longer than {multiple} means");
            }
        }
    }

    [Test]
    public void With_whole_frames_times_on_are_geometric_and_no_frame_is_partial([Values(1, 3)] double onTime)
    {
        SmlmScene scene = Sparse with { WholeFrames = true, OnTimeFrames = onTime };
        Assert.That(Truth(scene, 200).SelectMany(frame => frame).Select(e => e.Photons), Is.All.EqualTo(1000).Within(0.01));
        double[] times = TimesOn(scene, 1500);
        Assert.That(times.Average(), Is.EqualTo(onTime).Within(0.05 * onTime));
        Assert.That(times.Count(time => time > 1.5) / (double)times.Length, Is.EqualTo(1 - (1 / onTime)).Within(0.03));
    }

    [Test]
    public void Dark_times_have_the_mean_asked_for()
    {
        const int Frames = 2000;
        SmlmScene scene = Sparse with { DensityPerUm2 = 0.5, OnTimeFrames = 1, OffTimeFrames = 20, WholeFrames = true };
        var gaps = new List<double>();
        foreach (List<Localization> frames in ByMolecule(scene, Frames))
        {
            gaps.AddRange(frames.Zip(frames.Skip(1), (a, b) => (double)(b.Frame - a.Frame - 1)).Where(gap => gap > 0));
        }

        Assert.That(gaps.Average(), Is.EqualTo(20).Within(0.5));
    }

    [Test]
    public void Brightness_is_log_normal_with_the_mean_and_spread_asked_for()
    {
        SmlmScene scene = Sparse with { WholeFrames = true, OnTimeFrames = 1, Photons = 2500, PhotonsSpread = 0.5 };
        double[] photons = [.. Truth(scene, 400).SelectMany(frame => frame).Select(e => (double)e.Photons)];
        (double mean, double variance) = Statistics.Moments(photons);
        (_, double logVariance) = Statistics.Moments([.. photons.Select(p => Math.Log(p))]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(mean, Is.EqualTo(2500).Within(30));
            Assert.That(Math.Sqrt(variance) / mean, Is.EqualTo(0.5).Within(0.02));
            Assert.That(logVariance, Is.EqualTo(Math.Log(1.25)).Within(0.006));
        }
    }

    [Test]
    public void Molecules_bleach_after_the_number_of_blinks_asked_for()
    {
        SmlmScene scene = Sparse with { DensityPerUm2 = 2, OnTimeFrames = 1, OffTimeFrames = 10, WholeFrames = true, BlinksUntilBleached = 4 };
        List<Localization>[] molecules = [.. ByMolecule(scene, 1500)];
        double blinks = molecules.Average(frames => 1.0 + frames.Zip(frames.Skip(1), (a, b) => b.Frame - a.Frame > 1 ? 1 : 0).Sum());
        Assert.That(blinks, Is.EqualTo(4).Within(0.35));
        Assert.That(molecules.Max(frames => frames[^1].Frame), Is.LessThan(1200), "in the end all are dark");
    }

    [Test]
    public void A_frame_is_the_same_in_whatever_order_frames_are_asked_for()
    {
        SmlmScene scene = Sparse with { OffTimeFrames = 5 };
        var forward = new SmlmMicroscope(scene);
        var wanted = new List<Localization>();
        for (int frame = 0; frame <= 9000; frame++)
        {
            wanted.Clear();
            forward.GroundTruth(frame, wanted);
        }

        var leaping = new SmlmMicroscope(scene);
        var found = new List<Localization>();
        leaping.GroundTruth(9000, found);
        Assert.That(found, Is.EqualTo(wanted), "after more than one turn of the wheel");
        leaping.GroundTruth(17, []);
        found.Clear();
        leaping.GroundTruth(9000, found);
        Assert.That(found, Is.EqualTo(wanted), "after going back");
    }

    private static List<List<Localization>> Truth(SmlmScene scene, int frames)
    {
        var microscope = new SmlmMicroscope(scene);
        var all = new List<List<Localization>>();
        for (int frame = 0; frame < frames; frame++)
        {
            all.Add([]);
            microscope.GroundTruth(frame, all[^1]);
        }

        return all;
    }

    private static IEnumerable<List<Localization>> ByMolecule(SmlmScene scene, int frames) =>
        Truth(scene, frames).SelectMany(frame => frame).GroupBy(e => (e.X, e.Y)).Select(group => group.ToList());

    /// <summary>Total photons of runs of consecutive frames of a molecule, in frames of light, away from both ends of the acquisition.</summary>
    private static double[] TimesOn(SmlmScene scene, int frames)
    {
        var times = new List<double>();
        foreach (List<Localization> molecule in ByMolecule(scene, frames))
        {
            double time = 0;
            for (int i = 0; i < molecule.Count; i++)
            {
                time += molecule[i].Photons / scene.Photons;
                if (i + 1 == molecule.Count || molecule[i + 1].Frame != molecule[i].Frame + 1)
                {
                    long start = molecule[i].Frame - (long)Math.Ceiling(time);
                    if (start > 1 && start < frames - 100)
                    {
                        times.Add(time);
                    }

                    time = 0;
                }
            }
        }

        return [.. times];
    }
}
