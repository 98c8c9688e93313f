using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Localizations.EmpiricalPsf;
using MicroscopeStream.Localizations.Fitting;
using MicroscopeStream.Localizations.Tests.Astigmatism;
using MicroscopeStream.Localizations.Tests.Fitting;

namespace MicroscopeStream.Localizations.Tests.EmpiricalPsf;

public sealed class SplineLocalizerTests
{
    private static readonly PixelGrid Grid = new(150, 120, AstigmaticSpots.Pixel);

    [Test]
    public void Emitters_in_frames_get_their_depth_with_its_precision()
    {
        var localizer = new SplineLocalizer(Grid, BeadCalibrations.Good.Calibration, new SingleEmitterOptions());
        var random = new Random(41);
        var found = new List<Localization>();
        double scores = 0, lateral = 0;
        int matched = 0, wanted = 0, wrong = 0;
        for (int f = 0; f < 12; f++)
        {
            (float[] frame, List<(double X, double Y, double Z)> truth) = Frame(random);
            found.Clear();
            Assert.That(localizer.Localize(f, frame, [], found), Is.EqualTo(found.Count));
            wanted += truth.Count;
            foreach (Localization l in found)
            {
                (double x, double y, double z) = truth.MinBy(t => Math.Abs((t.X * 100) - l.X) + Math.Abs((t.Y * 100) - l.Y));
                double dx = (x * 100) - l.X, dy = (y * 100) - l.Y;
                if (Math.Abs(dx) < 100 && Math.Abs(dy) < 100)
                {
                    matched++;
                    scores += (l.Z - z) * (l.Z - z) / ((double)l.SigmaZ * l.SigmaZ);
                    lateral += (dx * dx / ((double)l.SigmaX * l.SigmaX)) + (dy * dy / ((double)l.SigmaY * l.SigmaY));
                }
                else
                {
                    wrong++;
                }
            }
        }

        TestContext.Out.WriteLine($"{matched} of {wanted} found, {wrong} wrong, z-score {Math.Sqrt(scores / matched):F3}, laterally {Math.Sqrt(lateral / 2 / matched):F3}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(matched, Is.GreaterThan(0.98 * wanted).And.LessThanOrEqualTo(wanted));
            Assert.That(wrong, Is.LessThan(0.01 * wanted));
            Assert.That(Math.Sqrt(scores / matched), Is.EqualTo(1).Within(0.15));
            Assert.That(Math.Sqrt(lateral / 2 / matched), Is.EqualTo(1).Within(0.15));
        }
    }

    [Test]
    public void Threads_and_a_map_of_read_noise_change_nothing_but_the_noise()
    {
        (float[] frame, _) = Frame(new Random(42));
        var map = new float[frame.Length];
        Array.Fill(map, 2f);
        var one = new List<Localization>();
        var two = new List<Localization>();
        new SplineLocalizer(Grid, BeadCalibrations.Good.Calibration, new SingleEmitterOptions { ReadVariance = 2 }).Localize(3, frame, [], one);
        new SplineLocalizer(Grid, BeadCalibrations.Good.Calibration, new SingleEmitterOptions { ReadVariance = 2, Threads = 2 }).Localize(3, frame, map, two);
        Assert.That(two, Is.EqualTo(one));
        Assert.That(one, Has.Count.GreaterThan(15));
        Assert.That(one.Select(l => l.Frame), Is.All.EqualTo(3));
    }

    [Test]
    public void A_frame_costs_no_memory()
    {
        (float[] frame, _) = Frame(new Random(43));
        var localizer = new SplineLocalizer(Grid, BeadCalibrations.Good.Calibration, new SingleEmitterOptions());
        var found = new List<Localization>(1000);
        localizer.Localize(0, frame, [], found);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
        {
            found.Clear();
            localizer.Localize(i, frame, [], found);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Other_pixels_and_curves_alone_are_refused()
    {
        PsfCalibration calibration = BeadCalibrations.Good.Calibration;
        Assert.That(() => new SplineLocalizer(Grid with { PixelSizeNm = 110 }, calibration, new SingleEmitterOptions()), Throws.ArgumentException.With.Message.Contains("110"));
        Assert.That(() => new SplineLocalizer(Grid, calibration with { Psf = null }, new SingleEmitterOptions()), Throws.ArgumentException.With.Message.Contains("curves only"));
    }

    private static (float[] Frame, List<(double X, double Y, double Z)> Truth) Frame(Random random)
    {
        var frame = new float[Grid.PixelCount];
        Array.Fill(frame, 10f);
        var truth = new List<(double X, double Y, double Z)>();
        for (int n = 0; n < 20; n++)
        {
            (double x, double y, double z) = (14 + (28 * (n % 5)) + random.NextDouble(), 14 + (28 * (n / 5)) + random.NextDouble(), (900 * random.NextDouble()) - 450);
            truth.Add((x, y, z));
            float[] spot = AstigmaticSpots.Spot(25, x - (int)x + 12, y - (int)y + 12, z, 4000, 0);
            for (int p = 0; p < spot.Length; p++)
            {
                frame[(((int)y - 12 + (p / 25)) * Grid.Width) + (int)x - 12 + (p % 25)] += spot[p];
            }
        }

        SpotMaker.AddNoise(random, frame);
        return (frame, truth);
    }
}
