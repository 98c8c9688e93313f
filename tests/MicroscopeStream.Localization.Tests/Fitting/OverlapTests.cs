using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Localizations.Fitting;

namespace MicroscopeStream.Localizations.Tests.Fitting;

/// <summary>Emitters whose images overlap, through the localizer.</summary>
public sealed class OverlapTests
{
    private const double Sigma = 1.2;
    private static readonly PixelGrid Grid = new(64, 64, 100);
    private static readonly SingleEmitterOptions Options = new() { PsfSigma = Sigma };

    [TestCase(2.2, 1)]
    [TestCase(2.8, 1)]
    [TestCase(3.5, 1)]
    [TestCase(2.8, 0.4)]
    public void Two_emitters_that_overlap_are_told_apart_and_their_precision_is_honest(double apart, double secondShare)
    {
        var random = new Random(7);
        var localizer = new SingleEmitterLocalizer(Grid, Options);
        (int pairs, int whole) = (0, 0);
        double scores = 0;
        for (int f = 0; f < 150; f++)
        {
            double angle = 2 * Math.PI * random.NextDouble();
            double x = 31 + random.NextDouble(), y = 31 + random.NextDouble();
            (double X, double Y, double Photons)[] truth =
            [
                (x, y, 2000), (x + (apart * Math.Cos(angle)), y + (apart * Math.Sin(angle)), 2000 * secondShare),
            ];
            List<Localization> found = Localize(localizer, random, truth);
            pairs++;
            if (found.Count == 2)
            {
                whole++;
                scores += found.Average(l => ScoreOf(l, truth)) / 2;
            }
        }

        double spread = Math.Sqrt(scores / whole);
        TestContext.Out.WriteLine($"{whole} of {pairs} pairs; error ÷ predicted σ {spread:F2}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(whole, Is.GreaterThan(0.9 * pairs));
            Assert.That(spread, Is.InRange(0.85, 1.2));
        }
    }

    [Test]
    public void Without_leave_to_take_spots_apart_two_are_taken_for_one()
    {
        var localizer = new SingleEmitterLocalizer(Grid, Options with { MaximumEmitters = 1 });
        Assert.That(Localize(localizer, new Random(1), [(31, 32, 2000), (32.9, 32, 2000)]), Has.Count.EqualTo(1));
    }

    [Test]
    public void A_crowd_is_mostly_found_and_hardly_anything_else()
    {
        // One emitter per µm²: every third has a neighbour within three widths of the PSF.
        var random = new Random(5);
        var localizer = new SingleEmitterLocalizer(Grid, Options);
        (int there, int found, int right) = (0, 0, 0);
        double squares = 0;
        for (int f = 0; f < 40; f++)
        {
            (double X, double Y, double Photons)[] truth = [.. Enumerable.Range(0, 41).Select(_ => (random.NextDouble() * 64, random.NextDouble() * 64, 1500.0))];
            List<Localization> localized = Localize(localizer, random, truth);
            var free = truth.ToList();
            there += truth.Length;
            found += localized.Count;
            foreach (Localization l in localized)
            {
                int nearest = Enumerable.Range(0, free.Count).MinBy(i => Distance2(l, free[i]));
                if (Distance2(l, free[nearest]) < 1)
                {
                    squares += Distance2(l, free[nearest]);
                    right++;
                    free.RemoveAt(nearest);
                }
            }
        }

        double rmse = 100 * Math.Sqrt(squares / right);
        TestContext.Out.WriteLine($"{right} of {there} found within a pixel, {found - right} others, RMSE {rmse:F1} nm");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(right, Is.GreaterThan(0.88 * there));
            Assert.That(found - right, Is.LessThan(0.02 * there));
            Assert.That(rmse, Is.LessThan(20));
        }
    }

    [TestCase(1.5, 0, 3000, TestName = "Wider than the PSF: out of focus")]
    [TestCase(1.2, 0.3, 3000, TestName = "With a skirt")]
    [TestCase(1.2, 0.15, 30000, TestName = "With a skirt, so bright that the misfit is plain")]
    public void An_emitter_whose_image_is_no_Gaussian_of_that_width_stays_one(double sigma, double skirt, double photons)
    {
        var random = new Random(3);
        var localizer = new SingleEmitterLocalizer(Grid, Options);
        var counts = new List<int>();
        for (int f = 0; f < 60; f++)
        {
            double x = 31 + random.NextDouble(), y = 31 + random.NextDouble();
            float[] frame = Empty();
            Paint(frame, x, y, photons * (1 - skirt), sigma);
            Paint(frame, x, y, photons * skirt, 2.5 * sigma);
            SpotMaker.AddNoise(random, frame);
            var found = new List<Localization>();
            localizer.Localize(f, frame, [], found);
            counts.Add(found.Count);
        }

        Assert.That(counts.Count(n => n == 1), Is.GreaterThanOrEqualTo(58), string.Join(' ', counts));
    }

    [Test]
    public void A_hill_of_background_is_no_crowd()
    {
        int apart = Hills(Options), single = Hills(Options with { MaximumEmitters = 1 });
        TestContext.Out.WriteLine($"120 hills: {apart} localizations, {single} by fits of one");
        Assert.That(apart, Is.LessThanOrEqualTo(single + 6));

        static int Hills(SingleEmitterOptions options)
        {
            var random = new Random(4);
            var localizer = new SingleEmitterLocalizer(Grid, options);
            int found = 0;
            for (int f = 0; f < 20; f++)
            {
                float[] frame = Empty();
                for (int i = 0; i < 6; i++)
                {
                    Paint(frame, 6 + (52 * random.NextDouble()), 6 + (52 * random.NextDouble()), 2500, 3);
                }

                SpotMaker.AddNoise(random, frame);
                found += localizer.Localize(f, frame, [], []);
            }

            return found;
        }
    }

    [Test]
    public void Threads_change_nothing_but_the_time()
    {
        var random = new Random(9);
        float[] frame = Empty();
        for (int i = 0; i < 120; i++)
        {
            Paint(frame, random.NextDouble() * 64, random.NextDouble() * 64, 1500, Sigma);
        }

        SpotMaker.AddNoise(random, frame);
        var one = new List<Localization>();
        var three = new List<Localization>();
        new SingleEmitterLocalizer(Grid, Options with { Threshold = 2 }).Localize(5, frame, [], one);
        new SingleEmitterLocalizer(Grid, Options with { Threshold = 2, Threads = 3 }).Localize(5, frame, [], three);
        Assert.That(three, Is.EqualTo(one));
        Assert.That(one, Has.Count.GreaterThan(60));
    }

    [Test]
    public void What_explains_its_pixels_badly_is_said_to_be_less_certain()
    {
        // A bright line is no set of a few emitters.
        float[] frame = Empty();
        for (int i = 0; i < 400; i++)
        {
            Paint(frame, 20 + (i * 0.06), 32, 300, Sigma);
        }

        SpotMaker.AddNoise(new Random(2), frame);
        var apart = new List<Localization>();
        new SingleEmitterLocalizer(Grid, Options with { MaximumEmitters = 2, MaximumSigma = 10 }).Localize(0, frame, [], apart);
        Assert.That(apart, Is.Not.Empty);
        Assert.That(apart.Select(l => l.SigmaX * Math.Sqrt(l.Photons)), Has.All.GreaterThan(1.5 * Sigma * 100), "√photons × σ is at least the PSF's width for one alone");
    }

    private static double ScoreOf(Localization l, (double X, double Y, double Photons)[] truth)
    {
        (double X, double Y, double Photons) nearest = truth.MinBy(t => Distance2(l, t));
        return Square((l.X - (nearest.X * 100)) / l.SigmaX) + Square((l.Y - (nearest.Y * 100)) / l.SigmaY);
    }

    private static double Distance2(Localization l, (double X, double Y, double Photons) t) => Square((l.X / 100) - t.X) + Square((l.Y / 100) - t.Y);

    private static double Square(double x) => x * x;

    private static List<Localization> Localize(SingleEmitterLocalizer localizer, Random random, (double X, double Y, double Photons)[] truth)
    {
        float[] frame = Empty();
        foreach ((double x, double y, double photons) in truth)
        {
            Paint(frame, x, y, photons, Sigma);
        }

        SpotMaker.AddNoise(random, frame);
        var found = new List<Localization>();
        localizer.Localize(0, frame, [], found);
        return found;
    }

    private static float[] Empty() => [.. Enumerable.Repeat(20f, Grid.PixelCount)];

    private static void Paint(float[] frame, double x, double y, double photons, double sigma)
    {
        for (int j = Math.Max(0, (int)y - 12); j < Math.Min(Grid.Height, (int)y + 13); j++)
        {
            for (int i = Math.Max(0, (int)x - 12); i < Math.Min(Grid.Width, (int)x + 13); i++)
            {
                frame[(j * Grid.Width) + i] += (float)(photons * SpotMaker.Share(i, x, sigma) * SpotMaker.Share(j, y, sigma));
            }
        }
    }
}
