using MicroscopeStream.Simulator;
using MicroscopeStream.Simulator.Scenes;
using MicroscopeStream.StructuredIllumination.Orders;
using MicroscopeStream.StructuredIllumination.Patterns;

namespace MicroscopeStream.StructuredIllumination.Tests.Patterns;

public sealed class PatternEstimatorTests
{
    [Test]
    public void The_simulated_pattern_is_found(
        [Values("3x3", "3x5", "hex7", "phase=5,angle=3")] string order, [Values(SimStructure.Filaments, SimStructure.Vesicles)] SimStructure structure)
    {
        var microscope = new SimMicroscope(new SimScene { Order = order, Structure = structure, Width = 192, Height = 160, Seed = 3 });
        PatternEstimate estimate = new PatternEstimator(microscope.Scene.Grid, FrameOrder.Parse(order), microscope.Transfer).Estimate(SimData.Group(microscope));
        Check(microscope.Pattern, estimate, carrier: 0.006, phase: 0.12, depth: 0.15);
        Assert.That(estimate.OrderFinding, Is.EqualTo(FrameOrderFinding.AsStated));
        Assert.That(estimate.IsFound);
    }

    [TestCase("3x3")]
    [TestCase("hex7")]
    public void Uneven_phase_steps_are_measured(string order)
    {
        var microscope = new SimMicroscope(new SimScene { Order = order, PhaseErrorRad = 0.15, Width = 192, Height = 192, Seed = 7 });
        PatternEstimate estimate = new PatternEstimator(microscope.Scene.Grid, FrameOrder.Parse(order), microscope.Transfer).Estimate(SimData.Group(microscope));
        Assert.That(estimate.HasUnevenSteps);

        Check(microscope.Pattern, estimate, carrier: 0.01, phase: 0.25, depth: 0.2);
    }

    [Test]
    public void A_frame_order_of_the_other_axis_first_is_recognized()
    {
        var microscope = new SimMicroscope(new SimScene { Order = "phase=3,angle=3", Width = 192, Height = 192 });
        PatternEstimate estimate = new PatternEstimator(microscope.Scene.Grid, FrameOrder.Parse("3x3"), microscope.Transfer).Estimate(SimData.Group(microscope));
        Assert.That(estimate.OrderFinding, Is.EqualTo(FrameOrderFinding.Rearranged));
        int[] angles = [.. Enumerable.Range(0, 9).Select(estimate.Pattern.AngleOf)];
        Assert.That(Enumerable.Range(0, 9).All(n => angles[n] == angles[n % 3]));
        foreach (PatternComponent truth in microscope.Pattern.Components)
        {
            Assert.That(estimate.Pattern.Components.Min(c => Math.Min(double.Hypot(c.Kx - truth.Kx, c.Ky - truth.Ky), double.Hypot(c.Kx + truth.Kx, c.Ky + truth.Ky))), Is.LessThan(0.006));
        }
    }

    [Test]
    public void Without_modulation_nothing_is_found()
    {
        var microscope = new SimMicroscope(new SimScene { Modulation = 0, Width = 160, Height = 160 });
        PatternEstimate estimate = new PatternEstimator(microscope.Scene.Grid, FrameOrder.Parse("3x3"), microscope.Transfer).Estimate(SimData.Group(microscope));
        Assert.That(estimate.IsFound, Is.False);
        Assert.That(estimate.OrderFinding, Is.EqualTo(FrameOrderFinding.Unclear));
    }

    [Test]
    public void Few_photons_are_enough()
    {
        var microscope = new SimMicroscope(new SimScene { Photons = 30, BackgroundPhotons = 2, Width = 256, Height = 256 });
        PatternEstimate estimate = new PatternEstimator(microscope.Scene.Grid, FrameOrder.Parse("3x3"), microscope.Transfer).Estimate(SimData.Group(microscope));
        Check(microscope.Pattern, estimate, carrier: 0.02, phase: 0.5, depth: 0.5);
    }

    [Test]
    public void One_phase_of_each_angle_is_enough(
        [Values("3x1", "3x2", "angle=3,phase=1;3-beam")] string order, [Values(SimStructure.Filaments, SimStructure.Vesicles)] SimStructure structure)
    {
        var microscope = new SimMicroscope(new SimScene { Order = order, Structure = structure, Width = 192, Height = 192, Seed = 5 });
        PatternEstimate estimate = new PatternEstimator(microscope.Scene.Grid, FrameOrder.Parse(order), microscope.Transfer).Estimate(SimData.Group(microscope));

        // Of three beams the mean's own first order, times itself, adds to the second: its depth is read a third too high.
        Check(microscope.Pattern, estimate, carrier: 0.012, phase: 0.3, depth: order.EndsWith("3-beam", StringComparison.Ordinal) ? 0.45 : 0.2);
        Assert.That(estimate.IsFound);
        Assert.That(estimate.OrderFinding, Is.EqualTo(FrameOrderFinding.AsStated));
    }

    [Test]
    public void Even_frames_show_no_pattern_however_dim_they_are([Values("3x1", "3x3")] string order, [Values(5, 50, 1000)] double photons, [Values(1u, 2u)] uint seed)
    {
        var microscope = new SimMicroscope(new SimScene { Order = order, Modulation = 0, Photons = photons, BackgroundPhotons = 1, Seed = seed, Width = 160, Height = 160 });
        PatternEstimate estimate = new PatternEstimator(microscope.Scene.Grid, FrameOrder.Parse(order), microscope.Transfer).Estimate(SimData.Group(microscope));
        Assert.That(estimate.IsFound, Is.False);
        Assert.That(estimate.OrderFinding, Is.EqualTo(FrameOrderFinding.Unclear));
    }

    [TestCase(5)]
    public void Nine_very_dim_frames_show_three_carriers_together(double photons)
    {
        var microscope = new SimMicroscope(new SimScene { Structure = SimStructure.Vesicles, Photons = photons, BackgroundPhotons = 1, Width = 192, Height = 192, Seed = 4 });
        PatternEstimate estimate = new PatternEstimator(microscope.Scene.Grid, FrameOrder.Parse("3x3"), microscope.Transfer).Estimate(SimData.Group(microscope));
        Check(microscope.Pattern, estimate, carrier: 0.03, phase: 0.6, depth: 0.6);
        Assert.That(estimate.IsFound && estimate.WereFoundTogether);
        Assert.That(estimate.OrderFinding, Is.EqualTo(FrameOrderFinding.AsStated));
    }

    [TestCase(40)]
    [TestCase(300)]
    public void Three_dim_frames_show_three_carriers_together(double photons)
    {
        var microscope = new SimMicroscope(new SimScene { Order = "3x1", Photons = photons, BackgroundPhotons = 2, Width = 192, Height = 192, Seed = 9 });
        PatternEstimate estimate = new PatternEstimator(microscope.Scene.Grid, FrameOrder.Parse("3x1"), microscope.Transfer).Estimate(SimData.Group(microscope));
        Assert.That(estimate.IsFound && estimate.WereFoundTogether);
        Check(microscope.Pattern, estimate, carrier: 0.03, phase: 0.5, depth: 0.6);
    }

    [Test]
    public void A_single_frame_is_refused() =>
        Assert.That(
            () => new PatternEstimator(new(64, 64, 80), FrameOrder.Parse("1x1"), new(1.4, 525)), Throws.ArgumentException.With.Message.Contains("two frames"));

    private static void Check(IlluminationPattern truth, PatternEstimate estimate, double carrier, double phase, double depth)
    {
        for (int c = 0; c < truth.Components.Count; c++)
        {
            // Carriers come in the order of strength when all light the same frames; the hexagonal steps tell them apart.
            PatternComponent expected = truth.Components[c], found = estimate.Pattern.Components[c];
            TestContext.Out.WriteLine(FormattableString.Invariant(
                $"{c}: ({expected.Kx:f4}, {expected.Ky:f4}) a {expected.Modulation:f2} | ({found.Kx:f4}, {found.Ky:f4}) a {found.Modulation:f2} sig {estimate.Significance[c]:f1} dev {estimate.PhaseDeviationRad[c]:f3}"));
            double sign = (expected.Kx * found.Kx) + (expected.Ky * found.Ky) < 0 ? -1 : 1;
            Assert.That(sign * found.Kx, Is.EqualTo(expected.Kx).Within(carrier));
            Assert.That(sign * found.Ky, Is.EqualTo(expected.Ky).Within(carrier));
            Assert.That(found.Modulation, Is.EqualTo(expected.Modulation).Within(depth * expected.Modulation));
            foreach (int n in truth.FramesOf(expected.Angle))
            {
                // Where the phase is known best: at the middle of the field, about which an error of the carrier turns it.
                double middle = 2 * Math.PI * 80e-3 * 80 * ((found.Kx - (sign * expected.Kx)) + (found.Ky - (sign * expected.Ky)));
                Assert.That(Math.Abs(IlluminationPattern.Wrap(estimate.Pattern.Phase(n, c) - (sign * truth.Phase(n, c)) + middle)), Is.LessThan(phase), $"phase of frame {n}");
            }
        }
    }
}
