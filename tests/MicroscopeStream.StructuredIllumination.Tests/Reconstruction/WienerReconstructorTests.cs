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

public sealed class WienerReconstructorTests
{
    [Test]
    public void It_is_nearer_to_the_truth_than_widefield(
        [Values("3x3", "3x5", "hex7")] string order, [Values(SimStructure.Filaments, SimStructure.Vesicles)] SimStructure structure)
    {
        var microscope = new SimMicroscope(new SimScene { Order = order, Structure = structure, Width = 160, Height = 128, Seed = 2 });
        float[] frames = SimData.Group(microscope), truth = microscope.Truth();
        PatternEstimate estimate = new PatternEstimator(microscope.Scene.Grid, microscope.Pattern.Order, microscope.Transfer).Estimate(frames);
        float[] known = Reconstruct(microscope, microscope.Pattern, frames), estimated = Reconstruct(microscope, estimate.Pattern, frames);
        double widefield = ImageComparison.AffinePsnr(Widefield(microscope, frames), truth);
        (double withKnown, double withEstimated) = (ImageComparison.AffinePsnr(known, truth), ImageComparison.AffinePsnr(estimated, truth));
        TestContext.Out.WriteLine(FormattableString.Invariant(
            $"{order} {structure}: widefield {widefield:f1} dB, known pattern {withKnown:f1} dB, estimated {withEstimated:f1} dB"));
        Assert.That(withKnown, Is.GreaterThan(widefield + 8));
        Assert.That(withEstimated, Is.GreaterThan(withKnown - 2));
    }

    [Test]
    public void Intensities_and_places_are_those_of_the_object()
    {
        var microscope = new SimMicroscope(new SimScene { Structure = SimStructure.Vesicles, Width = 160, Height = 160, BackgroundPhotons = 0, Photons = 5000 });
        float[] image = Reconstruct(microscope, microscope.Pattern, SimData.Noiseless(microscope)), truth = microscope.Truth();
        Assert.That(image.Average(), Is.EqualTo(truth.Average()).Within(0.02 * truth.Average()));

        // Against copies of the truth moved by one pixel of the result: no half pixel is lost anywhere.
        int width = microscope.Scene.TruthGrid.Width;
        double here = ImageComparison.Pearson(image, truth);
        foreach (int shift in new[] { 1, -1, width, -width })
        {
            float[] moved = [.. Enumerable.Range(0, truth.Length).Select(i => truth[Math.Clamp(i + shift, 0, truth.Length - 1)])];
            Assert.That(here, Is.GreaterThan(ImageComparison.Pearson(image, moved) + 0.02));
        }

        double left = Asymmetry(1), up = Asymmetry(width);
        Assert.That(Math.Abs(left), Is.LessThan(0.003), "no shift along x");
        Assert.That(Math.Abs(up), Is.LessThan(0.003), "no shift along y");

        double Asymmetry(int shift) =>
            ImageComparison.Pearson(image.AsSpan(shift), truth.AsSpan(0, truth.Length - shift)) - ImageComparison.Pearson(image.AsSpan(0, truth.Length - shift), truth.AsSpan(shift));
    }

    [TestCase("3x3", 1)]
    [TestCase("hex7", 2)]
    [TestCase("3x5", 1)]
    public void Rolling_and_batch_agree_after_every_frame(string order, int workers)
    {
        var microscope = new SimMicroscope(new SimScene { Order = order, Width = 96, Height = 80 });
        int area = microscope.Scene.Grid.PixelCount, count = microscope.Pattern.Frames;
        float[][] groups = [.. Enumerable.Range(0, 3).Select(g => SimData.Group(microscope, g))];
        using var crew = new WorkCrew(workers);
        var rolling = new WienerReconstructor(microscope.Scene.Grid, microscope.Pattern, microscope.Transfer, null, crew);
        float[] image = new float[4 * area], expected = new float[4 * area], window = [.. groups[0]];
        rolling.Reconstruct(window, image);
        double worst = 0;
        for (int round = 0; round < 30; round++)
        {
            for (int n = 0; n < count; n++)
            {
                groups[round % 3].AsSpan(n * area, area).CopyTo(window.AsSpan(n * area));
                rolling.Add(n, window.AsSpan(n * area, area));
                if (round % 10 == 9)
                {
                    rolling.Render(image);
                    new WienerReconstructor(microscope.Scene.Grid, microscope.Pattern, microscope.Transfer).Reconstruct(window, expected);
                    worst = Math.Max(worst, image.Zip(expected, (a, b) => Math.Abs(a - b)).Max() / expected.Max());
                }
            }
        }

        TestContext.Out.WriteLine($"{order}: largest difference {worst:e1} of the maximum");
        Assert.That(worst, Is.LessThan(1e-5));
    }

    [Test]
    public void A_frame_and_an_image_allocate_nothing([Values(1, 2)] int workers)
    {
        var microscope = new SimMicroscope(new SimScene { Width = 64, Height = 64 });
        float[] frames = SimData.Noiseless(microscope), image = new float[128 * 128];
        using var crew = new WorkCrew(workers);
        var rolling = new WienerReconstructor(microscope.Scene.Grid, microscope.Pattern, microscope.Transfer, null, crew);
        rolling.Reconstruct(frames, image);
        long before = GC.GetAllocatedBytesForCurrentThread();
        rolling.Add(0, frames.AsSpan(0, 64 * 64));
        rolling.Render(image);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Bleaching_between_frames_leaves_no_stripes()
    {
        var scene = new SimScene { Width = 128, Height = 128, LightKeptPerFrame = 0.97, Photons = 5000, BackgroundPhotons = 0 };
        var microscope = new SimMicroscope(scene);
        float[] frames = SimData.Noiseless(microscope), truth = microscope.Truth();
        double equalized = ImageComparison.AffinePsnr(Reconstruct(microscope, microscope.Pattern, frames), truth);
        double raw = ImageComparison.AffinePsnr(
            Reconstruct(microscope, microscope.Pattern, frames, new WienerOptions { EqualizeIntensity = false }), truth);
        TestContext.Out.WriteLine(FormattableString.Invariant($"equalized {equalized:f1} dB, not {raw:f1} dB"));
        Assert.That(equalized, Is.GreaterThan(raw));
    }

    [TestCase(97, 61)]
    [TestCase(64, 200)]
    [TestCase(130, 129)]
    public void Odd_sizes_work(int width, int height)
    {
        var microscope = new SimMicroscope(new SimScene { Width = width, Height = height, BackgroundPhotons = 0, Photons = 3000 });
        float[] frames = SimData.Noiseless(microscope), truth = microscope.Truth();
        Assert.That(
            ImageComparison.AffinePsnr(Reconstruct(microscope, microscope.Pattern, frames), truth),
            Is.GreaterThan(ImageComparison.AffinePsnr(Widefield(microscope, frames), truth) + 3));
    }

    [Test]
    public void Regularization_that_suits_the_light_helps_where_there_is_little_and_harms_nowhere()
    {
        foreach ((double photons, double gained) in new[] { (1000.0, -1.0), (20, 3) })
        {
            var microscope = new SimMicroscope(new SimScene { Width = 128, Height = 128, Photons = photons, BackgroundPhotons = 1 });
            float[] frames = SimData.Group(microscope), truth = microscope.Truth();
            WienerOptions suited = new WienerOptions().SuitedTo(frames, microscope.Scene.Grid.PixelCount, NoiseModel.OfPhotons(1.5));
            double plain = ImageComparison.AffinePsnr(Reconstruct(microscope, microscope.Pattern, frames), truth);
            double better = ImageComparison.AffinePsnr(Reconstruct(microscope, microscope.Pattern, frames, suited), truth);
            TestContext.Out.WriteLine(FormattableString.Invariant($"{photons} photons: w = 0.03 {plain:f1} dB, w = {suited.Wiener:f3} {better:f1} dB"));
            Assert.That(better, Is.GreaterThan(plain + gained));
        }
    }

    [Test]
    public void What_is_missing_or_impossible_is_said()
    {
        var microscope = new SimMicroscope(new SimScene { Width = 64, Height = 64 });
        var reconstructor = new WienerReconstructor(microscope.Scene.Grid, microscope.Pattern, microscope.Transfer);
        reconstructor.Add(0, new float[64 * 64]);
        Assert.That(() => reconstructor.Render(new float[128 * 128]), Throws.InvalidOperationException);
        Assert.That(() => reconstructor.Add(9, new float[64 * 64]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => reconstructor.Add(1, new float[63 * 64]), Throws.ArgumentException);
        var alike = new double[27];
        Array.Fill(alike, double.NaN);
        for (int n = 0; n < 9; n++)
        {
            alike[(n * 3) + (n / 3)] = 0.1;
        }

        var pattern = new IlluminationPattern(FrameOrder.Parse("3x3"), microscope.Pattern.Components, alike);
        Assert.That(
            () => new WienerReconstructor(microscope.Scene.Grid, pattern, microscope.Transfer), Throws.ArgumentException.With.Message.Contains("too much alike"));
        Assert.That(
            () => new WienerReconstructor(microscope.Scene.Grid, microscope.Pattern, microscope.Transfer, new WienerOptions { Wiener = 0 }),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("Wiener"));
    }

    [Test]
    public void Mitochondria_are_resolved_twice_as_finely_without_fringes()
    {
        (PixelGrid camera, float[] frames) = SimData.Hexagonal();
        var transfer = new OpticalTransfer(1.05, 570);
        PatternEstimate estimate = new PatternEstimator(camera, FrameOrder.Parse("hex7"), transfer).Estimate(frames);
        var first = new WienerReconstructor(camera, estimate.Pattern, transfer);
        var image = new float[first.ResultGrid.PixelCount];
        first.Reconstruct(frames, image);
        IReadOnlyList<SpectralLine> lines = FringeFinder.Find(image, first.ResultGrid, 0.95 * transfer.CutoffPerUm, 0.93 * first.LimitPerUm);
        Assert.That(lines, Is.Not.Empty, "this recording has parasitic fringes");
        new WienerReconstructor(camera, estimate.Pattern, transfer, new WienerOptions { Lines = lines }).Reconstruct(frames, image);
        Assert.That(FringeFinder.Find(image, first.ResultGrid, 0.95 * transfer.CutoffPerUm, 0.93 * first.LimitPerUm), Has.Count.LessThan(lines.Count));
        var widefield = new float[camera.PixelCount];
        for (int i = 0; i < frames.Length; i++)
        {
            widefield[i % widefield.Length] += frames[i];
        }

        double before = new DecorrelationResolution(camera).Estimate(widefield), after = new DecorrelationResolution(first.ResultGrid).Estimate(image);
        TestContext.Out.WriteLine(FormattableString.Invariant($"decorrelation {before:f1} nm -> {after:f1} nm ({before / after:f2} ×), physical limit {1000 / first.LimitPerUm:f0} nm"));
        Assert.That(before / after, Is.GreaterThan(1.9));
        Assert.That(after, Is.GreaterThan(1000 / first.LimitPerUm));
    }

    [Test]
    public void Simulated_structures_have_no_fringes()
    {
        var microscope = new SimMicroscope(new SimScene { Structure = SimStructure.Vesicles, Width = 192, Height = 192 });
        float[] image = Reconstruct(microscope, microscope.Pattern, SimData.Group(microscope));
        Assert.That(FringeFinder.Find(image, microscope.Scene.TruthGrid, 0.95 * microscope.Transfer.CutoffPerUm, 8), Is.Empty);
    }

    private static float[] Reconstruct(SimMicroscope microscope, IlluminationPattern pattern, float[] frames, WienerOptions? options = null)
    {
        var reconstructor = new WienerReconstructor(microscope.Scene.Grid, pattern, microscope.Transfer, options);
        var image = new float[reconstructor.ResultGrid.PixelCount];
        reconstructor.Reconstruct(frames, image);
        return image;
    }

    private static float[] Widefield(SimMicroscope microscope, float[] frames)
    {
        int w = microscope.Scene.Width, area = microscope.Scene.Grid.PixelCount;
        var image = new float[4 * area];
        for (int i = 0; i < image.Length; i++)
        {
            int x = i % (2 * w) / 2, y = i / (2 * w) / 2;
            for (int n = 0; n < frames.Length / area; n++)
            {
                image[i] += frames[(n * area) + (y * w) + x];
            }
        }

        return image;
    }
}
