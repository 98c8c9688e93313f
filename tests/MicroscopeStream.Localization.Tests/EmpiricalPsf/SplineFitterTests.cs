using MicroscopeStream.Localizations.EmpiricalPsf;
using MicroscopeStream.Localizations.Tests.Astigmatism;
using MicroscopeStream.Localizations.Tests.Fitting;

namespace MicroscopeStream.Localizations.Tests.EmpiricalPsf;

public sealed class SplineFitterTests
{
    private const int Size = 13;

    [TestCase(1500, 20)]
    [TestCase(5000, 20)]
    public void Depth_comes_near_its_bound_over_a_micrometre(double photons, double background)
    {
        var fitter = new SplineFitter(BeadCalibrations.Psf, new SplineFitOptions { RegionSize = Size });
        var random = new Random(31);
        double squares = 0, bounds = 0, scores = 0, lateral = 0;
        int count = 0, lost = 0;
        for (int z = -500; z <= 500; z += 50)
        {
            double x = 6.2 + (0.6 * random.NextDouble()), y = 6.2 + (0.6 * random.NextDouble());
            double bound = AstigmaticSpots.Bound(Size, x, y, z, photons, background);
            foreach (SplineFit fit in Fit(fitter, random, 120, x, y, z, photons, background))
            {
                if (!fit.Converged)
                {
                    lost++;
                    continue;
                }

                squares += (fit.ZNm - z) * (fit.ZNm - z);
                scores += (fit.ZNm - z) * (fit.ZNm - z) / (fit.SigmaZNm * (double)fit.SigmaZNm);
                lateral += ((fit.X - x) * (fit.X - x) / (fit.SigmaX * fit.SigmaX)) + ((fit.Y - y) * (fit.Y - y) / (fit.SigmaY * fit.SigmaY));
                bounds += bound * bound;
                count++;
            }
        }

        double rmse = Math.Sqrt(squares / count), limit = Math.Sqrt(bounds / count), score = Math.Sqrt(scores / count), scoreXy = Math.Sqrt(lateral / 2 / count);
        TestContext.Out.WriteLine($"{photons} photons: z RMSE {rmse:F2} nm, bound {limit:F2} nm, ratio {rmse / limit:F3}; z-scores {score:F3} and {scoreXy:F3}; {lost} of {count + lost} not fitted");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(rmse, Is.LessThan(1.15 * limit));
            Assert.That(score, Is.EqualTo(1).Within(0.1));
            Assert.That(scoreXy, Is.EqualTo(1).Within(0.1));
            Assert.That(lost, Is.LessThan(0.01 * count));
        }
    }

    [TestCase(1, 0, TestName = "sCMOS, no read noise")]
    [TestCase(1, 4, TestName = "sCMOS, read noise of 4 photons")]
    [TestCase(2, 0, TestName = "EMCCD")]
    public void Photons_background_and_their_noise_are_right_for_every_camera(double excess, double readNoise)
    {
        var fitter = new SplineFitter(BeadCalibrations.Psf, new SplineFitOptions { RegionSize = Size, ExcessNoiseFactor = (float)excess });
        const double Photons = 3000, Background = 30, Z = 150;
        List<SplineFit> fits = [.. Fit(fitter, new Random(32), 600, 6.4, 6.7, Z, Photons, Background, excess, readNoise).Where(f => f.Converged)];
        double mean = fits.Average(f => f.Photons), score = Math.Sqrt(fits.Average(f => Math.Pow((f.Photons - mean) / f.SigmaPhotons, 2)));
        double depth = Math.Sqrt(fits.Average(f => Math.Pow((f.ZNm - Z) / f.SigmaZNm, 2))), deviance = fits.Average(f => f.ReducedDeviance);
        TestContext.Out.WriteLine($"{fits.Count} fits, {mean:F0} photons, background {fits.Average(f => f.Background):F2}, scores {score:F3} and {depth:F3}, deviance {deviance:F3}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(fits, Has.Count.GreaterThan(590));
            Assert.That(mean, Is.EqualTo(Photons).Within(0.02 * Photons));
            Assert.That(fits.Average(f => f.Background), Is.EqualTo(Background).Within(0.5));
            Assert.That(score, Is.EqualTo(1).Within(0.12));
            Assert.That(depth, Is.EqualTo(1).Within(0.12));
            Assert.That(deviance, Is.EqualTo(1).Within(0.1));
        }
    }

    [Test]
    public void Two_emitters_do_not_pass_for_one()
    {
        var fitter = new SplineFitter(BeadCalibrations.Psf, new SplineFitOptions { RegionSize = Size });
        float[] spot = AstigmaticSpots.Spot(Size, 4.5, 6, -100, 4000, 10), other = AstigmaticSpots.Spot(Size, 8.2, 7.5, 200, 4000, 0);
        for (int p = 0; p < spot.Length; p++)
        {
            spot[p] += other[p];
        }

        SpotMaker.AddNoise(new Random(33), spot);
        var fits = new SplineFit[1];
        fitter.Fit(spot, [], fits);
        Assert.That(fits[0].Converged && fits[0].ReducedDeviance < 3, Is.False);
    }

    [Test]
    public void Depths_beyond_the_psf_are_no_depths()
    {
        var fitter = new SplineFitter(BeadCalibrations.Psf, new SplineFitOptions { RegionSize = Size });
        int believed = Fit(fitter, new Random(34), 100, 6.5, 6.5, 1100, 8000, 10).Count(f => f.Converged && f.ReducedDeviance < 3);
        Assert.That(believed, Is.LessThan(15));
    }

    [Test]
    public void Nothing_and_nonsense_give_an_answer_but_no_belief()
    {
        var fitter = new SplineFitter(BeadCalibrations.Psf, new SplineFitOptions { RegionSize = Size });
        var regions = new float[4 * Size * Size];
        regions.AsSpan(Size * Size, Size * Size).Fill(1000);
        regions.AsSpan(2 * Size * Size, Size * Size).Fill(-50);
        regions[(3 * Size * Size) + 5] = 1e8f;
        var fits = new SplineFit[4];
        fitter.Fit(regions, [2f], fits);
        Assert.That(fits.Select(f => f.Converged && f.SigmaX < 0.5f && f.ReducedDeviance < 3), Is.All.False);
        Assert.That(() => fitter.Fit(regions, [], new SplineFit[3]), Throws.ArgumentException);
        Assert.That(() => new SplineFitter(BeadCalibrations.Psf, new SplineFitOptions { RegionSize = 12 }), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    private static SplineFit[] Fit(
        SplineFitter fitter, Random random, int spots, double x, double y, double z, double photons, double background, double excess = 1, double readNoise = 0)
    {
        var regions = new float[spots * Size * Size];
        float[] mean = AstigmaticSpots.Spot(Size, x, y, z, photons, background);
        for (int s = 0; s < spots; s++)
        {
            float[] spot = [.. mean];
            SpotMaker.AddNoise(random, spot, excess, readNoise);
            spot.CopyTo(regions, s * spot.Length);
        }

        var fits = new SplineFit[spots];
        fitter.Fit(regions, [(float)(readNoise * readNoise)], fits);
        return fits;
    }
}
