using MicroscopeStream.Core.Frames;
using MicroscopeStream.Simulator.Optics;

namespace MicroscopeStream.Simulator.Tests.Optics;

public sealed class GaussianPsfTests
{
    private static readonly PixelGrid Grid = new(32, 24, 100);

    [Test]
    public void All_photons_of_an_emitter_in_the_middle_arrive_at_its_position_with_its_width(
        [Values(1650, 1600.1, 1533)] double x, [Values(1250, 1187.5)] double y)
    {
        float[] image = Image(x, y, 120, 150, 1500);
        double sum = image.Sum(p => (double)p), cx = 0, cy = 0, vx = 0, vy = 0;
        Visit(image, (px, py, p) => (cx, cy) = (cx + (p * px / sum), cy + (p * py / sum)));
        Visit(image, (px, py, p) => (vx, vy) = (vx + (p * (px - cx) * (px - cx) / sum), vy + (p * (py - cy) * (py - cy) / sum)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(sum, Is.EqualTo(1500).Within(0.01));
            Assert.That(cx, Is.EqualTo(x).Within(0.01), "pixel i's centre is at (i + 0.5) × 100 nm");
            Assert.That(cy, Is.EqualTo(y).Within(0.01));

            // Integration over a pixel adds the variance of a uniform number (Sheppard's correction).
            Assert.That(vx, Is.EqualTo((120 * 120) + (100.0 * 100 / 12)).Within(3));
            Assert.That(vy, Is.EqualTo((150 * 150) + (100.0 * 100 / 12)).Within(3));
        }
    }

    [Test]
    public void Each_pixel_holds_the_integral_of_the_gaussian()
    {
        float[] image = Image(1612, 1234, 117, 117, 1000);
        for (int i = 10; i < 22; i++)
        {
            double expected = 1000 * Share(i, 1612, 117) * Share(12, 1234, 117);
            Assert.That(image[(12 * 32) + i], Is.EqualTo(expected).Within(1e-4));
        }

        static double Share(int pixel, double centre, double sigma) => 0.5
            * (Statistics.Erf((((pixel + 1) * 100) - centre) / (sigma * Math.Sqrt(2))) - Statistics.Erf(((pixel * 100) - centre) / (sigma * Math.Sqrt(2))));
    }

    [Test]
    public void An_emitter_in_the_corner_gives_a_quarter_of_its_photons_and_one_far_outside_none()
    {
        Assert.That(Image(0, 0, 120, 120, 1000).Sum(), Is.EqualTo(250).Within(0.01));
        Assert.That(Image(3200, 2400, 120, 120, 1000).Sum(), Is.EqualTo(250).Within(0.01));
        Assert.That(Image(-700, 1000, 120, 120, 1000).Sum(), Is.Zero);
        Assert.That(Image(1000, 1e9, 120, 120, 1000).Sum(), Is.Zero);
    }

    [Test]
    public void Emitters_add_to_what_is_there()
    {
        var image = new float[Grid.PixelCount];
        Array.Fill(image, 5f);
        var psf = new GaussianPsf(Grid);
        psf.Add(image, 1600, 1200, 120, 120, 100);
        psf.Add(image, 1600, 1200, 120, 120, 100);
        Assert.That(image.Sum(p => (double)p), Is.EqualTo((5 * Grid.PixelCount) + 200).Within(0.01));
    }

    [Test]
    public void A_psf_wider_than_the_field_is_drawn() =>
        Assert.That(Image(1600, 1200, 5000, 5000, 1000).Max(), Is.EqualTo(1000 / (2 * Math.PI * 50 * 50)).Within(0.001));

    private static float[] Image(double x, double y, double sigmaX, double sigmaY, double photons)
    {
        var image = new float[Grid.PixelCount];
        new GaussianPsf(Grid).Add(image, x, y, sigmaX, sigmaY, photons);
        return image;
    }

    private static void Visit(float[] image, Action<double, double, double> visit)
    {
        for (int i = 0; i < image.Length; i++)
        {
            visit(Grid.CentreNm(i % Grid.Width), Grid.CentreNm(i / Grid.Width), image[i]);
        }
    }
}
