using MicroscopeStream.Core.Frames;
using MicroscopeStream.Localizations.EmpiricalPsf;

namespace MicroscopeStream.Localizations.Tests.EmpiricalPsf;

public sealed class SplinePsfTests
{
    [TestCase(15.5, 15.5, 0)]
    [TestCase(14.93, 16.21, -333.3)]
    [TestCase(15.02, 15.98, 412)]
    public void All_light_arrives_and_its_middle_lies_where_the_emitter_is(double x, double y, double z)
    {
        // A symmetric PSF, so that its centre of mass is the emitter's position.
        SplinePsf psf = Symmetric();
        var grid = new PixelGrid(31, 31, 100);
        var image = new float[grid.PixelCount];
        psf.Add(image, grid, x * 100, y * 100, z, 1000);
        double sum = 0, momentX = 0, momentY = 0;
        for (int p = 0; p < image.Length; p++)
        {
            sum += image[p];
            momentX += image[p] * ((p % 31) + 0.5);
            momentY += image[p] * ((p / 31) + 0.5);
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(sum, Is.EqualTo(1000).Within(0.01));
            Assert.That(momentX / sum, Is.EqualTo(x).Within(1e-4));
            Assert.That(momentY / sum, Is.EqualTo(y).Within(1e-4));
        }
    }

    [Test]
    public void An_image_is_made_of_the_values_between_pixel_and_emitter()
    {
        SplinePsf psf = BeadCalibrations.Psf;
        var grid = new PixelGrid(24, 20, 100);
        var image = new float[grid.PixelCount];
        psf.Add(image, grid, 930, 1120, 210, 500);
        for (int p = 0; p < image.Length; p++)
        {
            double dx = (p % 24) + 0.5 - 9.3, dy = (p / 24) + 0.5 - 11.2;
            Assert.That(image[p], Is.EqualTo(500 * psf.At(dx, dy, 210)).Within(1e-3));
        }
    }

    [Test]
    public void Emitters_beyond_the_field_shine_into_it_and_never_out_of_it()
    {
        SplinePsf psf = Symmetric();
        var grid = new PixelGrid(12, 10, 100);
        var image = new float[grid.PixelCount];
        foreach ((double x, double y) in new[] { (-150.0, 500.0), (1300.0, -100.0), (600.0, 1250.0), (-9000.0, 400.0), (500.0, 1e7) })
        {
            psf.Add(image, grid, x, y, 0, 100);
        }

        Assert.That(image.Sum(), Is.GreaterThan(1).And.LessThan(100));
        Assert.That(() => psf.Add(image, new PixelGrid(12, 10, 90), 0, 0, 0, 1), Throws.ArgumentException);
    }

    [TestCase(6, 5, 50)]
    [TestCase(8, 5, 50)]
    [TestCase(9, 4, 50)]
    [TestCase(9, 5, 0)]
    [TestCase(9, 5, double.NaN)]
    public void What_is_no_psf_is_refused(int size, int planes, double step) =>
        Assert.That(() => new SplinePsf([.. Enumerable.Repeat(1f, size * size * planes)], size, 100, 0, step), Throws.ArgumentException);

    [Test]
    public void A_plane_without_light_is_refused() =>
        Assert.That(() => new SplinePsf(new float[9 * 9 * 5], 9, 100, 0, 50), Throws.ArgumentException.With.Message.Contains("light"));

    private static SplinePsf Symmetric()
    {
        const int Size = 13, Planes = 21;
        var coefficients = new float[Size * Size * Planes];
        for (int i = 0; i < coefficients.Length; i++)
        {
            double x = (i % Size) - 6, y = (i / Size % Size) - 6, width = 1.2 + (0.002 * Math.Abs((i / Size / Size) - 10) * 50);
            coefficients[i] = (float)Math.Exp(-((x * x) + (y * y)) / (2 * width * width));
        }

        return new SplinePsf(coefficients, Size, 100, -500, 50);
    }
}
