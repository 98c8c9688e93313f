using FsCheck;
using FsCheck.Fluent;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Rendering;

namespace MicroscopeStream.Imaging.Tests.Rendering;

[TestFixture]
public class LocalizationRendererTests
{
    private static readonly PixelGrid Grid = new(64, 48, 12.5);

    [Test]
    public void Gaussian_has_integral_1_and_its_centre_and_width_wherever_it_lies()
    {
        var places = from x in Gen.Choose(2000, 6000) from y in Gen.Choose(2000, 4000) from sigma in Gen.Choose(80, 300) select (X: x / 10.0, Y: y / 10.0, Sigma: sigma / 10.0);
        Prop.ForAll(places.ToArbitrary(), p =>
        {
            var renderer = new GaussianRenderer(Grid, GaussianWidth.Constant(p.Sigma));
            renderer.Add(At(p.X, p.Y));
            (double sum, double x, double y, double varianceX) = Moments(renderer.Snapshot());

            // A Gaussian cut off at 4 σ and then binned: variance 0.9989 σ² plus that of a pixel.
            double expected = (0.99893 * p.Sigma * p.Sigma) + (12.5 * 12.5 / 12);
            return Math.Abs(sum - 1) < 1e-5 && Math.Abs(x - p.X) < 0.02 && Math.Abs(y - p.Y) < 0.02 && Math.Abs(varianceX / expected - 1) < 0.002;
        }).Check(Config.QuickThrowOnFailure.WithReplay(3, 1));
    }

    [Test]
    public void Gaussian_is_integrated_over_pixels()
    {
        var renderer = new GaussianRenderer(new PixelGrid(9, 9, 10), GaussianWidth.Constant(10));
        renderer.Add(At(45, 45));

        // One σ is one pixel: the central pixel reaches from −0.5 σ to 0.5 σ, its neighbour from 0.5 σ to 1.5 σ.
        const double Half = 0.382925, Next = 0.241730, Cut = 0.99993666;
        SuperResolvedImage image = renderer.Snapshot();
        Assert.That(image[4, 4], Is.EqualTo(Half * Half / Cut / Cut).Within(1e-6));
        Assert.That(image[4, 5], Is.EqualTo(Half * Next / Cut / Cut).Within(1e-6));
        Assert.That(image[3, 4], Is.EqualTo(image[4, 5]).Within(1e-9));
        Assert.That(image[8, 8], Is.EqualTo(image[0, 0]).Within(1e-9));
    }

    [Test]
    public void Gaussian_at_the_edge_loses_what_falls_outside()
    {
        var renderer = new GaussianRenderer(Grid, GaussianWidth.Constant(20));
        renderer.Add(At(0, 300));
        Assert.That(Moments(renderer.Snapshot()).Sum, Is.EqualTo(0.5).Within(1e-5));

        renderer.Clear();
        renderer.Add(At(Grid.WidthNm, Grid.HeightNm));
        Assert.That(Moments(renderer.Snapshot()).Sum, Is.EqualTo(0.25).Within(1e-5));
    }

    [Test]
    public void Own_precision_is_kept_within_bounds_and_differs_between_axes()
    {
        var renderer = new GaussianRenderer(Grid, GaussianWidth.FromPrecision(10, 30, 20));
        Assert.That(WidthOf(12, 25), Is.EqualTo((12.0, 25.0)).Using<(double, double)>(Close));
        Assert.That(WidthOf(2, 100), Is.EqualTo((10.0, 30.0)).Using<(double, double)>(Close));
        Assert.That(WidthOf(float.NaN, 0), Is.EqualTo((20.0, 20.0)).Using<(double, double)>(Close));

        (double X, double Y) WidthOf(float x, float y)
        {
            renderer.Clear();
            renderer.Add(At(400, 300) with { SigmaX = x, SigmaY = y });
            SuperResolvedImage image = renderer.Snapshot();
            double varianceY = 0;
            for (int row = 0; row < Grid.Height; row++)
            {
                for (int column = 0; column < Grid.Width; column++)
                {
                    varianceY += image[row, column] * Math.Pow(Grid.CentreNm(row) - 300, 2);
                }
            }

            const double Pixel = 12.5 * 12.5 / 12;
            return (Math.Sqrt((Moments(image).VarianceX - Pixel) / 0.99893), Math.Sqrt((varianceY - Pixel) / 0.99893));
        }

        static bool Close((double X, double Y) a, (double X, double Y) b) => Math.Abs(a.X - b.X) < 0.05 && Math.Abs(a.Y - b.Y) < 0.05;
    }

    [Test]
    public void What_is_outside_or_unknown_is_counted_and_not_drawn()
    {
        foreach (LocalizationRenderer renderer in (LocalizationRenderer[])[new GaussianRenderer(Grid, GaussianWidth.Constant(20)), new HistogramRenderer(Grid)])
        {
            renderer.Add([At(-0.1, 5), At(5, 600.1), At(double.NaN, 5), At(5, double.PositiveInfinity), At(5, 5)]);

            Assert.That((renderer.Drawn, renderer.Outside), Is.EqualTo((1, 4)));
            Assert.That(renderer.Snapshot().Pixels, Has.All.Matches<float>(float.IsFinite));
            renderer.Clear();
            Assert.That((renderer.Drawn, renderer.Outside, renderer.Snapshot().Pixels.Sum()), Is.EqualTo((0, 0, 0f)));
        }
    }

    [Test]
    public void Histogram_counts_into_the_pixel_that_holds_the_position()
    {
        var renderer = new HistogramRenderer(Grid);
        renderer.Add([At(0, 0), At(12.49, 0), At(12.5, 0), At(Grid.WidthNm, Grid.HeightNm)]);

        SuperResolvedImage image = renderer.Snapshot();
        Assert.That((image[0, 0], image[0, 1], image[47, 63]), Is.EqualTo((2f, 1f, 1f)));
    }

    [Test]
    public void Adding_allocates_nothing([Values] bool gaussian)
    {
        LocalizationRenderer renderer = gaussian ? new GaussianRenderer(Grid, GaussianWidth.FromPrecision(5, 50, 20)) : new HistogramRenderer(Grid, 25);
        Localization[] batch = [.. Enumerable.Range(0, 100).Select(i => At(i * 7, i * 5) with { SigmaX = i, SigmaY = i })];
        renderer.Add(batch);
        renderer.Add(batch[0]);

        long before = GC.GetAllocatedBytesForCurrentThread();
        renderer.Add(batch);
        renderer.Add(batch[0]);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public async Task Copies_hold_whole_batches_while_a_writer_draws()
    {
        var renderer = new HistogramRenderer(Grid);
        Localization[] batch = [.. Enumerable.Range(0, 500).Select(i => At(i % 60 * 12.5, i % 40 * 12.5))];
        var writer = Task.Run(() =>
        {
            for (int i = 0; i < 400; i++)
            {
                renderer.Add(batch);
            }
        });
        var copy = new float[Grid.PixelCount];
        do
        {
            renderer.CopyTo(copy);
            Assert.That(copy.Sum(v => (double)v) % 500, Is.Zero);
        }
        while (!writer.IsCompleted);

        await writer;
        renderer.CopyTo(copy);
        Assert.That(copy.Sum(v => (double)v), Is.EqualTo(200_000));
    }

    private static Localization At(double x, double y) => new() { Frame = 0, X = x, Y = y };

    private static (double Sum, double X, double Y, double VarianceX) Moments(SuperResolvedImage image)
    {
        double sum = 0, x = 0, y = 0, xx = 0;
        for (int row = 0; row < image.Grid.Height; row++)
        {
            for (int column = 0; column < image.Grid.Width; column++)
            {
                double value = image[row, column], at = image.Grid.CentreNm(column);
                sum += value;
                x += value * at;
                y += value * image.Grid.CentreNm(row);
                xx += value * at * at;
            }
        }

        return (sum, x / sum, y / sum, (xx / sum) - (x / sum * (x / sum)));
    }
}
