using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Localizations.Astigmatism;
using MicroscopeStream.Localizations.Fitting;
using MicroscopeStream.Localizations.Tests.Fitting;

namespace MicroscopeStream.Localizations.Tests.Astigmatism;

public sealed class DepthLocalizerTests
{
    private static readonly AstigmatismCalibration Calibration = new(
        AstigmaticSpots.X with { FocusNm = AstigmaticSpots.X.FocusNm - AstigmaticSpots.Zero },
        AstigmaticSpots.Y with { FocusNm = AstigmaticSpots.Y.FocusNm - AstigmaticSpots.Zero },
        -600,
        600);

    [Test]
    public void Emitters_in_frames_get_their_depth_with_its_precision()
    {
        var grid = new PixelGrid(150, 120, AstigmaticSpots.Pixel);
        var localizer = new SingleEmitterLocalizer(grid, new SingleEmitterOptions { Astigmatism = Calibration, MaximumSigma = 2 });
        var random = new Random(9);
        var found = new List<Localization>();
        double scores = 0;
        int matched = 0, wanted = 0;
        for (int f = 0; f < 12; f++)
        {
            var frame = new float[grid.PixelCount];
            Array.Fill(frame, 10f);
            var truth = new List<(double X, double Y, double Z)>();
            for (int n = 0; n < 20; n++)
            {
                (double x, double y, double z) = (14 + (28 * (n % 5)) + random.NextDouble(), 14 + (28 * (n / 5)) + random.NextDouble(), (800 * random.NextDouble()) - 400);
                truth.Add((x, y, z));
                float[] spot = AstigmaticSpots.Spot(25, x - (int)x + 12, y - (int)y + 12, z, 4000, 0);
                for (int p = 0; p < spot.Length; p++)
                {
                    frame[(((int)y - 12 + (p / 25)) * grid.Width) + (int)x - 12 + (p % 25)] += spot[p];
                }
            }

            SpotMaker.AddNoise(random, frame);
            found.Clear();
            localizer.Localize(f, frame, [], found);
            wanted += truth.Count;
            foreach (Localization l in found)
            {
                (double x, double y, double z) = truth.MinBy(t => Math.Abs((t.X * 100) - l.X) + Math.Abs((t.Y * 100) - l.Y));
                if (Math.Abs((x * 100) - l.X) < 100 && Math.Abs((y * 100) - l.Y) < 100)
                {
                    matched++;
                    scores += (l.Z - z) * (l.Z - z) / ((double)l.SigmaZ * l.SigmaZ);
                }
            }
        }

        TestContext.Out.WriteLine($"{matched} of {wanted} found, z-score {Math.Sqrt(scores / matched):F3}");
        Assert.That(matched, Is.GreaterThan(0.97 * wanted));
        Assert.That(Math.Sqrt(scores / matched), Is.EqualTo(1).Within(0.15));
    }

    [Test]
    public void The_phasor_tells_no_depth() =>
        Assert.That(
            () => new SingleEmitterLocalizer(
                new PixelGrid(64, 64, 100),
                new SingleEmitterOptions { Astigmatism = Calibration, Estimator = SingleEmitterEstimator.Phasor }),
            Throws.ArgumentException.With.Message.Contains("maximum-likelihood"));
}
