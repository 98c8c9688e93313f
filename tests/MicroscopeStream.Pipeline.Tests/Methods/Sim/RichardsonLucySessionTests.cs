using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Quality;
using MicroscopeStream.Pipeline.Methods.Sim;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Simulator;
using MicroscopeStream.Simulator.Scenes;

namespace MicroscopeStream.Pipeline.Tests.Methods.Sim;

/// <summary>The method richardson-lucy, from frames to image, verdict and figures.</summary>
public sealed class RichardsonLucySessionTests
{
    [TestCase("3x3")]
    [TestCase("3x5")]
    [TestCase("hex7")]
    public async Task Whole_groups_become_images_that_explain_their_frames(string order)
    {
        SimScene scene = SimRun.Scene(order) with { Width = 96, Height = 96 };
        SimRun run = await SimRun.OfAsync(Asked(scene), SimRun.Frames(scene, groups: 2));
        var microscope = new SimMicroscope(scene);
        double sim = ImageComparison.AffinePsnr(run.Image!.Pixels, microscope.Truth()), widefield = ImageComparison.AffinePsnr(WienerSessionTests.Widefield(scene), microscope.Truth());
        TestContext.Out.WriteLine(FormattableString.Invariant(
            $"{order}: {sim:F1} dB, widefield {widefield:F1} dB; residual {run.Reading!.MedianResidual:F2}, {run.Reading.UnexplainedShare:P2}; {run.Trust.Level} {string.Join(' ', run.Trust.Reasons)}"));
        Assert.Multiple(() =>
        {
            Assert.That(sim, Is.GreaterThan(widefield + 2));
            Assert.That(run.Trust.Level, Is.LessThan(TrustLevel.Untrusted), string.Join(' ', run.Trust.Reasons));
            Assert.That(run.Reading.UnexplainedShare, Is.LessThan(0.05));
            Assert.That(run.Image.Grid, Is.EqualTo(scene.TruthGrid));
            Assert.That((run.Summary.Frames.Dropped, run.Summary.LeakedBuffers), Is.EqualTo((0, 0)));
            Assert.That(run.Reading.ResultResolutionNm, Is.LessThan(run.Reading.WidefieldResolutionNm));
        });
    }

    [Test]
    public async Task The_first_phase_of_each_angle_is_enough_alone_or_within_a_group()
    {
        SimScene scene = SimRun.Scene() with { Width = 96, Height = 96 };
        ushort[][] frames = [.. SimRun.Frames(scene, groups: 1)];
        var microscope = new SimMicroscope(scene);
        double widefield = ImageComparison.AffinePsnr(WienerSessionTests.Widefield(scene), microscope.Truth());
        SimRun within = await SimRun.OfAsync(WienerSessionTests.With(Asked(scene), ("first_phases", 1)), frames);
        SimRun alone = await SimRun.OfAsync(Asked(scene, "3x1"), [frames[0], frames[3], frames[6]]);
        double psnrWithin = ImageComparison.AffinePsnr(within.Image!.Pixels, microscope.Truth()), psnrAlone = ImageComparison.AffinePsnr(alone.Image!.Pixels, microscope.Truth());
        TestContext.Out.WriteLine(FormattableString.Invariant($"widefield of nine {widefield:F1} dB; three of nine {psnrWithin:F1} dB, three alone {psnrAlone:F1} dB; {alone.Trust.Level} {string.Join(' ', alone.Trust.Reasons)}"));
        Assert.That(psnrWithin, Is.GreaterThan(widefield + 2));
        Assert.That(psnrAlone, Is.GreaterThan(widefield + 1));
    }

    [Test]
    public async Task Iterations_can_be_set_and_impossible_numbers_are_named()
    {
        SimScene scene = SimRun.Scene() with { Width = 64, Height = 64 };
        ushort[][] frames = [.. SimRun.Frames(scene, groups: 1)];
        SimRun few = await SimRun.OfAsync(WienerSessionTests.With(Asked(scene), ("iterations", 1)), frames);
        SimRun many = await SimRun.OfAsync(WienerSessionTests.With(Asked(scene), ("iterations", 20)), frames);
        Assert.That(many.Image!.Pixels.Max(), Is.GreaterThan(1.5f * few.Image!.Pixels.Max()));
        var factory = new RichardsonLucyMethodFactory(TimeProvider.System);
        Assert.That(
            factory.Check(WienerSessionTests.With(Asked(scene), ("iterations", 0), ("wiener", 0.1))).Select(p => p.Field),
            Is.EquivalentTo(new[] { "method.parameters.iterations", "method.parameters.wiener" }));
        Assert.That(factory.Check(Asked(scene, "angle=1,phase=1;2-beam")).Select(p => p.Field), Is.EqualTo(new[] { "acquisition.frame_order" }));
    }

    private static SessionSpecification Asked(SimScene scene, string? order = null)
    {
        SessionSpecification asked = SimRun.Specification(scene, order);
        return asked with { Method = asked.Method with { Id = RichardsonLucyMethodFactory.Id } };
    }
}
