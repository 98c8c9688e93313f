using System.Text.Json.Nodes;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Quality;
using MicroscopeStream.Imaging.Resampling;
using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Methods.Sim;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Pipeline.Tests.Support;
using MicroscopeStream.Simulator;
using MicroscopeStream.Simulator.Scenes;
using MicroscopeStream.StructuredIllumination.Orders;
using MicroscopeStream.StructuredIllumination.Patterns;

namespace MicroscopeStream.Pipeline.Tests.Methods.Sim;

/// <summary>Networks that refine a reconstruction. These give one of their two planes back, so that what they were given can be read off.</summary>
public sealed class RefinedSimTests
{
    private readonly ExecutionHosts _hosts = new();
    private TestModels _models = null!;

    [SetUp]
    public void SetUp() => _models = new TestModels();

    [TearDown]
    public void TearDown() => _models.Dispose();

    [OneTimeTearDown]
    public void Close() => _hosts.Dispose();

    [TestCase("3x3", RichardsonLucyMethodFactory.Id)]
    [TestCase("3x5", RichardsonLucyMethodFactory.Id)]
    [TestCase("hex7", RichardsonLucyMethodFactory.Id)]
    [TestCase("3x1", RichardsonLucyMethodFactory.Id)]
    [TestCase("3x3", WienerMethodFactory.Id)]
    [TestCase("hex7", WienerMethodFactory.Id)]
    public async Task The_first_plane_is_the_image_of_the_method(string order, string method)
    {
        SimScene scene = Scene(order);
        SimRun refined = await RefinedAsync(Model("first-of-two", method), scene, SimRun.Frames(scene, groups: 1));
        SimRun plain = await SimRun.OfAsync(Asked(scene, method), SimRun.Frames(scene, groups: 1));
        Assert.Multiple(() =>
        {
            Assert.That(refined.Image!.Grid, Is.EqualTo(scene.TruthGrid));
            Assert.That(refined.Image.Pixels, Is.EqualTo(plain.Image!.Pixels).Within(1e-3));
            Assert.That(refined.Reading!.CarriersPerUm, Is.EqualTo(plain.Reading!.CarriersPerUm));

            // A Wiener image unchanged is not the object that networks are trained to give, and is not taken for it.
            Assert.That(refined.Trust.Level == TrustLevel.Untrusted, Is.EqualTo(method == WienerMethodFactory.Id), string.Join(' ', refined.Trust.Reasons));
            Assert.That((refined.Summary.Frames.Dropped, refined.Summary.LeakedBuffers), Is.EqualTo((0, 0)));
        });
    }

    [TestCase("3x3", "every", new[] { 0, 1, 2, 3, 4, 5, 6, 7, 8 })]
    [TestCase("3x3", "first", new[] { 0, 3, 6 })]
    [TestCase("phase=3,angle=3", "first", new[] { 0, 1, 2 })]
    [TestCase("3x1", "first", new[] { 0, 1, 2 })]
    public async Task The_second_plane_is_the_mean_of_the_frames_taken(string order, string phases, int[] taken)
    {
        SimScene scene = Scene(order);
        ushort[][] frames = [.. SimRun.Frames(scene, groups: 1)];
        SimRun run = await RefinedAsync(Model("second-of-two", RichardsonLucyMethodFactory.Id, phases), scene, frames);
        float[] mean = [.. Enumerable.Range(0, scene.Grid.PixelCount).Select(
            i => taken.Average(n => (float)((frames[n][i] - scene.Camera.BaselineAdu) * scene.Camera.ElectronsPerAdu / scene.Camera.QuantumEfficiency)))];
        float[] expected = new float[scene.TruthGrid.PixelCount];
        new GridDoubler(scene.Width, scene.Height).Apply(mean, expected);
        Assert.That(run.Image!.Pixels, Is.EqualTo(expected).Within(0.01));
    }

    [Test]
    public async Task Three_frames_of_a_group_make_what_three_alone_make_with_its_pattern()
    {
        SimScene scene = Scene("3x3");
        ushort[][] frames = [.. SimRun.Frames(scene, groups: 1)];
        ModelPackage model = Model("first-of-two", RichardsonLucyMethodFactory.Id, "first");
        SimRun within = await RefinedAsync(model, scene, frames);
        SessionSpecification alone = Asked(scene, model.Id, "3x1");
        var microscope = new SimMicroscope(scene);
        alone = alone with { Method = alone.Method with { SimPattern = PatternFile.Format(new SavedPattern(microscope.Pattern, scene.WavelengthNm, scene.NumericalAperture)) } };
        SimRun apart = await SimRun.OfAsync(alone, [frames[0], frames[3], frames[6]], Factory(model));
        float[] truth = microscope.Truth();
        double three = ImageComparison.AffinePsnr(within.Image!.Pixels, truth), known = ImageComparison.AffinePsnr(apart.Image!.Pixels, truth);
        double widefield = ImageComparison.AffinePsnr(WienerSessionTests.Widefield(scene), truth);
        TestContext.Out.WriteLine(FormattableString.Invariant($"three of nine {three:f1} dB, three with the true pattern {known:f1} dB, mean of nine {widefield:f1} dB"));
        Assert.Multiple(() =>
        {
            Assert.That(three, Is.EqualTo(known).Within(1));
            Assert.That(three, Is.GreaterThan(widefield + 2));
            Assert.That(apart.Trust.Reasons, Has.Some.Contain("do not determine an image"));
            Assert.That(within.Trust.Reasons, Has.Some.Contain("do not determine an image"));
            Assert.That(apart.Trust.Level, Is.EqualTo(TrustLevel.Caution), string.Join(' ', apart.Trust.Reasons));
        });
    }

    [Test]
    public async Task Without_a_pattern_none_is_put_into_the_image_and_it_is_not_to_be_trusted()
    {
        SimScene scene = Scene("3x3") with { Modulation = 0 };
        SimRun run = await RefinedAsync(Model("first-of-two", RichardsonLucyMethodFactory.Id), scene, SimRun.Frames(scene, groups: 1));
        Assert.Multiple(() =>
        {
            Assert.That(run.Trust.Level, Is.EqualTo(TrustLevel.Untrusted));
            Assert.That(run.Trust.Reasons, Has.Some.Contain("No pattern stands out"));
            Assert.That(
                ImageComparison.AffinePsnr(run.Image!.Pixels, new SimMicroscope(scene).Truth()),
                Is.GreaterThan(ImageComparison.AffinePsnr(WienerSessionTests.Widefield(scene), new SimMicroscope(scene).Truth())));
        });
    }

    [Test]
    public async Task An_image_that_is_not_of_its_frames_is_not_called_good()
    {
        // The mean under patterns does not explain frames at full light.
        SimScene scene = Scene("3x3");
        SimRun run = await RefinedAsync(Model("second-of-two", RichardsonLucyMethodFactory.Id), scene, SimRun.Frames(scene, groups: 1));
        Assert.That(run.Trust.Level, Is.Not.EqualTo(TrustLevel.Good));
        Assert.That(run.Trust.Reasons, Has.Some.Contain("does not explain"), string.Join(' ', run.Trust.Reasons));
    }

    [Test]
    public async Task A_gap_restarts_the_group()
    {
        SimScene scene = Scene("3x3");
        ushort[][] frames = [.. SimRun.Frames(scene, groups: 3)];
        ModelPackage model = Model("first-of-two", RichardsonLucyMethodFactory.Id);
        SimRun run = await SimRun.OfAsync(
            Asked(scene, model.Id), Enumerable.Range(0, 27).Where(n => n != 4).Select(n => (new FrameHeader { Sequence = n }, frames[n])), Factory(model));
        Assert.That(run.Summary.Frames.DroppedByCause.Select(drop => drop.Cause), Is.EqualTo(new[] { DropCause.IncompleteGroup }));
        Assert.That(run.Image, Is.Not.Null);
        Assert.That(run.Trust.Level, Is.LessThan(TrustLevel.Untrusted));
    }

    [Test]
    public async Task Rolling_ends_with_the_image_of_the_group()
    {
        SimScene scene = Scene("3x3");
        ModelPackage model = Model("first-of-two", WienerMethodFactory.Id);
        SessionSpecification asked = Asked(scene, model.Id);
        SimRun rolling = await SimRun.OfAsync(WienerSessionTests.With(asked, ("rolling", 1)), SimRun.Frames(scene, groups: 2), Factory(model));
        SimRun batch = await SimRun.OfAsync(asked, SimRun.Frames(scene, groups: 2), Factory(model));
        Assert.That(rolling.Image!.Pixels, Is.EqualTo(batch.Image!.Pixels).Within(1e-2));
    }

    [Test]
    public async Task Tiles_of_one_image_are_a_group()
    {
        SimScene scene = Scene("3x5") with { Width = 64, Height = 64 };
        FrameOrder order = FrameOrder.Parse("nsim");
        var tiled = new ushort[15 * scene.Grid.PixelCount];
        int n = 0;
        foreach (ushort[] frame in SimRun.Frames(scene, groups: 1))
        {
            FrameRole role = order.RoleOf(n++);
            for (int y = 0; y < 64; y++)
            {
                frame.AsSpan(y * 64, 64).CopyTo(tiled.AsSpan((((role.Angle * 64) + y) * 320) + (role.Phase * 64)));
            }
        }

        ModelPackage model = Model("first-of-two", WienerMethodFactory.Id);
        SessionSpecification asked = Asked(scene, model.Id, "nsim");
        SimRun run = await SimRun.OfAsync(asked with { Acquisition = asked.Acquisition with { Width = 320, Height = 192 } }, [tiled], Factory(model));
        SimRun apart = await SimRun.OfAsync(Asked(scene, WienerMethodFactory.Id), SimRun.Frames(scene, groups: 1));
        Assert.That(run.Image!.Pixels, Is.EqualTo(apart.Image!.Pixels).Within(1e-3));
    }

    [Test]
    public void What_cannot_be_done_is_refused_before_the_first_frame()
    {
        SimScene scene = Scene("3x3");
        ModelPackage every = Model("first-of-two", RichardsonLucyMethodFactory.Id), first = Model("first-of-two", RichardsonLucyMethodFactory.Id, "first");
        ModelPackage wiener = Model("first-of-two", WienerMethodFactory.Id);
        Assert.Multiple(() =>
        {
            Assert.That(Problems(every, "angle=1,phase=1;2-beam"), Has.Exactly(1).Contains("two frames"));
            Assert.That(Problems(first, "hex7"), Has.Exactly(1).Contains("one angle"));
            Assert.That(Problems(wiener, "3x1"), Has.Exactly(1).Contains("phases per angle"));
            Assert.That(Problems(first, "3x5"), Is.Empty);
            Assert.That(
                Factory(every).Check(WienerSessionTests.With(Asked(scene, every.Id), ("iterations", 3))).Select(p => p.Field), Is.EqualTo(new[] { "method.parameters.iterations" }));
            Assert.That(() => Factory(_models.Load("smooth")), Throws.ArgumentException.With.Message.Contains("refines no reconstruction"));
        });

        string[] Problems(ModelPackage model, string order) => [.. Factory(model).Check(Asked(scene, model.Id, order)).Select(p => $"{p}")];
    }

    private static SimScene Scene(string order) => SimRun.Scene(order) with { Width = 96, Height = 96 };

    private static SessionSpecification Asked(SimScene scene, string method, string? order = null)
    {
        SessionSpecification asked = SimRun.Specification(scene, order);
        return asked with { Method = asked.Method with { Id = method } };
    }

    private Task<SimRun> RefinedAsync(ModelPackage model, SimScene scene, IEnumerable<ushort[]> frames) =>
        SimRun.OfAsync(Asked(scene, model.Id), frames, Factory(model));

    private RefinedSimFactory Factory(ModelPackage model) => new(model, _hosts, TimeProvider.System);

    private ModelPackage Model(string network, string method, string phases = "every") => _models.Load(network, manifest =>
    {
        manifest["task"] = "sim";
        JsonNode input = manifest["input"]!;
        (input["frames"], input["target"], input["frame_order"], input["phases"]) = (2, 1, $"{method},widefield", phases);
        manifest["graphs"]!["network"]!["inputs"]![0]!["is"] = "window";
        manifest["domain"] = new JsonObject();
    });
}
