using MicroscopeStream.Localizations.Fitting;

namespace MicroscopeStream.Localizations.Tests.Fitting;

public sealed class PhasorTests
{
    [Test]
    public void A_bright_spot_near_the_centre_is_found_within_a_fiftieth_of_a_pixel([Values(3.2, 3.5, 3.8)] double x, [Values(3.3, 3.6)] double y)
    {
        float[] spot = SpotMaker.Mean(7, x, y, 5000, 10, 1.0, 1.0);
        (float px, float py, float photons, float background, float ratio) = Phasor.Locate(spot, 7);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(px, Is.EqualTo(x).Within(0.02));
            Assert.That(py, Is.EqualTo(y).Within(0.02));
            Assert.That(photons, Is.EqualTo(5000).Within(250));
            Assert.That(background, Is.EqualTo(10).Within(5));
            Assert.That(ratio, Is.EqualTo(1).Within(0.03));
        }
    }

    [Test]
    public void The_phasor_of_a_pixel_points_at_its_centre([Range(0, 6)] int pixel)
    {
        var spot = new float[49];
        spot[(2 * 7) + pixel] = 1;
        (float x, float y, _, _, _) = Phasor.Locate(spot, 7);
        Assert.That((double)x, Is.EqualTo(pixel + 0.5).Within(1e-4));
        Assert.That((double)y, Is.EqualTo(2.5).Within(1e-4));
    }
}
