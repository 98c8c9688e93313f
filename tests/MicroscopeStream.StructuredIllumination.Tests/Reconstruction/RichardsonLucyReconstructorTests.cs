using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Numerics;
using MicroscopeStream.Imaging.Quality;
using MicroscopeStream.Simulator;
using MicroscopeStream.Simulator.Scenes;
using MicroscopeStream.StructuredIllumination.Optics;
using MicroscopeStream.StructuredIllumination.Orders;
using MicroscopeStream.StructuredIllumination.Patterns;
using MicroscopeStream.StructuredIllumination.Reconstruction;
using MicroscopeStream.StructuredIllumination.Trust;

namespace MicroscopeStream.StructuredIllumination.Tests.Reconstruction;

public sealed class RichardsonLucyReconstructorTests
{
    private static readonly int[] FirstPhases = [0, 3, 6];

    /// <summary>Networks are trained on images that PyTorch makes: these values are that implementation's, with the same gap beside the field.</summary>
    [TestCase(8, new[] { 565.3574f, 577.1951f, 553.4645f, 299.8245f, 204.0291f }, 48928.82)]
    [TestCase(12, new[] { 541.9924f, 498.5232f, 627.8430f, 249.6655f, 221.9617f }, 48329.76)]
    public void Images_are_those_that_networks_are_trained_on(int iterations, float[] expected, double sum)
    {
        (PixelGrid camera, float[] frames, IlluminationPattern pattern) = Made();
        var options = new RichardsonLucyOptions { Iterations = iterations };
        float[] image = Render(new RichardsonLucyReconstructor(camera, pattern, new OpticalTransfer(1.4, 525, 0.5), options), frames);
        (int Y, int X)[] places = [(55, 46), (56, 47), (44, 69), (70, 67), (61, 58)];
        Assert.Multiple(() =>
        {
            for (int i = 0; i < places.Length; i++)
            {
                float value = image[(places[i].Y * 120) + places[i].X];
                TestContext.Out.WriteLine(FormattableString.Invariant($"{places[i]}: {value:f3}, expected {expected[i]:f3}"));
                Assert.That(value, Is.EqualTo(expected[i]).Within(1e-4 * expected[i]));
            }

            Assert.That(image.Sum(v => (double)v), Is.EqualTo(sum).Within(1e-4 * sum));
        });
    }

    [Test]
    public void Light_decides_how_many_iterations()
    {
        int[] counts = [.. new[] { 10.0, 60, 400, 10000 }.Select(photons =>
        {
            var microscope = new SimMicroscope(new SimScene { Width = 64, Height = 64, Photons = photons, BackgroundPhotons = 0.01 * photons });
            return new RichardsonLucyOptions().SuitedTo(SimData.Group(microscope), 64 * 64, NoiseModel.OfPhotons(1.5)).Iterations;
        })];
        TestContext.Out.WriteLine(string.Join(' ', counts));
        Assert.That(counts, Is.Ordered);
        Assert.That((counts[0], counts[^1]), Is.EqualTo((counts[0], 12)));
        Assert.That(counts[0], Is.InRange(4, 7));
    }

    [Test]
    public void Every_iteration_makes_the_frames_more_likely()
    {
        var microscope = new SimMicroscope(new SimScene { Width = 64, Height = 72, Photons = 200 });
        float[] frames = SimData.Group(microscope);
        double before = double.PositiveInfinity;
        for (int i = 1; i <= 12; i++)
        {
            var reconstructor = new RichardsonLucyReconstructor(
                microscope.Scene.Grid, microscope.Pattern, microscope.Transfer, new RichardsonLucyOptions { Iterations = i, EqualizeIntensity = false, Accelerated = false });
            Render(reconstructor, frames);
            double deviance = reconstructor.MeasureDeviance();
            Assert.That(deviance, Is.LessThan(before), $"iteration {i}");
            before = deviance;
        }
    }

    // Where three patterns leave a place dark, its light is less certain.
    [TestCase(9, 0.02)]
    [TestCase(3, 0.05)]
    public void Photons_are_kept_and_stay_where_they_are(int count, double tolerance)
    {
        var microscope = new SimMicroscope(new SimScene { Structure = SimStructure.Points, Width = 128, Height = 128, BackgroundPhotons = 0, Photons = 5000 });
        float[] frames = SimData.Noiseless(microscope), truth = microscope.Truth();
        var options = new RichardsonLucyOptions { Iterations = 25, EqualizeIntensity = false };
        float[] image = Render(
            new RichardsonLucyReconstructor(microscope.Scene.Grid, microscope.Pattern, microscope.Transfer, options, frames: count == 3 ? FirstPhases : null), frames);
        Assert.That(image.Average(), Is.EqualTo(truth.Average()).Within(tolerance * truth.Average()));
        Assert.That(image.Min(), Is.Zero.Or.Positive);
        int width = microscope.Scene.TruthGrid.Width;
        Assert.That(Math.Abs(Asymmetry(1)), Is.LessThan(0.03), "no shift along x");
        Assert.That(Math.Abs(Asymmetry(width)), Is.LessThan(0.03), "no shift along y");

        double Asymmetry(int shift) =>
            ImageComparison.Pearson(image.AsSpan(shift), truth.AsSpan(0, truth.Length - shift)) - ImageComparison.Pearson(image.AsSpan(0, truth.Length - shift), truth.AsSpan(shift));
    }

    // The truth is the object through an ideal lens of twice the cutoff: what Wiener makes, while a deconvolution makes the object itself.
    [Test]
    public void Three_frames_beat_widefield_and_all_keep_up_with_Wiener_in_little_light(
        [Values("3x3", "3x5", "hex7")] string order, [Values(SimStructure.Filaments, SimStructure.Vesicles)] SimStructure structure)
    {
        var microscope = new SimMicroscope(new SimScene { Order = order, Structure = structure, Width = 128, Height = 128, Photons = 60, BackgroundPhotons = 1, Seed = 2 });
        float[] frames = SimData.Group(microscope), truth = microscope.Truth();
        int area = microscope.Scene.Grid.PixelCount;
        WienerOptions suited = new WienerOptions().SuitedTo(frames, area, new NoiseModel(1, 2));
        var wiener = new WienerReconstructor(microscope.Scene.Grid, microscope.Pattern, microscope.Transfer, suited);
        var filtered = new float[wiener.ResultGrid.PixelCount];
        wiener.Reconstruct(frames, filtered);
        int[] some = order == "hex7" ? [0, 2, 4] : [.. Enumerable.Range(0, 3).Select(a => a * microscope.Pattern.Order.Phases)];
        int iterations = new RichardsonLucyOptions().SuitedTo(frames, area, new NoiseModel(1, 2)).Iterations;
        double all = ImageComparison.AffinePsnr(Deconvolve(microscope, frames, iterations), truth), few = ImageComparison.AffinePsnr(Deconvolve(microscope, frames, iterations, some), truth);
        double classical = ImageComparison.AffinePsnr(filtered, truth), widefield = ImageComparison.AffinePsnr(Widefield(microscope, frames, some), truth);
        TestContext.Out.WriteLine(FormattableString.Invariant(
            $"{order} {structure}: Richardson-Lucy {iterations} iterations {all:f1} dB, Wiener {classical:f1} dB; of three frames {few:f1} dB, their mean {widefield:f1} dB"));
        Assert.That(all, Is.GreaterThan(classical - 0.6));
        Assert.That(few, Is.GreaterThan(widefield + 2));
    }

    [Test]
    public void Acceleration_goes_as_far_in_fewer_iterations()
    {
        var microscope = new SimMicroscope(new SimScene { Width = 96, Height = 96, Photons = 5000 });
        float[] frames = SimData.Group(microscope);
        double plain = Deviance(24, accelerated: false), fast = Deviance(12, accelerated: true);
        TestContext.Out.WriteLine(FormattableString.Invariant($"deviance after 24 plain iterations {plain:f3}, after 12 accelerated ones {fast:f3}"));
        Assert.That(fast, Is.LessThan(plain));

        double Deviance(int iterations, bool accelerated)
        {
            var reconstructor = new RichardsonLucyReconstructor(
                microscope.Scene.Grid, microscope.Pattern, microscope.Transfer, new RichardsonLucyOptions { Iterations = iterations, Accelerated = accelerated });
            Render(reconstructor, frames);
            return reconstructor.MeasureDeviance();
        }
    }

    [Test]
    public void A_dark_frame_among_bright_ones_is_a_frame_with_less_light()
    {
        var microscope = new SimMicroscope(new SimScene { Width = 96, Height = 96, Photons = 5000, BackgroundPhotons = 0 });
        float[] frames = SimData.Noiseless(microscope), truth = microscope.Truth(), bleached = [.. frames];
        int area = microscope.Scene.Grid.PixelCount;
        for (int i = 0; i < bleached.Length; i++)
        {
            bleached[i] *= 1.3f - (0.1f * (i / area));
        }

        double even = Against(frames, true), uneven = Against(bleached, true), ignored = Against(bleached, false);
        TestContext.Out.WriteLine(FormattableString.Invariant($"even light {even:f1} dB, bleaching {uneven:f1} dB, not allowed for {ignored:f1} dB"));
        Assert.That(uneven, Is.EqualTo(even).Within(1));
        Assert.That(uneven, Is.GreaterThan(ignored + 1));

        double Against(float[] group, bool equalize) => ImageComparison.AffinePsnr(
            Render(
                new RichardsonLucyReconstructor(
                    microscope.Scene.Grid, microscope.Pattern, microscope.Transfer, new RichardsonLucyOptions { Iterations = 12, EqualizeIntensity = equalize }), group), truth);
    }

    [TestCase(131, 97)]
    [TestCase(45, 113)]
    public void Any_size_and_any_crew_give_the_same(int width, int height)
    {
        var microscope = new SimMicroscope(new SimScene { Width = width, Height = height });
        float[] frames = SimData.Group(microscope);
        using var crew = new WorkCrew(2);
        var options = new RichardsonLucyOptions { Iterations = 3 };
        float[] alone = Render(new RichardsonLucyReconstructor(microscope.Scene.Grid, microscope.Pattern, microscope.Transfer, options), frames);
        float[] together = Render(new RichardsonLucyReconstructor(microscope.Scene.Grid, microscope.Pattern, microscope.Transfer, options, crew), frames);
        Assert.That(alone, Has.Length.EqualTo(4 * width * height));
        Assert.That(together, Is.EqualTo(alone));
    }

    [Test]
    public void Nothing_is_allocated_by_frames_and_images()
    {
        (PixelGrid camera, float[] frames, IlluminationPattern pattern) = Made();
        var reconstructor = new RichardsonLucyReconstructor(camera, pattern, new OpticalTransfer(1.4, 525), new RichardsonLucyOptions { Iterations = 5 });
        float[] image = Render(reconstructor, frames);
        long before = GC.GetAllocatedBytesForCurrentThread();
        reconstructor.Reset();
        for (int n = 0; n < 3; n++)
        {
            reconstructor.Add(n, frames.AsSpan(n * camera.PixelCount, camera.PixelCount));
        }

        reconstructor.Render(image);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void What_cannot_be_is_refused()
    {
        (PixelGrid camera, float[] frames, IlluminationPattern pattern) = Made();
        var transfer = new OpticalTransfer(1.4, 525);
        Assert.Multiple(() =>
        {
            Assert.That(() => new RichardsonLucyReconstructor(camera, pattern, transfer, frames: [0, 0]), Throws.ArgumentException);
            Assert.That(() => new RichardsonLucyReconstructor(camera, pattern, transfer, frames: [3]), Throws.ArgumentException);
            Assert.That(() => new RichardsonLucyReconstructor(camera, pattern, transfer, frames: []), Throws.ArgumentException);
            Assert.That(() => new RichardsonLucyReconstructor(new PixelGrid(15, 40, 80), pattern, transfer), Throws.ArgumentException);
            Assert.That(() => new RichardsonLucyReconstructor(camera, pattern, transfer, new RichardsonLucyOptions { Iterations = 0 }), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new RichardsonLucyReconstructor(camera, pattern, transfer, new RichardsonLucyOptions { Background = double.NaN }), Throws.InstanceOf<ArgumentOutOfRangeException>());
            var one = new RichardsonLucyReconstructor(camera, pattern, transfer, frames: [1]);
            one.Add(0, frames.AsSpan(0, camera.PixelCount));
            Assert.That(one.IsComplete, Is.False, "frame 0 does not take part");
            Assert.That(() => one.Render(new float[4 * camera.PixelCount]), Throws.InvalidOperationException);
            Assert.That(() => one.Add(0, new float[3]), Throws.ArgumentException);
            Assert.That(() => one.Add(3, new float[camera.PixelCount]), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(one.MeasureDeviance, Throws.InvalidOperationException);
        });
    }

    // Three frames of a formula, dark at the edges and negative in places, each under its own carrier and brightness.
    private static (PixelGrid Camera, float[] Frames, IlluminationPattern Pattern) Made()
    {
        const int width = 60, height = 60;
        (double X, double Y)[] k = [(1.9, 0.4), (0.6, -2.1), (-1.5, 1.6)];
        double[] phase = [0.3, -1.1, 2.0], depth = [0.8, 0.7, 0.6];
        (double X, double Y, double Height)[] peaks = [(23.2, 27.7, 300), (34.5, 22.1, 200), (33.3, 35.0, 150), (29, 30, 80)];
        var frames = new float[3 * width * height];
        for (int i = 0; i < frames.Length; i++)
        {
            int n = i / (width * height), x = i % width, y = i / width % height;
            double s = peaks.Sum(p => p.Height * Math.Exp(-(((x - p.X) * (x - p.X)) + ((y - p.Y) * (y - p.Y))) / 5));
            double light = 1 + (0.5 * Math.Cos((2e-3 * Math.PI * 80 * ((k[n].X * x) + (k[n].Y * y))) + phase[n])), noise = Math.Cos((0.9 * x) + (1.3 * y) + n);
            frames[i] = (float)((s * light * (1 + (0.1 * n))) - (0.2 * noise * noise));
        }

        PatternComponent[] components = [.. Enumerable.Range(0, 3).Select(n => new PatternComponent(n, 1, k[n].X, k[n].Y, depth[n]))];
        return (new PixelGrid(width, height, 80), frames, IlluminationPattern.Nominal(FrameOrder.Parse("3x1"), components, phase));
    }

    private static float[] Deconvolve(SimMicroscope microscope, float[] frames, int iterations, int[]? some = null) => Render(
        new RichardsonLucyReconstructor(
            microscope.Scene.Grid, microscope.Pattern, microscope.Transfer, new RichardsonLucyOptions { Iterations = iterations }, frames: some), frames);

    private static float[] Render(RichardsonLucyReconstructor reconstructor, float[] frames)
    {
        var image = new float[reconstructor.ResultGrid.PixelCount];
        int area = image.Length / 4;
        for (int n = 0; n < frames.Length / area; n++)
        {
            reconstructor.Add(n, frames.AsSpan(n * area, area));
        }

        reconstructor.Render(image);
        return image;
    }

    // The mean of some frames, each pixel twice along and across.
    private static float[] Widefield(SimMicroscope microscope, float[] frames, int[] some)
    {
        int width = microscope.Scene.Width, area = microscope.Scene.Grid.PixelCount;
        return [.. Enumerable.Range(0, 4 * area).Select(i => some.Average(n => frames[(n * area) + (i / (2 * width) / 2 * width) + (i % (2 * width) / 2)]))];
    }
}
