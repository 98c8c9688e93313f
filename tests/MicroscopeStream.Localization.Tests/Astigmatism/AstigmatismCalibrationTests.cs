using MicroscopeStream.Localizations.Astigmatism;

namespace MicroscopeStream.Localizations.Tests.Astigmatism;

public sealed class AstigmatismCalibrationTests
{
    [Test]
    public void Depths_are_found_to_a_nanometre_from_exact_widths_and_clamped_beyond()
    {
        var calibration = new AstigmatismCalibration(AstigmaticSpots.X, AstigmaticSpots.Y, -600, 600);
        for (double z = -600; z <= 600; z += 37)
        {
            AxialEstimate depth = calibration.Depth(AstigmaticSpots.X.At(z), AstigmaticSpots.Y.At(z));
            Assert.That(depth.ZNm, Is.EqualTo(z).Within(0.01));
            Assert.That(depth.Distance, Is.LessThan(1e-3));
            Assert.That(depth.SigmaZNm, Is.NaN);
        }

        Assert.That(calibration.Depth(AstigmaticSpots.X.At(900), AstigmaticSpots.Y.At(900)).ZNm, Is.EqualTo(600).Within(60));
        Assert.That(calibration.Depth(double.NaN, 100).ZNm, Is.NaN);
        Assert.That(() => new AstigmatismCalibration(AstigmaticSpots.X, default, -1, 1), Throws.ArgumentException);
    }
}
