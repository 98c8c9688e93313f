using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Quality;
using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Methods.Sim;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Simulator;
using MicroscopeStream.Simulator.Scenes;
using MicroscopeStream.StructuredIllumination.Optics;
using MicroscopeStream.StructuredIllumination.Orders;
using MicroscopeStream.StructuredIllumination.Patterns;

namespace MicroscopeStream.Pipeline.Tests.Methods.Sim;

/// <summary>The method wiener, from frames to image, verdict and figures.</summary>
public sealed class WienerSessionTests
{
    [TestCase("3x3")]
    [TestCase("fairsim")]
    [TestCase("elyra")]
    [TestCase("3x5")]
    [TestCase("hex7")]
    public async Task Every_order_becomes_an_image_nearer_to_the_truth_than_widefield(string order)
    {
        SimScene scene = SimRun.Scene(order);
        SimRun run = await SimRun.OfAsync(SimRun.Specification(scene), SimRun.Frames(scene, groups: 1));
        var microscope = new SimMicroscope(scene);
        double sim = ImageComparison.AffinePsnr(run.Image!.Pixels, microscope.Truth()), widefield = ImageComparison.AffinePsnr(Widefield(scene), microscope.Truth());
        double worst = microscope.Pattern.Components.Where(c => c.Order == 1).Max(c => run.Reading!.CarriersPerUm.Min(
            k => Math.Min(double.Hypot(k.X - c.Kx, k.Y - c.Ky), double.Hypot(k.X + c.Kx, k.Y + c.Ky))));
        TestContext.Out.WriteLine($"{order}: {sim:F1} dB, widefield {widefield:F1} dB; carriers within {worst:F4}/µm; {run.Trust.Level} {string.Join(' ', run.Trust.Reasons)}");
        Assert.Multiple(() =>
        {
            Assert.That(sim, Is.GreaterThan(widefield + 2));
            Assert.That(worst, Is.LessThan(0.015));
            Assert.That(run.Trust.Level, Is.LessThan(TrustLevel.Untrusted), string.Join(' ', run.Trust.Reasons));
            Assert.That(run.Image.Grid, Is.EqualTo(scene.TruthGrid));
            Assert.That(run.Map!.Grid, Is.EqualTo(scene.Grid));
            Assert.That((run.Summary.Frames.Processed, run.Summary.Frames.Dropped, run.Summary.LeakedBuffers), Is.EqualTo((FrameOrder.Parse(order).FramesPerImage, 0, 0)));
            Assert.That(run.SeenLate, Has.Member(run.Reading));
            Assert.That(run.SeenLate.OfType<Pipeline.Publishing.Trust>().Single().Report.Reasons, Is.EqualTo(run.Trust.Reasons));
            Assert.That(run.Reading!.ResultResolutionNm, Is.LessThan(run.Reading.WidefieldResolutionNm));
        });
    }

    [Test]
    public async Task Rolling_and_batch_end_with_the_same_image()
    {
        SimScene scene = SimRun.Scene();
        SessionSpecification asked = SimRun.Specification(scene);
        SimRun rolling = await SimRun.OfAsync(With(asked, ("wiener", 0.05)), SimRun.Frames(scene, groups: 3));
        SimRun batch = await SimRun.OfAsync(With(asked, ("wiener", 0.05), ("rolling", 0)), SimRun.Frames(scene, groups: 3));
        double scale = rolling.Image!.Pixels.Max(Math.Abs);
        Assert.That(rolling.Image.Pixels.Zip(batch.Image!.Pixels, (a, b) => Math.Abs(a - b)).Max() / scale, Is.LessThan(1e-5));
        Assert.That(batch.Summary.Frames.Processed, Is.EqualTo(27));
    }

    [Test]
    public async Task Tiles_of_one_image_are_a_group()
    {
        SimScene scene = SimRun.Scene("3x5") with { Width = 96, Height = 96 };
        FrameOrder order = FrameOrder.Parse("nsim");
        var tiled = new ushort[15 * scene.Grid.PixelCount];
        int n = 0;
        foreach (ushort[] frame in SimRun.Frames(scene, groups: 1))
        {
            FrameRole role = order.RoleOf(n++);
            for (int y = 0; y < 96; y++)
            {
                frame.AsSpan(y * 96, 96).CopyTo(tiled.AsSpan((((role.Angle * 96) + y) * 480) + (role.Phase * 96)));
            }
        }

        SessionSpecification asked = SimRun.Specification(scene, "nsim");
        SimRun run = await SimRun.OfAsync(asked with { Acquisition = asked.Acquisition with { Width = 480, Height = 288 } }, [tiled]);
        SimRun apart = await SimRun.OfAsync(SimRun.Specification(scene), SimRun.Frames(scene, groups: 1));
        Assert.That(run.Image!.Grid, Is.EqualTo(scene.TruthGrid));
        Assert.That(run.Image.Pixels, Is.EqualTo(apart.Image!.Pixels));
        Assert.That(run.Summary.Frames.Processed, Is.EqualTo(1));
    }

    [Test]
    public async Task Tags_put_frames_into_their_places_whatever_their_sequence()
    {
        SimScene scene = SimRun.Scene();
        ushort[][] frames = [.. SimRun.Frames(scene, groups: 1)];
        int[] came = [4, 0, 8, 2, 6, 1, 7, 3, 5];
        SimRun run = await SimRun.OfAsync(
            SimRun.Specification(scene), came.Select((place, n) => (new FrameHeader { Sequence = n, AngleIndex = place / 3, PhaseIndex = place % 3 }, frames[place])));
        SimRun stated = await SimRun.OfAsync(SimRun.Specification(scene), frames);
        Assert.That(run.Image!.Pixels, Is.EqualTo(stated.Image!.Pixels));
    }

    [Test]
    public async Task A_gap_restarts_the_group_and_what_it_leaves_alone_is_counted()
    {
        SimScene scene = SimRun.Scene();
        ushort[][] frames = [.. SimRun.Frames(scene, groups: 3)];
        int[] came = [.. Enumerable.Range(0, 27).Where(n => n != 4)];
        SimRun run = await SimRun.OfAsync(SimRun.Specification(scene), came.Select(n => (new FrameHeader { Sequence = n }, frames[n])));
        Assert.That(run.Summary.Frames.DroppedByCause, Is.EqualTo(new[] { new DropCount(DropCause.IncompleteGroup, 4) }), "the four before the gap");
        Assert.That((run.Summary.Frames.Processed, run.Summary.Frames.Gaps), Is.EqualTo((22, 1)));
        Assert.That(run.Trust.Level, Is.LessThan(TrustLevel.Untrusted));
    }

    [Test]
    public async Task A_pattern_that_moves_on_is_estimated_again()
    {
        SimScene before = SimRun.Scene(), after = before with { FirstAngleDegrees = 27 };
        SimRun run = await SimRun.OfAsync(SimRun.Specification(before), SimRun.Frames(before, groups: 1).Concat(SimRun.Frames(after, groups: 1)));
        PatternComponent[] truth = [.. new SimMicroscope(after).Pattern.Components];
        Assert.That(run.Reading!.Calibrations, Is.EqualTo(2));
        Assert.That(run.Notices.Select(notice => notice.Code), Has.Member(NoticeCodes.PatternEstimated));
        Assert.That(truth.Max(c => run.Reading.CarriersPerUm.Min(k => double.Hypot(k.X - c.Kx, k.Y - c.Ky))), Is.LessThan(0.015));
        Assert.That(run.Trust.Level, Is.LessThan(TrustLevel.Untrusted), string.Join(' ', run.Trust.Reasons));
        SimRun kept = await SimRun.OfAsync(
            With(SimRun.Specification(before), ("recalibrate", 0)), SimRun.Frames(before, groups: 1).Concat(SimRun.Frames(after, groups: 1)));
        Assert.That(kept.Reading!.Calibrations, Is.EqualTo(1));
        Assert.That(kept.Trust.Level, Is.GreaterThan(TrustLevel.Good));
        Assert.That(kept.Trust.Reasons, Has.Some.Contains("carrier has moved"));
    }

    [Test]
    public async Task A_pattern_from_a_file_is_used_as_it_is()
    {
        SimScene scene = SimRun.Scene();
        var microscope = new SimMicroscope(scene);
        SessionSpecification asked = SimRun.Specification(scene);
        string file = PatternFile.Format(new SavedPattern(microscope.Pattern, scene.WavelengthNm, scene.NumericalAperture));
        SimRun run = await SimRun.OfAsync(asked with { Method = asked.Method with { SimPattern = file } }, SimRun.Frames(scene, groups: 1));
        Assert.That(run.Reading!.CarriersPerUm, Is.EqualTo(microscope.Pattern.Components.Select(c => (c.Kx, c.Ky))));
        Assert.That(run.Reading.Calibrations, Is.EqualTo(1));
        Assert.That(run.Trust.Level, Is.LessThan(TrustLevel.Untrusted), string.Join(' ', run.Trust.Reasons));
    }

    [Test]
    public async Task A_measured_lens_is_used_in_place_of_the_ideal_one()
    {
        SimScene scene = SimRun.Scene() with { Damping = 0.2 };
        SessionSpecification asked = With(SimRun.Specification(scene), ("wiener", 0.05));
        ushort[][] frames = [.. SimRun.Frames(scene, groups: 1)];
        var lens = new OpticalTransfer(scene.NumericalAperture, scene.WavelengthNm, scene.Damping);
        string measured = string.Join('\n', Enumerable.Range(0, 201).Select(i => FormattableString.Invariant($"{i * lens.CutoffPerUm / 200},{lens.At(i * lens.CutoffPerUm / 200)}")));
        SimRun ideal = await SimRun.OfAsync(asked, frames), known = await SimRun.OfAsync(asked with { Method = asked.Method with { OpticalTransfer = measured } }, frames);
        SimRun damped = await SimRun.OfAsync(With(asked, ("wiener", 0.05), ("damping", 0.2)), frames);
        float[] truth = new SimMicroscope(scene).Truth();
        double without = ImageComparison.AffinePsnr(ideal.Image!.Pixels, truth), with = ImageComparison.AffinePsnr(known.Image!.Pixels, truth);
        TestContext.Out.WriteLine(FormattableString.Invariant($"ideal lens assumed {without:F1} dB, measured one {with:F1} dB"));
        Assert.That(with, Is.GreaterThan(without + 1));
        Assert.That(ImageComparison.Pearson(known.Image.Pixels, damped.Image!.Pixels), Is.GreaterThan(0.9999), "the same lens by its damping");
    }

    [TestCase("0,1\n0.5,0.4\n1.0,oops", "line 3")]
    [TestCase("0,1\n0.5,0.4\n1.0,0", "frequencies up to 1/µm")]
    public void A_lens_that_cannot_be_is_named(string measured, string found)
    {
        SessionSpecification asked = SimRun.Specification(SimRun.Scene());
        SpecificationProblem problem = new WienerMethodFactory(TimeProvider.System).Check(asked with { Method = asked.Method with { OpticalTransfer = measured } }).Single();
        Assert.That(problem.Field, Is.EqualTo("method.optical_transfer"));
        Assert.That(problem.Actual, Does.Contain(found));
    }

    internal static SessionSpecification With(SessionSpecification specification, params (string Name, double Value)[] parameters) =>
        specification with { Method = specification.Method with { Parameters = parameters.ToDictionary(p => p.Name, p => p.Value) } };

    // The mean of the frames, each pixel twice.
    internal static float[] Widefield(SimScene scene)
    {
        var mean = new float[scene.TruthGrid.PixelCount];
        foreach (ushort[] frame in SimRun.Frames(scene, groups: 1))
        {
            for (int i = 0; i < mean.Length; i++)
            {
                mean[i] += frame[(i / scene.TruthGrid.Width / 2 * scene.Width) + (i % scene.TruthGrid.Width / 2)];
            }
        }

        return mean;
    }
}
