using MicroscopeStream.Core.Results;
using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Methods.Sim;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Pipeline.Tests.Support;
using MicroscopeStream.Simulator;
using MicroscopeStream.Simulator.Scenes;
using MicroscopeStream.StructuredIllumination.Patterns;

namespace MicroscopeStream.Pipeline.Tests.Methods.Sim;

/// <summary>What is wrong with frames or request is said, and no picture made of it is presented as trustworthy.</summary>
public sealed class WienerBadInputTests
{
    [TestCase("hex7", new[] { 3, 0, 5, 1, 6, 2, 4 })]
    [TestCase("3x3", new[] { 0, 3, 6, 1, 4, 7, 2, 5, 8 })]
    public async Task A_wrong_order_is_recognized_put_right_and_said(string order, int[] came)
    {
        SimScene scene = SimRun.Scene(order, photons: 6000);
        ushort[][] frames = [.. SimRun.Frames(scene, groups: 1)];
        SimRun run = await SimRun.OfAsync(SimRun.Specification(scene), came.Select(n => frames[n]));
        SimRun stated = await SimRun.OfAsync(SimRun.Specification(scene), frames);
        Assert.Multiple(() =>
        {
            Assert.That(run.Trust.Level, Is.EqualTo(TrustLevel.Caution), string.Join(' ', run.Trust.Reasons));
            Assert.That(run.Trust.Reasons, Has.Some.Contains("did not come in the order"));
            Assert.That(run.Notices.Where(notice => notice.Code == NoticeCodes.FrameOrder).Select(notice => notice.Severity), Is.EqualTo(new[] { Severity.Warning }));
            Assert.That(Imaging.Quality.ImageComparison.Pearson(run.Image!.Pixels, stated.Image!.Pixels), Is.GreaterThan(0.99), "put right");
        });
    }

    [Test]
    public async Task No_pattern_at_all_is_untrusted()
    {
        SimScene scene = SimRun.Scene("hex7") with { Modulation = 0, SecondModulation = 0 };
        SimRun run = await SimRun.OfAsync(SimRun.Specification(scene), SimRun.Frames(scene, groups: 1));
        Assert.That(run.Trust.Level, Is.EqualTo(TrustLevel.Untrusted));
        Assert.That(run.Trust.Reasons, Has.Some.Contains("No pattern"));
    }

    [TestCase("hex7", 4, 3)]
    [TestCase("3x3", 5, 4)]
    public async Task A_phase_shown_twice_in_place_of_another_is_never_good(string order, int missing, int instead)
    {
        SimScene scene = SimRun.Scene(order);
        ushort[][] frames = [.. SimRun.Frames(scene, groups: 2)];
        int size = frames.Length / 2;
        SimRun run = await SimRun.OfAsync(SimRun.Specification(scene), frames.Select((_, n) => frames[n % size == missing ? n - missing + instead : n]));
        TestContext.Out.WriteLine($"{run.Trust.Level}: {string.Join(' ', run.Trust.Reasons)}");
        Assert.That(run.Trust.Level, Is.EqualTo(TrustLevel.Untrusted));
    }

    [Test]
    public async Task A_stream_without_a_whole_group_gives_no_image_and_says_why()
    {
        SimScene scene = SimRun.Scene();
        SimRun run = await SimRun.OfAsync(SimRun.Specification(scene), SimRun.Frames(scene, groups: 1).Take(8));
        Assert.That(run.Image, Is.Null);
        Assert.That(run.Trust.Level, Is.EqualTo(TrustLevel.Untrusted));
        Assert.That(run.Trust.Reasons, Has.Some.Contains("No whole group of 9 frames"));
        Assert.That(run.Summary.Frames.DroppedByCause, Is.EqualTo(new[] { new DropCount(DropCause.IncompleteGroup, 8) }));
    }

    [Test]
    public async Task Saturated_frames_are_never_good()
    {
        SimScene scene = SimRun.Scene();
        ushort[][] frames = [.. SimRun.Frames(scene, groups: 1)];
        ushort limit = frames[0].Order().ElementAt((int)(0.97 * frames[0].Length));
        SimRun run = await SimRun.OfAsync(SimRun.Specification(scene), frames.Select(frame => frame.Select(value => Math.Min(value, limit)).ToArray()));
        Assert.That(run.Trust.Level, Is.EqualTo(TrustLevel.Untrusted));
        Assert.That(run.Trust.Reasons, Has.Some.Contains("saturated"));
    }

    [TestCase(0.9, 525, TestName = "A numerical aperture too small is seen in the light beyond the cutoff")]
    [TestCase(1.4, 800, TestName = "A wavelength too long is seen in the light beyond the cutoff")]
    public async Task A_wrong_lens_is_never_good(double na, double wavelength)
    {
        SimScene scene = SimRun.Scene(photons: 6000);
        SessionSpecification asked = SimRun.Specification(scene);
        SimRun run = await SimRun.OfAsync(
            asked with { Acquisition = asked.Acquisition with { NumericalAperture = na, EmissionWavelengthNm = wavelength } }, SimRun.Frames(scene, groups: 1));
        TestContext.Out.WriteLine($"{run.Trust.Level}: {string.Join(' ', run.Trust.Reasons)}");
        Assert.That(run.Trust.Level, Is.GreaterThan(TrustLevel.Good));
    }

    [TestCase(131, 97)]
    [TestCase(45, 113)]
    public async Task Odd_sizes_work(int width, int height)
    {
        SimScene scene = SimRun.Scene(photons: 6000) with { Width = width, Height = height };
        SimRun run = await SimRun.OfAsync(SimRun.Specification(scene), SimRun.Frames(scene, groups: 1));
        Assert.That(run.Image!.Grid, Is.EqualTo(scene.TruthGrid));
        Assert.That(run.Image.Pixels, Has.All.Matches<float>(float.IsFinite));
        Assert.That(run.Summary.Frames.Processed, Is.EqualTo(9));
    }

    [TestCase("", 525, 1.4, "acquisition.frame_order")]
    [TestCase("4x4", 525, 1.4, "acquisition.frame_order")]
    [TestCase("angle=3,phase=5,z=7", 525, 1.4, "acquisition.frame_order")]
    [TestCase("3x1", 525, 1.4, "acquisition.frame_order")]
    [TestCase("3x3", 0, 1.4, "acquisition.emission_wavelength_nm")]
    [TestCase("3x3", 525, 0, "acquisition.numerical_aperture")]
    [TestCase("3x3", 525, 3, "acquisition.numerical_aperture")]
    [TestCase("nsim", 525, 1.4, "acquisition.width")]
    public async Task What_is_missing_or_impossible_is_named_before_the_first_frame(string order, double wavelength, double na, string field)
    {
        SessionSpecification asked = SimRun.Specification(SimRun.Scene());
        await RefusedAsync(asked with { Acquisition = asked.Acquisition with { FrameOrder = order, EmissionWavelengthNm = wavelength, NumericalAperture = na } }, field);
    }

    [Test]
    public async Task Impossible_settings_and_patterns_of_something_else_are_named()
    {
        SimScene scene = SimRun.Scene("hex7");
        var microscope = new SimMicroscope(scene);
        string hexagonal = PatternFile.Format(new SavedPattern(microscope.Pattern, scene.WavelengthNm, scene.NumericalAperture));
        SessionSpecification asked = SimRun.Specification(SimRun.Scene());
        await RefusedAsync(asked with { Method = asked.Method with { SimPattern = hexagonal } }, "method.sim_pattern");
        await RefusedAsync(asked with { Method = asked.Method with { SimPattern = "{}" } }, "method.sim_pattern");
        await RefusedAsync(WienerSessionTests.With(asked, ("wiener", 7)), "method.parameters.wiener");
        await RefusedAsync(WienerSessionTests.With(asked, ("weiner", 0.1)), "method.parameters.weiner");
        await RefusedAsync(asked with { Acquisition = asked.Acquisition with { Width = 32, Height = 32 } }, "acquisition.width");
        await RefusedAsync(asked with { Method = new MethodRequest { Id = "none", SimPattern = hexagonal } }, "method.sim_pattern");
    }

    private static async Task RefusedAsync(SessionSpecification specification, string field)
    {
        await using var bench = new Bench(methods: new WienerMethodFactory(TimeProvider.System));
        SessionRefusedException? refused = null;
        try
        {
            await bench.Manager.OpenAsync(specification, CancellationToken.None);
        }
        catch (SessionRefusedException e)
        {
            refused = e;
        }

        Assert.That(refused, Is.Not.Null, "it was opened");
        Assert.That(refused!.Problems.Select(problem => problem.Field), Has.Member(field));
        Assert.That(refused.Problems.Select(problem => problem.Remedy), Has.All.Not.Empty);
    }
}
