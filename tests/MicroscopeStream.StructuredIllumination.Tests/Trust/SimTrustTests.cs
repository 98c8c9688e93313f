using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Simulator;
using MicroscopeStream.Simulator.Scenes;
using MicroscopeStream.StructuredIllumination.Optics;
using MicroscopeStream.StructuredIllumination.Orders;
using MicroscopeStream.StructuredIllumination.Patterns;
using MicroscopeStream.StructuredIllumination.Reconstruction;
using MicroscopeStream.StructuredIllumination.Trust;

namespace MicroscopeStream.StructuredIllumination.Tests.Trust;

public sealed class SimTrustTests
{
    private static readonly OpticalTransfer Lens = new(1.05, 570);
    private static readonly FrameOrder Hexagonal = FrameOrder.Parse("hex7");

    [Test]
    public void Recorded_mitochondria_are_not_untrusted_and_their_permutation_is_put_right_and_said()
    {
        (PixelGrid camera, float[] frames) = SimData.Hexagonal();
        SimTrustReading stated = Judge(camera, Hexagonal, Lens, frames);
        Assert.That(stated.Report.Level, Is.LessThan(TrustLevel.Untrusted));
        Assert.That(stated.Residual!.ShareAbove, Is.LessThan(0.01));
        Assert.That(stated.WidefieldResolutionNm / stated.ResultResolutionNm, Is.GreaterThan(1.9));
        SimTrustReading permuted = Judge(camera, Hexagonal, Lens, SimData.Permute(frames, [3, 0, 5, 1, 6, 2, 4]));
        Assert.That(permuted.Report.Level, Is.EqualTo(TrustLevel.Caution));
        Assert.That(permuted.Report.Reasons, Has.Some.Contains("did not come in the order hex7"));
        Assert.That(permuted.Residual!.ShareAbove, Is.LessThan(0.01), "put right");
    }

    [Test]
    public void Copies_of_a_recorded_mean_are_untrusted()
    {
        (PixelGrid camera, float[] frames) = SimData.Hexagonal();
        var random = new Random(2);
        var mean = new float[camera.PixelCount];
        for (int i = 0; i < frames.Length; i++)
        {
            mean[i % mean.Length] += frames[i] / 7;
        }

        for (int i = 0; i < frames.Length; i++)
        {
            frames[i] = mean[i % mean.Length] + (float)(3 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        SimTrustReading reading = Judge(camera, Hexagonal, Lens, frames);
        Assert.That(reading.Report.Level, Is.EqualTo(TrustLevel.Untrusted));
        Assert.That(reading.Report.Reasons, Has.Some.Contains("No pattern"));
    }

    [Test]
    public void Bright_clean_frames_are_good()
    {
        var microscope = new SimMicroscope(new SimScene { Width = 160, Height = 160, Photons = 8000 });
        SimTrustReading reading = Judge(microscope.Scene.Grid, microscope.Pattern.Order, microscope.Transfer, SimData.Group(microscope));
        Assert.That(reading.Report.Level, Is.EqualTo(TrustLevel.Good), string.Join(" ", reading.Report.Reasons));
        Assert.That(reading.ResultResolutionNm, Is.GreaterThanOrEqualTo(reading.LimitNm));
    }

    [Test]
    public void Wrong_optics_saturation_and_a_missing_frame_are_explained()
    {
        var microscope = new SimMicroscope(new SimScene { Width = 160, Height = 160, Photons = 4000 });
        float[] frames = SimData.Group(microscope);
        PixelGrid camera = microscope.Scene.Grid;
        FrameOrder order = microscope.Pattern.Order;
        SimTrustReading wrong = Judge(camera, order, new OpticalTransfer(0.9, 525), frames);
        Assert.That(wrong.Report.Level, Is.GreaterThan(TrustLevel.Good));
        Assert.That(wrong.Report.Reasons, Has.Some.Contains("check numerical aperture"));

        float[] cut = [.. frames.Select(v => Math.Min(v, 800))];
        Assert.That(Judge(camera, order, microscope.Transfer, cut).Report.Reasons, Has.Some.Contains("saturated"));

        float[] dark = [.. frames.Select((v, i) => i / camera.PixelCount == 4 ? 0 : v)];
        TrustReport blank = Judge(camera, order, microscope.Transfer, dark).Report;
        Assert.That(blank.Level, Is.EqualTo(TrustLevel.Untrusted));
        Assert.That(blank.Reasons, Has.Some.Contains("dark or blank"));
        Assert.That(blank.Reasons, Has.None.Contains("Shorten the exposure"));

        // The second frame twice and the third missing: no order explains that.
        float[] missing = SimData.Permute(frames, [0, 1, 1, 3, 4, 5, 6, 7, 8]);
        SimTrustReading gap = Judge(camera, order, microscope.Transfer, missing);
        Assert.That(gap.Report.Level, Is.GreaterThan(TrustLevel.Good), "a frame shown twice");
    }

    [Test]
    public void Drift_from_a_calibration_is_said()
    {
        var microscope = new SimMicroscope(new SimScene { Width = 128, Height = 128, Photons = 4000 });
        var weaker = new SimMicroscope(microscope.Scene with { Modulation = 0.4 });
        float[] frames = SimData.Group(weaker);
        PatternEstimate estimate = new PatternEstimator(microscope.Scene.Grid, microscope.Pattern.Order, microscope.Transfer).Estimate(frames);
        var options = new WienerOptions();
        var reconstructor = new WienerReconstructor(microscope.Scene.Grid, microscope.Pattern, microscope.Transfer, options);
        var image = new float[reconstructor.ResultGrid.PixelCount];
        reconstructor.Reconstruct(frames, image);
        SimTrustReading reading = new SimTrust(microscope.Scene.Grid, microscope.Transfer).Judge(estimate, microscope.Pattern, frames, image, ResultTransfer.Of(options));
        Assert.That(reading.ModulationKept, Is.EqualTo(0.5).Within(0.08));
        Assert.That(reading.Report.Reasons, Has.Some.Contains("modulation depth has fallen"));
    }

    [Test]
    public void Invented_structures_are_found_and_clean_results_stay_quiet()
    {
        int found = 0, pasted = 0;
        double quiet = 0;
        foreach (SimStructure structure in new[] { SimStructure.Filaments, SimStructure.Vesicles })
        {
            var microscope = new SimMicroscope(new SimScene { Width = 160, Height = 160, Structure = structure, Photons = 300 });
            PixelGrid camera = microscope.Scene.Grid;
            float[] frames = SimData.Group(microscope), truth = microscope.Truth();
            var options = new WienerOptions();
            var reconstructor = new WienerReconstructor(camera, microscope.Pattern, microscope.Transfer, options);
            var image = new float[reconstructor.ResultGrid.PixelCount];
            reconstructor.Reconstruct(frames, image);
            NoiseModel noise = NoiseModel.OfPhotons(1.5);
            foreach ((float[] clean, ResultTransfer made) in new[] { (image, ResultTransfer.Of(options)), (truth, ResultTransfer.Doubled) })
            {
                var residual = new ReprojectionResidual(camera, microscope.Pattern, microscope.Transfer, made);
                quiet = Math.Max(quiet, residual.Measure(clean, frames, noise).ShareAbove);
                (float[] fake, (int X, int Y)[] places) = Paste(clean, 2 * camera.Width, truth.Order().ElementAt((int)(0.98 * truth.Length)) / 2);
                ResidualReading reading = residual.Measure(fake, frames, noise);
                pasted += places.Length;
                found += places.Count(p => Largest(reading.Map, camera.Width, p.X / 2, p.Y / 2) > ReprojectionResidual.Threshold);
            }
        }

        TestContext.Out.WriteLine(FormattableString.Invariant($"found {found} of {pasted}; largest share of a clean field above the threshold {quiet:p3}"));
        Assert.That(found, Is.GreaterThan(0.95 * pasted));
        Assert.That(quiet, Is.LessThan(0.01));
    }

    // What a network that refines a reconstruction invents lies on such an image; three frames of three angles must find it too.
    [TestCase("3x3")]
    [TestCase("3x1")]
    public void Invented_structures_are_found_in_deconvolved_objects_too(string order)
    {
        int found = 0, pasted = 0;
        double quiet = 0;
        foreach (SimStructure structure in new[] { SimStructure.Filaments, SimStructure.Vesicles })
        {
            var microscope = new SimMicroscope(new SimScene { Order = order, Width = 160, Height = 160, Structure = structure, Photons = 300 });
            PixelGrid camera = microscope.Scene.Grid;
            float[] frames = SimData.Group(microscope), truth = microscope.Truth();
            NoiseModel noise = NoiseModel.OfPhotons(1.5);
            var reconstructor = new RichardsonLucyReconstructor(
                camera, microscope.Pattern, microscope.Transfer, new RichardsonLucyOptions().SuitedTo(frames, camera.PixelCount, noise));
            for (int n = 0; n < microscope.Pattern.Frames; n++)
            {
                reconstructor.Add(n, frames.AsSpan(n * camera.PixelCount, camera.PixelCount));
            }

            var image = new float[reconstructor.ResultGrid.PixelCount];
            reconstructor.Render(image);
            var residual = new ReprojectionResidual(camera, microscope.Pattern, microscope.Transfer, ResultTransfer.Whole);
            quiet = Math.Max(quiet, residual.Measure(image, frames, noise).ShareAbove);
            (float[] fake, (int X, int Y)[] places) = Paste(image, 2 * camera.Width, truth.Order().ElementAt((int)(0.98 * truth.Length)) / 2);
            ResidualReading reading = residual.Measure(fake, frames, noise);
            pasted += places.Length;
            found += places.Count(p => Largest(reading.Map, camera.Width, p.X / 2, p.Y / 2) > ReprojectionResidual.Threshold);
        }

        TestContext.Out.WriteLine(FormattableString.Invariant($"{order}: found {found} of {pasted}; largest share of a clean field above the threshold {quiet:p3}"));
        Assert.That(found, Is.GreaterThan(0.9 * pasted));
        Assert.That(quiet, Is.LessThan(0.01));
    }

    // Short filaments 240 nm long and as wide as the result resolves.
    private static (float[] Image, (int X, int Y)[] Places) Paste(float[] image, int width, float height)
    {
        var random = new Random(3);
        float[] fake = [.. image];
        var places = new (int X, int Y)[12];
        for (int i = 0; i < places.Length; i++)
        {
            (int x, int y) = places[i] = (30 + random.Next(width - 60), 30 + random.Next(width - 60));
            (double s, double c) = Math.SinCos(Math.PI * random.NextDouble());
            for (int j = -16; j <= 16; j++)
            {
                for (int k = -16; k <= 16; k++)
                {
                    double along = (k * c) + (j * s), across = (j * c) - (k * s);
                    fake[((y + j) * width) + x + k] += height * (float)Math.Exp((-0.5 * across * across / 2.25) - (0.5 * along * along / 25));
                }
            }
        }

        return (fake, places);
    }

    private static float Largest(float[] map, int width, int x, int y)
    {
        float largest = 0;
        for (int j = y - 2; j <= y + 2; j++)
        {
            for (int i = x - 2; i <= x + 2; i++)
            {
                largest = Math.Max(largest, map[(j * width) + i]);
            }
        }

        return largest;
    }

    private static SimTrustReading Judge(PixelGrid camera, FrameOrder order, OpticalTransfer transfer, float[] frames)
    {
        PatternEstimate estimate = new PatternEstimator(camera, order, transfer).Estimate(frames);
        var options = new WienerOptions();
        var reconstructor = new WienerReconstructor(camera, estimate.Pattern, transfer, options);
        var image = new float[reconstructor.ResultGrid.PixelCount];
        reconstructor.Reconstruct(frames, image);
        SimTrustReading reading = new SimTrust(camera, transfer).Judge(estimate, estimate.Pattern, frames, image, ResultTransfer.Of(options));
        TestContext.Out.WriteLine(FormattableString.Invariant(
            $"{reading.Report.Level}: contrast {reading.ModulationContrast:f1}, residual median {reading.Residual!.Median:f2}, above {reading.Residual!.ShareAbove:p2}, {reading.WidefieldResolutionNm:f0} -> {reading.ResultResolutionNm:f0} nm, limit {reading.LimitNm:f0}"));
        foreach (string reason in reading.Report.Reasons)
        {
            TestContext.Out.WriteLine("  " + reason);
        }

        return reading;
    }
}
