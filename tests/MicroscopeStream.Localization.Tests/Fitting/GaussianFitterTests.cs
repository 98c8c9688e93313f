using MicroscopeStream.Localizations.Fitting;

namespace MicroscopeStream.Localizations.Tests.Fitting;

public sealed class GaussianFitterTests
{
    private const int Size = 7;

    [Test]
    public void A_noise_free_spot_is_recovered([Values(3.1, 3.5, 4.2)] double x, [Values(2.9, 3.7)] double y, [Values] GaussianShape shape)
    {
        double sigmaX = shape == GaussianShape.Fixed ? 1.2 : 1.35, sigmaY = shape == GaussianShape.Elliptical ? 1.05 : sigmaX;
        float[] spot = SpotMaker.Mean(Size, x, y, 1500, 20, sigmaX, sigmaY);
        var fits = new GaussianFit[1];
        new GaussianFitter(new GaussianFitOptions { Shape = shape }).Fit(spot, [], fits);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(fits[0].Converged, Is.True);
            Assert.That(fits[0].X, Is.EqualTo(x).Within(2e-3));
            Assert.That(fits[0].Y, Is.EqualTo(y).Within(2e-3));
            Assert.That(fits[0].Photons, Is.EqualTo(1500).Within(5));
            Assert.That(fits[0].Background, Is.EqualTo(20).Within(0.15));
            Assert.That(fits[0].PsfSigmaX, Is.EqualTo(sigmaX).Within(3e-3));
            Assert.That(fits[0].PsfSigmaY, Is.EqualTo(sigmaY).Within(3e-3));
            Assert.That(fits[0].ReducedDeviance, Is.EqualTo(0).Within(1e-2));
        }
    }

    [TestCase(GaussianShape.Fixed, 1500, 20, 1, 0)]
    [TestCase(GaussianShape.Symmetric, 1500, 20, 1, 0)]
    [TestCase(GaussianShape.Symmetric, 400, 5, 1, 1.5)]
    [TestCase(GaussianShape.Elliptical, 3000, 30, 1, 0)]
    [TestCase(GaussianShape.Symmetric, 2000, 20, 2, 0)]
    public void Errors_reach_the_Cramer_Rao_bound_and_the_fit_knows_them(
        GaussianShape shape, double photons, double background, double excess, double readNoise)
    {
        const int Spots = 4000;
        var random = new Random(20260101);
        var regions = new float[Spots * Size * Size];
        var truth = new (double X, double Y)[Spots];
        double sigmaX = 1.2, sigmaY = shape == GaussianShape.Elliptical ? 1.5 : 1.2;
        for (int i = 0; i < Spots; i++)
        {
            truth[i] = (3 + random.NextDouble(), 3 + random.NextDouble());
            float[] spot = SpotMaker.Mean(Size, truth[i].X, truth[i].Y, photons, background, sigmaX, sigmaY);
            SpotMaker.AddNoise(random, spot, excess, readNoise);
            spot.CopyTo(regions, i * Size * Size);
        }

        var fits = new GaussianFit[Spots];
        var options = new GaussianFitOptions { Shape = shape, ExcessNoiseFactor = (float)excess };
        float[] readVariance = readNoise > 0 ? [(float)(readNoise * readNoise)] : [];
        new GaussianFitter(options).Fit(regions, readVariance, fits);

        double squares = 0, bound = 0, scores = 0, bias = 0, photonBias = 0;
        int converged = 0;
        for (int i = 0; i < Spots; i++)
        {
            if (!fits[i].Converged)
            {
                continue;
            }

            converged++;
            double dx = fits[i].X - truth[i].X, dy = fits[i].Y - truth[i].Y;
            squares += dx * dx;
            bound += fits[i].SigmaX * fits[i].SigmaX;
            scores += (dx * dx / (fits[i].SigmaX * fits[i].SigmaX)) + (dy * dy / (fits[i].SigmaY * fits[i].SigmaY));
            bias += dx;
            photonBias += fits[i].Photons - photons;
        }

        double rmse = Math.Sqrt(squares / converged), limit = Math.Sqrt(bound / converged);
        TestContext.Out.WriteLine($"RMSE {rmse * 100:F2} nm, bound {limit * 100:F2} nm (100 nm px), z {Math.Sqrt(scores / 2 / converged):F3}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(converged, Is.GreaterThan(Spots * 0.99));
            Assert.That(rmse, Is.LessThan(1.06 * limit).And.GreaterThan(0.94 * limit));
            Assert.That(Math.Sqrt(scores / 2 / converged), Is.EqualTo(1).Within(0.05));
            Assert.That(bias / converged, Is.EqualTo(0).Within(4 * limit / Math.Sqrt(converged)));
            Assert.That(photonBias / converged, Is.EqualTo(0).Within(0.02 * photons));
        }
    }

    [Test]
    public void Every_lane_fits_its_own_spot_whatever_its_neighbours()
    {
        var random = new Random(7);
        int count = (2 * GaussianFitter.Lanes) + 3;
        var regions = new float[count * Size * Size];
        for (int i = 0; i < count; i++)
        {
            float[] spot = SpotMaker.Mean(Size, 3 + random.NextDouble(), 3 + random.NextDouble(), 200 * (i + 1), 5 + i, 1.2, 1.2);
            SpotMaker.AddNoise(random, spot);
            spot.CopyTo(regions, i * Size * Size);
        }

        var together = new GaussianFit[count];
        var alone = new GaussianFit[1];
        var fitter = new GaussianFitter(new GaussianFitOptions());
        fitter.Fit(regions, [], together);
        for (int i = 0; i < count; i++)
        {
            fitter.Fit(regions.AsSpan(i * Size * Size, Size * Size), [], alone);
            Assert.That(together[i], Is.EqualTo(alone[0]), $"spot {i}");
        }
    }

    [Test]
    public void Dark_bright_and_empty_regions_never_give_a_converged_lie()
    {
        var fitter = new GaussianFitter(new GaussianFitOptions());
        var fits = new GaussianFit[3];
        var regions = new float[3 * Size * Size];
        regions.AsSpan(Size * Size, Size * Size).Fill(65535);
        regions.AsSpan(2 * Size * Size).Fill(-40);
        fitter.Fit(regions, [], fits);
        foreach (GaussianFit fit in fits)
        {
            Assert.That(fit.Converged && fit.Photons > 5 * fit.SigmaPhotons, Is.False, fit.ToString());
        }
    }

    [Test]
    public void Fitting_allocates_nothing()
    {
        var fitter = new GaussianFitter(new GaussianFitOptions());
        float[] spot = SpotMaker.Mean(Size, 3.4, 3.6, 1000, 10, 1.2, 1.2);
        var fits = new GaussianFit[1];
        fitter.Fit(spot, [], fits);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            fitter.Fit(spot, [], fits);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Wrong_lengths_are_refused_with_numbers()
    {
        var fitter = new GaussianFitter(new GaussianFitOptions());
        ArgumentException? error = Assert.Throws<ArgumentException>(() => fitter.Fit(new float[50], [], new GaussianFit[1]));
        Assert.That(error!.Message, Does.Contain("50").And.Contain("7 × 7"));
    }
}
