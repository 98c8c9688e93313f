using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Quality;
using MicroscopeStream.Simulator;
using MicroscopeStream.Simulator.Scenes;
using MicroscopeStream.StructuredIllumination.Patterns;
using MicroscopeStream.StructuredIllumination.Reconstruction;

namespace MicroscopeStream.StructuredIllumination.Tests.Reconstruction;

public sealed class SectioningReconstructorTests
{
    [TestCase("3x3")]
    [TestCase("3x5")]
    [TestCase("hex7")]
    public void Light_from_out_of_focus_goes_and_what_is_in_focus_stays(string order)
    {
        var microscope = new SimMicroscope(new SimScene { Order = order, Width = 128, Height = 128, Photons = 2000, BackgroundPhotons = 0 });
        PixelGrid camera = microscope.Scene.Grid;
        float[] clean = SimData.Noiseless(microscope), sharp = Mean(clean, camera.PixelCount), haze = Haze(camera);
        float[] frames = [.. clean.Select((value, i) => value + haze[i % camera.PixelCount])], widefield = Mean(frames, camera.PixelCount);
        float[] section = Section(camera, microscope.Pattern, frames), alone = Section(camera, microscope.Pattern, clean);
        double before = ImageComparison.Pearson(widefield, sharp), after = ImageComparison.Pearson(section, sharp);

        // Where nothing is in focus, all light is haze.
        int[] dark = [.. Enumerable.Range(0, sharp.Length).Where(i => sharp[i] < 0.01f * sharp.Max())];
        double left = dark.Average(i => section[i]) / dark.Average(i => widefield[i]);
        TestContext.Out.WriteLine(FormattableString.Invariant(
            $"{order}: correlation with what is in focus {before:f3} -> {after:f3}; of the haze {left:p2} is left in {dark.Length} dark pixels"));
        Assert.That(dark, Has.Length.GreaterThan(500));
        Assert.That(before, Is.LessThan(0.7));
        Assert.That(after, Is.GreaterThan(0.9));
        Assert.That(left, Is.LessThan(0.05));
        Assert.That(ImageComparison.Pearson(section, alone), Is.GreaterThan(0.999));
    }

    /// <summary>Neil, Juskaitis and Wilson's formula: (√2/3) √(Σ of the squared differences of three frames).</summary>
    [Test]
    public void Three_even_phases_are_the_root_of_squared_differences()
    {
        var microscope = new SimMicroscope(new SimScene { Width = 64, Height = 64, Photons = 500 });
        int area = microscope.Scene.Grid.PixelCount;
        float[] frames = SimData.Group(microscope);

        // Of one mean, which is what they are brought to.
        for (int n = 0; n < 9; n++)
        {
            Span<float> frame = frames.AsSpan(n * area, area);
            float mean = 0;
            foreach (float value in frame)
            {
                mean += value / area;
            }

            for (int i = 0; i < area; i++)
            {
                frame[i] *= 50 / mean;
            }
        }

        float[] section = Section(microscope.Scene.Grid, microscope.Pattern, frames);
        for (int i = 0; i < area; i += 37)
        {
            double expected = 0;
            for (int angle = 0; angle < 3; angle++)
            {
                double a = frames[(3 * angle * area) + i], b = frames[(((3 * angle) + 1) * area) + i], c = frames[(((3 * angle) + 2) * area) + i];
                expected += Math.Sqrt(2) / 3 * Math.Sqrt(((a - b) * (a - b)) + ((b - c) * (b - c)) + ((c - a) * (c - a))) / 3;
            }

            Assert.That(section[i], Is.EqualTo(expected).Within(1e-3 * Math.Max(1, expected)));
        }
    }

    [Test]
    public void What_cannot_be_is_refused()
    {
        var two = new SimMicroscope(new SimScene { Order = "3x2", Width = 64, Height = 64 });
        Assert.That(() => new SectioningReconstructor(two.Scene.Grid, two.Pattern), Throws.ArgumentException);
        var microscope = new SimMicroscope(new SimScene { Width = 64, Height = 64 });
        var reconstructor = new SectioningReconstructor(microscope.Scene.Grid, microscope.Pattern);
        Assert.That(() => reconstructor.Render(new float[64 * 64]), Throws.InvalidOperationException);
        Assert.That(() => reconstructor.Add(9, new float[64 * 64]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => reconstructor.Add(0, new float[64]), Throws.ArgumentException);
        Assert.That(() => reconstructor.Render(new float[64]), Throws.ArgumentException);
    }

    // Two wide spots that no pattern reaches, brighter than the sample.
    private static float[] Haze(PixelGrid camera) => [.. Enumerable.Range(0, camera.PixelCount).Select(i =>
    {
        double x = i % camera.Width, y = i / camera.Width;
        return (float)((1500 * Math.Exp(-(((x - 40) * (x - 40)) + ((y - 50) * (y - 50))) / 800)) + (900 * Math.Exp(-(((x - 95) * (x - 95)) + ((y - 90) * (y - 90))) / 450)));
    })];

    private static float[] Mean(float[] frames, int area) => [.. Enumerable.Range(0, area).Select(i => Enumerable.Range(0, frames.Length / area).Average(n => frames[(n * area) + i]))];

    private static float[] Section(PixelGrid camera, IlluminationPattern pattern, float[] frames)
    {
        var reconstructor = new SectioningReconstructor(camera, pattern);
        for (int n = 0; n < pattern.Frames; n++)
        {
            reconstructor.Add(n, frames.AsSpan(n * camera.PixelCount, camera.PixelCount));
        }

        var image = new float[camera.PixelCount];
        reconstructor.Render(image);
        return image;
    }
}
