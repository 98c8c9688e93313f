using MicroscopeStream.Core.Frames;
using MicroscopeStream.StructuredIllumination.Optics;
using MicroscopeStream.StructuredIllumination.Orders;
using MicroscopeStream.StructuredIllumination.Patterns;

namespace MicroscopeStream.StructuredIllumination.Tests.Patterns;

/// <summary>Patterns of frames that others recorded.</summary>
public sealed class RecordedPatternTests
{
    [Test]
    public void Carriers_of_the_hexagonal_recording_are_those_found_independently()
    {
        (PixelGrid camera, float[] frames) = SimData.Hexagonal();
        PatternEstimate estimate = new PatternEstimator(camera, FrameOrder.Parse("hex7"), new OpticalTransfer(1.05, 570)).Estimate(frames);
        Print(estimate);
        (double X, double Y)[] expected = [(-3.048, -0.281), (1.285, 2.782), (1.763, -2.500)];
        for (int c = 0; c < 3; c++)
        {
            Assert.That(estimate.Pattern.Components[c].Kx, Is.EqualTo(expected[c].X).Within(0.005));
            Assert.That(estimate.Pattern.Components[c].Ky, Is.EqualTo(expected[c].Y).Within(0.005));
            Assert.That(estimate.Significance[c], Is.GreaterThan(15));
            Assert.That(estimate.PhaseDeviationRad[c], Is.LessThan(0.1));
            Assert.That(estimate.Pattern.Components[c].Modulation, Is.InRange(0.05, 0.9));
        }

        Assert.That(estimate.OrderFinding, Is.EqualTo(FrameOrderFinding.AsStated));
    }

    [TestCase(new[] { 3, 0, 5, 1, 6, 2, 4 })]
    [TestCase(new[] { 1, 0, 2, 3, 4, 5, 6 })]
    public void A_permuted_order_is_recognized_and_the_carriers_are_the_same(int[] permutation)
    {
        (PixelGrid camera, float[] frames) = SimData.Hexagonal();
        PatternEstimate estimate = new PatternEstimator(camera, FrameOrder.Parse("hex7"), new OpticalTransfer(1.05, 570))
            .Estimate(SimData.Permute(frames, permutation));
        Print(estimate);
        Assert.That(estimate.OrderFinding, Is.EqualTo(FrameOrderFinding.Rearranged));
        foreach ((double x, double y) in new[] { (-3.048, -0.281), (1.285, 2.782), (1.763, -2.500) })
        {
            Assert.That(estimate.Pattern.Components.Min(c => Math.Min(double.Hypot(c.Kx - x, c.Ky - y), double.Hypot(c.Kx + x, c.Ky + y))), Is.LessThan(0.005));
        }
    }

    [Test]
    public void Copies_of_one_frame_have_no_carriers()
    {
        (PixelGrid camera, float[] frames) = SimData.Hexagonal();
        var random = new Random(1);
        int area = camera.PixelCount;
        var copies = new float[7 * area];
        for (int i = 0; i < area; i++)
        {
            float mean = Enumerable.Range(0, 7).Average(n => frames[(n * area) + i]);
            for (int n = 0; n < 7; n++)
            {
                double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
                copies[(n * area) + i] = mean + (float)(normal * 4);
            }
        }

        PatternEstimate estimate = new PatternEstimator(camera, FrameOrder.Parse("hex7"), new OpticalTransfer(1.05, 570)).Estimate(copies);
        Print(estimate);
        Assert.That(estimate.IsFound, Is.False);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Carriers_of_the_microtubules_lie_where_their_authors_say(bool lowLight)
    {
        (PixelGrid camera, float[] frames) = SimData.Microtubules(lowLight);

        // 0.0606 cycles per pixel of the upsampled frames; a lens whose cutoff is 0.29 cycles per camera pixel of 80 nm.
        var transfer = new OpticalTransfer(1.0, 2000 * 0.08 / 0.29);
        PatternEstimate estimate = new PatternEstimator(camera, FrameOrder.Parse("3x5"), transfer).Estimate(frames);
        Print(estimate);
        double[] degrees = [-165, 135, -105];
        for (int angle = 0; angle < 3; angle++)
        {
            PatternComponent first = estimate.Pattern.Components[2 * angle], second = estimate.Pattern.Components[(2 * angle) + 1];
            Assert.That(first.K * 0.08 / 2, Is.EqualTo(0.0606).Within(0.0008));
            Assert.That(Math.Atan2(first.Ky, first.Kx) * 180 / Math.PI, Is.EqualTo(degrees[angle]).Within(1.5));
            Assert.That(second.K, Is.EqualTo(2 * first.K).Within(1e-9));
        }

        Assert.That(estimate.OrderFinding, Is.EqualTo(FrameOrderFinding.AsStated));
    }

    private static void Print(PatternEstimate estimate)
    {
        TestContext.Out.WriteLine($"{estimate.OrderFinding}, places {string.Join(' ', estimate.Places)}, uneven {estimate.HasUnevenSteps}");
        for (int c = 0; c < estimate.Significance.Count; c++)
        {
            PatternComponent p = estimate.Pattern.Components[c];
            TestContext.Out.WriteLine(FormattableString.Invariant(
                $"k = ({p.Kx:f4}, {p.Ky:f4})/µm, modulation {p.Modulation:f3}, significance {estimate.Significance[c]:f1}, phases off by {estimate.PhaseDeviationRad[c]:f3} rad: ")
                + string.Join(' ', Enumerable.Range(0, estimate.Pattern.Frames).Select(n => FormattableString.Invariant($"{estimate.Pattern.Phase(n, c):f2}"))));
        }
    }
}
