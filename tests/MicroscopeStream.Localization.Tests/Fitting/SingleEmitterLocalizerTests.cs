using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Localizations.Astigmatism;
using MicroscopeStream.Localizations.Fitting;
using MicroscopeStream.Localizations.Tests.Astigmatism;

namespace MicroscopeStream.Localizations.Tests.Fitting;

public sealed class SingleEmitterLocalizerTests
{
    private static readonly PixelGrid Grid = new(96, 80, 100);

    [TestCase(SingleEmitterEstimator.MaximumLikelihood, 1.15)]
    [TestCase(SingleEmitterEstimator.Phasor, 2.0)]
    public void Sparse_emitters_are_all_found_near_the_bound(SingleEmitterEstimator estimator, double factor)
    {
        // The bound for 1500 photons, 20 background photons, a free width of 1.2 px in 7 × 7 px is 4.36 nm per axis.
        var localizer = new SingleEmitterLocalizer(Grid, new SingleEmitterOptions { Estimator = estimator, PsfSigma = 1.2 });
        var random = new Random(1);
        double squares = 0;
        int matched = 0, extra = 0, wanted = 0;
        for (int f = 0; f < 30; f++)
        {
            (double X, double Y)[] truth = Lattice(random);
            float[] frame = Frame(random, truth, 1.2, 20);
            var found = new List<Localization>();
            localizer.Localize(f, frame, [], found);
            wanted += truth.Length;
            foreach (Localization l in found)
            {
                double best = truth.Min(t => Square(l.X - (t.X * 100)) + Square(l.Y - (t.Y * 100)));
                if (best < 100 * 100)
                {
                    matched++;
                    squares += best / 2;
                }
                else
                {
                    extra++;
                }
            }
        }

        double rmse = Math.Sqrt(squares / matched);
        TestContext.Out.WriteLine($"{matched} of {wanted} found, {extra} false, RMSE per axis {rmse:F2} nm");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(matched, Is.GreaterThanOrEqualTo(wanted * 0.99));
            Assert.That(extra, Is.LessThanOrEqualTo(wanted * 0.01));
            Assert.That(rmse, Is.LessThan(4.36 * factor));
        }
    }

    [Test]
    public void The_width_of_the_PSF_is_learned_from_the_first_fits()
    {
        var localizer = new SingleEmitterLocalizer(Grid, new SingleEmitterOptions());
        var random = new Random(2);
        var found = new List<Localization>();
        for (int f = 0; f < 12; f++)
        {
            found.Clear();
            localizer.Localize(f, Frame(random, Lattice(random), 1.7, 10), [], found);
        }

        Assert.That(localizer.PsfSigma, Is.EqualTo(1.7).Within(0.05));
        Assert.That(found, Has.Count.EqualTo(Lattice(random).Length));
    }

    [Test]
    public void Where_widths_tell_depth_none_is_learned_from_them()
    {
        var depth = new AstigmatismCalibration(AstigmaticSpots.X, AstigmaticSpots.Y, -600, 600);
        var localizer = new SingleEmitterLocalizer(Grid, new SingleEmitterOptions { Astigmatism = depth });
        double before = localizer.PsfSigma;
        var random = new Random(2);
        for (int f = 0; f < 12; f++)
        {
            localizer.Localize(f, Frame(random, Lattice(random), 1.7, 10), [], []);
        }

        Assert.That(localizer.PsfSigma, Is.EqualTo(before));
    }

    [Test]
    public void Threads_change_nothing_but_the_time()
    {
        var random = new Random(3);
        float[] frame = Frame(random, Lattice(random), 1.2, 20);
        var one = new List<Localization>();
        var four = new List<Localization>();
        new SingleEmitterLocalizer(Grid, new SingleEmitterOptions { PsfSigma = 1.2, Threshold = 2 }).Localize(5, frame, [], one);
        new SingleEmitterLocalizer(Grid, new SingleEmitterOptions { PsfSigma = 1.2, Threshold = 2, Threads = 4 }).Localize(5, frame, [], four);
        Assert.That(four, Is.EqualTo(one));
        Assert.That(one, Is.Not.Empty);
    }

    [Test]
    public void A_map_of_read_noise_keeps_noisy_pixels_from_pulling_positions()
    {
        // A tenth of the pixels reads out with 25 photons of noise.
        var random = new Random(4);
        var variance = new float[Grid.PixelCount];
        for (int i = 0; i < variance.Length / 10; i++)
        {
            variance[random.Next(variance.Length)] = 25 * 25;
        }

        var options = new SingleEmitterOptions { PsfSigma = 1.2, MaximumSigma = 10 };
        var known = new SingleEmitterLocalizer(Grid, options);
        var unknown = new SingleEmitterLocalizer(Grid, options);
        double with = 0, without = 0;
        for (int f = 0; f < 10; f++)
        {
            (double X, double Y)[] truth = Lattice(random);
            float[] frame = Frame(random, truth, 1.2, 5);
            for (int i = 0; i < frame.Length; i++)
            {
                frame[i] += (float)(Math.Sqrt(variance[i]) * SpotMaker.Normal(random));
            }

            with += MeanSquare(known, frame, variance, truth);
            without += MeanSquare(unknown, frame, [], truth);
        }

        TestContext.Out.WriteLine($"RMSE {Math.Sqrt(with / 10):F2} nm with the map, {Math.Sqrt(without / 10):F2} nm without");
        Assert.That(Math.Sqrt(with), Is.LessThan(0.8 * Math.Sqrt(without)));
    }

    [Test]
    public void Frames_smaller_than_a_region_hold_nothing_and_do_not_throw()
    {
        var localizer = new SingleEmitterLocalizer(new PixelGrid(5, 9, 100), new SingleEmitterOptions());
        var found = new List<Localization>();
        var frame = new float[45];
        frame[22] = 5000;
        Assert.That(localizer.Localize(0, frame, [], found), Is.Zero);
    }

    private static double MeanSquare(SingleEmitterLocalizer localizer, float[] frame, float[] variance, (double X, double Y)[] truth)
    {
        var found = new List<Localization>();
        localizer.Localize(0, frame, variance, found);
        double[] squares = [.. found
            .Select(l => truth.Min(t => Square(l.X - (t.X * 100)) + Square(l.Y - (t.Y * 100))))
            .Where(d => d < 100 * 100)];
        Assert.That(squares, Has.Length.GreaterThan(truth.Length / 2));
        return squares.Average();
    }

    private static double Square(double x) => x * x;

    private static (double X, double Y)[] Lattice(Random random) =>
        [.. from j in Enumerable.Range(0, 5) from i in Enumerable.Range(0, 6)
            select (8 + (16 * i) + random.NextDouble(), 8 + (16 * j) + random.NextDouble())];

    private static float[] Frame(Random random, (double X, double Y)[] truth, double sigma, double background)
    {
        var frame = new float[Grid.PixelCount];
        Array.Fill(frame, (float)background);
        foreach ((double x, double y) in truth)
        {
            for (int j = Math.Max(0, (int)y - 9); j < Math.Min(Grid.Height, (int)y + 10); j++)
            {
                for (int i = Math.Max(0, (int)x - 9); i < Math.Min(Grid.Width, (int)x + 10); i++)
                {
                    frame[(j * Grid.Width) + i] += (float)(1500 * SpotMaker.Share(i, x, sigma) * SpotMaker.Share(j, y, sigma));
                }
            }
        }

        SpotMaker.AddNoise(random, frame);
        return frame;
    }
}
