using MicroscopeStream.Core.Frames;
using MicroscopeStream.Simulator.Optics;

namespace MicroscopeStream.Simulator.Tests.Optics;

public sealed class PupilPsfTests
{
    private static readonly PixelGrid Fine = new(121, 121, 20);
    private static readonly PupilOptics Perfect = new() { AstigmatismNm = 0, ComaNm = 0, SphericalNm = 0, NumericalAperture = 0.8 };

    [Test]
    public void A_perfect_lens_makes_an_airy_disk()
    {
        float[] image = Image(Perfect, 1210, 1210, 0);
        float peak = image.Max();
        int centre = Array.IndexOf(image, peak);
        Assert.That((centre % 121, centre / 121), Is.EqualTo((60, 60)), "the emitter sits on the middle of pixel 60");

        // First dark ring at 0.61 λ / NA = 518.5 nm; half the peak at 0.257 λ / NA = 218.5 nm (the aplanatic factor narrows it a little).
        double dark = Enumerable.Range(15, 30).MinBy(i => image[(60 * 121) + 60 + i]) * 20.0;
        double half = Enumerable.Range(0, 30).First(i => image[(60 * 121) + 60 + i] < peak / 2) * 20.0;
        Assert.That(dark, Is.EqualTo(518.5).Within(25));
        Assert.That(half, Is.EqualTo(218.5).Within(20));
    }

    [Test]
    public void Nearly_all_light_arrives_and_defocus_only_spreads_it()
    {
        foreach (double z in (double[])[0, 400, -400])
        {
            var grid = new PixelGrid(81, 81, 100);
            var image = new float[grid.PixelCount];
            new PupilPsf(new PupilOptics()).Add(image, grid, 4050, 4050, z, 1000, reachNm: 4000);
            Assert.That(image.Sum(), Is.InRange(950, 1000), $"z {z}");
        }
    }

    [Test]
    public void An_emitter_shifted_by_a_pixel_makes_an_image_shifted_by_a_pixel()
    {
        float[] here = Image(new PupilOptics(), 1187, 1233, 150), there = Image(new PupilOptics(), 1207, 1213, 150);
        for (int y = 40; y < 80; y++)
        {
            for (int x = 40; x < 80; x++)
            {
                Assert.That(there[((y - 1) * 121) + x + 1], Is.EqualTo(here[(y * 121) + x]).Within(1e-3 * here.Max()));
            }
        }
    }

    [Test]
    public void Astigmatism_stretches_along_one_axis_above_and_along_the_other_below()
    {
        var optics = new PupilOptics { ComaNm = 0, SphericalNm = 0 };
        (double aboveX, double aboveY) = Spread(Image(optics, 1210, 1210, 250));
        (double belowX, double belowY) = Spread(Image(optics, 1210, 1210, -250));
        (double zeroX, double zeroY) = Spread(Image(optics, 1210, 1210, 0));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(aboveY, Is.GreaterThan(1.3 * aboveX));
            Assert.That(belowX, Is.GreaterThan(1.3 * belowY));
            Assert.That(zeroX, Is.EqualTo(zeroY).Within(0.01 * zeroX));
        }
    }

    [Test]
    public void Impossible_optics_are_named()
    {
        Assert.That(() => new PupilPsf(new PupilOptics { NumericalAperture = 1.45, RefractiveIndex = 1.33 }), Throws.ArgumentException.With.Message.Contains("refractive index"));
        Assert.That(() => new PupilPsf(new PupilOptics { WavelengthNm = double.NaN }), Throws.ArgumentException.With.Message.Contains("wavelength"));
    }

    private static float[] Image(PupilOptics optics, double x, double y, double z)
    {
        var image = new float[Fine.PixelCount];
        new PupilPsf(optics).Add(image, Fine, x, y, z, 1000);
        return image;
    }

    private static (double X, double Y) Spread(float[] image)
    {
        // Within 400 nm of the middle, where the core lies.
        double sum = 0, xx = 0, yy = 0;
        for (int y = 40; y <= 80; y++)
        {
            for (int x = 40; x <= 80; x++)
            {
                float v = image[(y * 121) + x];
                (sum, xx, yy) = (sum + v, xx + (v * (x - 60) * (x - 60)), yy + (v * (y - 60) * (y - 60)));
            }
        }

        return (Math.Sqrt(xx / sum), Math.Sqrt(yy / sum));
    }
}
