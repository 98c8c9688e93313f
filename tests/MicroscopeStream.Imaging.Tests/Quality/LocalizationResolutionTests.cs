using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Quality;

namespace MicroscopeStream.Imaging.Tests.Quality;

public sealed class LocalizationResolutionTests
{
    private static readonly PixelGrid Grid = new(800, 800, 5);

    [TestCase(10, 5)]
    [TestCase(6, 5)]
    [TestCase(10, 20)]
    public void Molecules_localized_many_times_have_the_resolution_that_follows_from_precision_and_number(double sigma, double perHalf)
    {
        // M molecules at random, each localized Q times in either half: FRC(q) = Qe / (1 + Qe) with e = exp(−4π²σ²q²), since the
        // structure's own spectrum is flat. It falls to 1/7 where Qe = 1/6. Pixels add p²/12 to σ².
        var random = new Random(7);
        const int Molecules = 3000;
        (double X, double Y)[] molecules = [.. Enumerable.Range(0, Molecules).Select(_ => (random.NextDouble() * 4000, random.NextDouble() * 4000))];
        var table = new List<Localization>();
        for (int i = 0; i < 2 * perHalf * Molecules; i++)
        {
            (double x, double y) = molecules[random.Next(Molecules)];
            table.Add(new Localization { Frame = random.Next(5000), X = x + (sigma * Normal(random)), Y = y + (sigma * Normal(random)) });
        }

        double effective = Math.Sqrt((sigma * sigma) + (25 / 12.0));
        double expected = 2 * Math.PI * effective / Math.Sqrt(Math.Log(6 * perHalf));
        ResolutionEstimate found = new LocalizationResolution(Grid).Estimate(table);
        TestContext.Out.WriteLine($"{found.ResolutionNm:F2} ± {found.UncertaintyNm:F2} nm, theory {expected:F2} nm; odd and even {found.AlternatingNm:F2} nm");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(found.Outcome, Is.EqualTo(FrcOutcome.Found));
            Assert.That(found.ResolutionNm, Is.EqualTo(expected).Within(0.03 * expected));
            Assert.That(found.UncertaintyNm, Is.InRange(0.01, 0.05 * expected));
            Assert.That(found.AlternatingNm, Is.EqualTo(found.ResolutionNm).Within(0.05 * expected));
        }
    }

    [Test]
    public void Visits_over_several_frames_flatter_odd_and_even_frames_but_not_blocks()
    {
        // Molecules on filaments, each seen once, for eight frames.
        var random = new Random(8);
        var table = new List<Localization>();
        for (int i = 0; i < 6000; i++)
        {
            double along = random.NextDouble() * 4000, across = (250 * (i % 16)) + (60 * Math.Sin(along / 300));
            (double x, double y) = i % 2 == 0 ? (along, across) : (across, along);
            int start = random.Next(5000);
            for (int f = 0; f < 8; f++)
            {
                table.Add(new Localization { Frame = start + f, X = x + (8 * Normal(random)), Y = y + (8 * Normal(random)) });
            }
        }

        ResolutionEstimate found = new LocalizationResolution(Grid).Estimate(table);
        TestContext.Out.WriteLine($"blocks {found.ResolutionNm:F1} ± {found.UncertaintyNm:F1} nm, odd and even {found.AlternatingNm:F1} nm");
        Assert.That(found.AlternatingNm, Is.LessThan(0.85 * found.ResolutionNm));
    }

    [Test]
    public void More_drift_makes_it_coarser_and_too_few_localizations_give_none()
    {
        var random = new Random(9);
        List<Localization> table = [.. Enumerable.Range(0, 40_000).Select(i => new Localization
        {
            Frame = i / 20,
            X = (200 * random.Next(1, 20)) + (8 * Normal(random)),
            Y = (200 * random.Next(1, 20)) + (8 * Normal(random)),
        })];
        var resolution = new LocalizationResolution(Grid);
        double still = resolution.Estimate(table).ResolutionNm;
        double moving = resolution.Estimate([.. table.Select(l => l with { X = l.X + (l.Frame * 0.05) })]).ResolutionNm;
        TestContext.Out.WriteLine($"at rest {still:F1} nm, drifting by 100 nm {moving:F1} nm");
        Assert.That(moving, Is.GreaterThan(1.5 * still));
        ResolutionEstimate none = resolution.Estimate([]);
        Assert.That((none.Outcome, none.Localizations), Is.EqualTo((FrcOutcome.NoAgreement, 0)));
        Assert.That(none.ResolutionNm, Is.NaN);
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
