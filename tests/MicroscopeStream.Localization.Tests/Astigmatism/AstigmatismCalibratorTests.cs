using MicroscopeStream.Core.Frames;
using MicroscopeStream.Localizations.Astigmatism;
using MicroscopeStream.Localizations.Fitting;
using MicroscopeStream.Localizations.Tests.Fitting;

namespace MicroscopeStream.Localizations.Tests.Astigmatism;

public sealed class AstigmatismCalibratorTests
{
    private static readonly PixelGrid Grid = new(160, 120, AstigmaticSpots.Pixel);

    [Test]
    public void The_curves_of_a_bead_stack_are_found_again()
    {
        AstigmatismCalibration found = AstigmatismCalibrator.Calibrate(AstigmaticSpots.BeadStack(new Random(1), Grid, Beads(12), -800, 800, 25), Grid, 25);
        double worst = 0;
        for (double z = -500; z <= 500; z += 20)
        {
            worst = Math.Max(worst, Math.Abs((found.X.At(z) / AstigmaticSpots.X.At(z + AstigmaticSpots.Zero)) - 1));
            worst = Math.Max(worst, Math.Abs((found.Y.At(z) / AstigmaticSpots.Y.At(z + AstigmaticSpots.Zero)) - 1));
        }

        TestContext.Out.WriteLine($"{found.Beads} beads, {found.MinimumZNm:F0}…{found.MaximumZNm:F0} nm, residual {found.RelativeResidual:P2}, worst error of a width {worst:P2}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(worst, Is.LessThan(0.01));
            Assert.That(found.Beads, Is.EqualTo(12));
            Assert.That(found.MinimumZNm, Is.LessThanOrEqualTo(-500));
            Assert.That(found.MaximumZNm, Is.GreaterThanOrEqualTo(500));
            Assert.That(found.X.At(0), Is.EqualTo(found.Y.At(0)).Within(0.01));
        }
    }

    [TestCase(1500, 20)]
    [TestCase(5000, 20)]
    public void Depth_comes_near_its_bound_over_a_micrometre(double photons, double background)
    {
        AstigmatismCalibration calibration = AstigmatismCalibrator.Calibrate(
            AstigmaticSpots.BeadStack(new Random(2), Grid, Beads(12), -800, 800, 20), Grid, 20);
        var fitter = new GaussianFitter(new GaussianFitOptions { Shape = GaussianShape.Elliptical, RegionSize = 13, PsfSigma = 1.6f });
        var random = new Random(3);
        double squares = 0, bounds = 0, scores = 0;
        int count = 0, lost = 0;
        for (int z = -500; z <= 500; z += 50)
        {
            const int Spots = 160;
            var regions = new float[Spots * 169];
            double x = 6.2 + (0.6 * random.NextDouble()), y = 6.2 + (0.6 * random.NextDouble());
            for (int s = 0; s < Spots; s++)
            {
                float[] spot = AstigmaticSpots.Spot(13, x, y, z, photons, background);
                SpotMaker.AddNoise(random, spot);
                spot.CopyTo(regions, s * 169);
            }

            var fits = new GaussianFit[Spots];
            fitter.Fit(regions, [], fits);
            double bound = AstigmaticSpots.Bound(13, x, y, z, photons, background);
            foreach (GaussianFit fit in fits)
            {
                if (!fit.Converged)
                {
                    lost++;
                    continue;
                }

                AxialEstimate depth = calibration.Depth(fit.PsfSigmaX * 100, fit.PsfSigmaY * 100, fit.SigmaPsfSigmaX * 100, fit.SigmaPsfSigmaY * 100);
                squares += (depth.ZNm - z) * (depth.ZNm - z);
                scores += (depth.ZNm - z) * (depth.ZNm - z) / (depth.SigmaZNm * depth.SigmaZNm);
                bounds += bound * bound;
                count++;
            }
        }

        double rmse = Math.Sqrt(squares / count), limit = Math.Sqrt(bounds / count), score = Math.Sqrt(scores / count);
        TestContext.Out.WriteLine($"{photons} photons: z RMSE {rmse:F2} nm, bound {limit:F2} nm, ratio {rmse / limit:F3}; z-score {score:F3}; {lost} of {count + lost} not fitted");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(rmse, Is.LessThan(1.15 * limit));
            Assert.That(score, Is.EqualTo(1).Within(0.1));
            Assert.That(lost, Is.LessThan(0.02 * count));
        }
    }

    [Test]
    public void A_downward_stage_turns_the_sign()
    {
        List<float[]> stack = AstigmaticSpots.BeadStack(new Random(4), Grid, Beads(6), -700, 700, 25);
        stack.Reverse();
        AstigmatismCalibration found = AstigmatismCalibrator.Calibrate(stack, Grid, -25);
        double z = found.Depth(AstigmaticSpots.X.At(200 + AstigmaticSpots.Zero), AstigmaticSpots.Y.At(200 + AstigmaticSpots.Zero)).ZNm;
        Assert.That(z, Is.EqualTo(200).Within(8));
    }

    [Test]
    public void Beads_unlike_the_others_are_left_out()
    {
        // One is a clump, half as wide again along x; one lies next to another; one at the edge.
        (double X, double Y, double Z)[] beads = [.. Beads(8), (9, 100, 0), (80, 100, 30), (88, 102, 0), (3, 60, 0)];
        List<float[]> stack = AstigmaticSpots.BeadStack(
            new Random(5), Grid, beads, -800, 800, 25, (bead, _) => bead == 8 ? (1.5, 1.1) : (1, 1));
        AstigmatismCalibration found = AstigmatismCalibrator.Calibrate(stack, Grid, 25);
        Assert.That(found.Beads, Is.EqualTo(8));
        Assert.That(found.X.Sigma0Nm, Is.EqualTo(130).Within(1.5));
    }

    [Test]
    public void What_cannot_be_calibrated_is_told_in_words()
    {
        List<float[]> two = AstigmaticSpots.BeadStack(new Random(6), Grid, Beads(2), -600, 600, 50);
        Assert.That(() => AstigmatismCalibrator.Calibrate(two, Grid, 50), Throws.TypeOf<BeadCalibrationException>().With.Message.Contains("Too few beads: 2 found, 2 usable, 3 needed"));
        Assert.That(() => AstigmatismCalibrator.Calibrate(two, Grid, 5), Throws.TypeOf<BeadCalibrationException>().With.Message.Contains("Check the step"));
        Assert.That(() => AstigmatismCalibrator.Calibrate(two, Grid, 0), Throws.ArgumentException);
        List<float[]> oneSided = AstigmaticSpots.BeadStack(new Random(7), Grid, Beads(6), 250, 900, 25);
        Assert.That(() => AstigmatismCalibrator.Calibrate(oneSided, Grid, 25), Throws.TypeOf<BeadCalibrationException>().With.Message.Contains("cylindrical lens"));
        List<float[]> dark = [.. Enumerable.Range(0, 30).Select(_ => new float[Grid.PixelCount])];
        Assert.That(() => AstigmatismCalibrator.Calibrate(dark, Grid, 25), Throws.TypeOf<BeadCalibrationException>().With.Message.Contains("0 found"));
    }

    // On a jittered lattice, up to 150 nm above and below one another.
    private static (double X, double Y, double Z)[] Beads(int count)
    {
        var random = new Random(50);
        return [.. Enumerable.Range(0, count).Select(i =>
            (20 + (36 * (i % 4)) + random.NextDouble(), 18 + (30 * (i / 4)) + random.NextDouble(), (300 * random.NextDouble()) - 150))];
    }
}
