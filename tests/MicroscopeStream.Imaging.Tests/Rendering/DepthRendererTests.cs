using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Colour;
using MicroscopeStream.Imaging.Rendering;

namespace MicroscopeStream.Imaging.Tests.Rendering;

public sealed class DepthRendererTests
{
    private static readonly PixelGrid Grid = new(40, 30, 10);

    [Test]
    public void Brightness_is_that_of_the_plain_renderer()
    {
        var random = new Random(1);
        Localization[] rows = [.. Enumerable.Range(0, 200).Select(_ => At(400 * random.NextDouble(), 300 * random.NextDouble(), 100 * random.NextDouble()))];
        GaussianWidth width = GaussianWidth.FromPrecision(5, 50, 10);
        var plain = new GaussianRenderer(Grid, width);
        var depth = new DepthRenderer(Grid, width);
        plain.Add(rows);
        depth.Add(rows);
        Assert.That(depth.Snapshot().Pixels, Is.EqualTo(plain.Snapshot().Pixels).Within(1e-6f));
    }

    [Test]
    public void Depth_is_the_mean_of_what_falls_into_a_pixel()
    {
        var renderer = new DepthRenderer(Grid, GaussianWidth.Constant(12));
        renderer.Add([At(105, 105, -300), At(105, 105, 100), At(305, 205, 250), At(205, 15, double.NaN)]);
        (float[] brightness, float[] depth) = (new float[Grid.PixelCount], new float[Grid.PixelCount]);
        renderer.CopyTo(brightness, depth);
        Assert.That(depth[(10 * 40) + 10], Is.EqualTo(-100).Within(1e-3));
        Assert.That(depth[(12 * 40) + 11], Is.EqualTo(-100).Within(1e-3));
        Assert.That(depth[(20 * 40) + 30], Is.EqualTo(250).Within(1e-3));
        Assert.That(depth[(1 * 40) + 20], Is.NaN);
        Assert.That(renderer.WithoutDepth, Is.EqualTo(1));
        renderer.Clear();
        renderer.CopyTo(brightness, depth);
        Assert.That(brightness, Is.All.Zero);
        Assert.That(renderer.WithoutDepth, Is.Zero);
    }

    [Test]
    public void Times_beside_an_image_are_the_mean_frames_on_their_own_grid()
    {
        GaussianWidth width = GaussianWidth.Constant(12);
        var coarse = new PixelGrid(20, 15, 20);
        var renderer = new GaussianRenderer(Grid, width) { Times = new DepthRenderer(coarse, width) };
        renderer.Add([At(105, 105, double.NaN) with { Frame = 10 }, At(105, 105, 70) with { Frame = 40 }, At(305, 205, 0) with { Frame = 7 }]);
        (float[] weight, float[] frame) = (new float[coarse.PixelCount], new float[coarse.PixelCount]);
        renderer.Times!.CopyTo(weight, frame);
        Assert.That(frame[(5 * 20) + 5], Is.EqualTo(25).Within(1e-3));
        Assert.That(frame[(10 * 20) + 15], Is.EqualTo(7).Within(1e-3));
        Assert.That(frame[0], Is.NaN);
        Assert.That(weight.Sum(), Is.EqualTo(renderer.Snapshot().Pixels.Sum()).Within(1e-3));
        renderer.Clear();
        renderer.Times.CopyTo(weight, frame);
        Assert.That(weight, Is.All.Zero);
    }

    [Test]
    public void Colours_follow_depth_and_darkness_means_nothing_there()
    {
        var renderer = new DepthRenderer(Grid, GaussianWidth.Constant(8));
        renderer.Add([At(105, 105, -500), At(305, 105, 500), At(105, 205, -2000), At(305, 205, 0)]);
        RgbImage image = renderer.Colour(-500, 500, new DisplayRange(0, 1e-3f));
        Assert.That(PixelAt(image, 10, 10), Is.EqualTo(DepthPalette.At(0)));
        Assert.That(PixelAt(image, 10, 20), Is.EqualTo(DepthPalette.At(0)));
        Assert.That(PixelAt(image, 30, 10), Is.EqualTo(DepthPalette.At(1)));
        Assert.That(PixelAt(image, 30, 20), Is.EqualTo(DepthPalette.At(0.5)));
        Assert.That(PixelAt(image, 20, 15), Is.EqualTo(default(Rgb)));
        Assert.That(() => renderer.Colour(5, 5), Throws.ArgumentException);
    }

    [Test]
    public void The_palette_is_equally_light_and_read_by_colour_blind_eyes()
    {
        // Machado, Oliveira and Fernandes 2009 (10.1109/TVCG.2009.113), severity 1, on linear RGB.
        double[] deuteranopia = [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881];
        double[] protanopia = [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998];
        double[] same = [1, 0, 0, 0, 1, 0, 0, 0, 1];
        foreach (double[] eye in new[] { same, deuteranopia, protanopia })
        {
            (double L, double B)[] seen = [.. Enumerable.Range(0, 101).Select(i => Lab(DepthPalette.At(i / 100.0), eye))];
            Assert.That(seen.Max(c => c.L) - seen.Min(c => c.L), Is.LessThan(eye == same ? 3 : 10));

            // Blue to yellow all the way: a tenth of the palette further is always well apart.
            Assert.That(seen.Zip(seen.Skip(10), (a, b) => b.B - a.B), Is.All.GreaterThan(2));
            Assert.That(seen[100].B - seen[0].B, Is.GreaterThan(90));
        }
    }

    private static Localization At(double x, double y, double z) => new() { Frame = 0, X = x, Y = y, Z = z, SigmaX = 9, SigmaY = 7 };

    private static Rgb PixelAt(RgbImage image, int x, int y)
    {
        int at = 3 * ((y * image.Width) + x);
        return new Rgb(image.Pixels[at], image.Pixels[at + 1], image.Pixels[at + 2]);
    }

    private static (double L, double B) Lab(Rgb colour, double[] eye)
    {
        double[] linear = [Linear(colour.Red), Linear(colour.Green), Linear(colour.Blue)];
        double[] rgb = [.. Enumerable.Range(0, 3).Select(i => Math.Clamp((eye[3 * i] * linear[0]) + (eye[(3 * i) + 1] * linear[1]) + (eye[(3 * i) + 2] * linear[2]), 0, 1))];
        double y = (0.2126 * rgb[0]) + (0.7152 * rgb[1]) + (0.0722 * rgb[2]), z = ((0.0193 * rgb[0]) + (0.1192 * rgb[1]) + (0.9505 * rgb[2])) / 1.08883;
        return ((116 * Root(y)) - 16, 200 * (Root(y) - Root(z)));

        static double Linear(byte value) => value <= 10 ? value / 255.0 / 12.92 : Math.Pow(((value / 255.0) + 0.055) / 1.055, 2.4);

        static double Root(double t) => t > Math.Pow(6 / 29.0, 3) ? Math.Cbrt(t) : (t / (3 * 36 / 841.0)) + (4 / 29.0);
    }
}
