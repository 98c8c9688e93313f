using MicroscopeStream.Core.Results;
using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Localizations.Scoring;
using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Methods;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Pipeline.Tests.Support;

namespace MicroscopeStream.Pipeline.Tests.Methods;

/// <summary>The committed network in a session, against simulated truth.</summary>
public sealed class NetworkLocalizerTests
{
    private const string Model = "decode-2d-small";

    private readonly ExecutionHosts _hosts = new();
    private ModelCatalog _catalog = null!;

    [OneTimeSetUp]
    public void Find()
    {
        _catalog = ModelCatalog.Scan([Path.Combine(Repository.Root, "onnx-models")]);
        Assert.That(_catalog.Find(Model), Is.Not.Null, _catalog.Explain(Model));
    }

    [OneTimeTearDown]
    public void Close() => _hosts.Dispose();

    [Test]
    [CancelAfter(120_000)]
    public async Task Streamed_frames_give_the_emitters_of_the_simulation()
    {
        var scene = new Scene();
        long[] frames = [.. Enumerable.Range(0, 30).Select(i => (long)i)];
        (List<Localization> found, SessionSummary summary) = await RunAsync(scene, frames);
        LocalizationScore score = scene.Score(found, frames);

        TestContext.Out.WriteLine($"JI {score.Jaccard:F3}, RMSE {score.LateralRmseNm:F1} nm, {found.Count} localizations");
        Assert.Multiple(() =>
        {
            // The floor of a usable network, far below its card: this test is of the stream, not of the training.
            Assert.That(score.Jaccard, Is.GreaterThan(0.8));
            Assert.That(score.LateralRmseNm, Is.LessThan(30));
            Assert.That(Math.Abs(score.MeanErrorXNm) + Math.Abs(score.MeanErrorYNm), Is.LessThan(6), "no offset of half a pixel, no swapped axes");
            Assert.That(summary.Frames.Processed, Is.EqualTo(frames.Length));
            Assert.That(summary.Localizations, Is.EqualTo(found.Count));
            Assert.That(summary.Provider, Is.EqualTo("cpu"));
        });
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Frames_around_a_gap_are_read_as_if_their_neighbours_had_never_been()
    {
        var scene = new Scene();
        long[] before = [0, 1, 2, 3], after = [6, 7, 8];
        (List<Localization> whole, SessionSummary summary) = await RunAsync(scene, [.. before, .. after]);
        (List<Localization> first, _) = await RunAsync(scene, before);
        (List<Localization> second, _) = await RunAsync(scene, after);

        Assert.That(whole, Is.EqualTo(first.Concat(second)));
        Assert.That(summary.Frames.Gaps, Is.EqualTo(1));
        Assert.That(whole.Select(found => found.Frame), Is.Ordered);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_neighbour_changes_what_is_found()
    {
        // Otherwise the tests of windows would hold for a network that ignores them.
        var scene = new Scene(density: 1);
        (List<Localization> alone, _) = await RunAsync(scene, [5]);
        (List<Localization> among, _) = await RunAsync(scene, [4, 5, 6]);

        Assert.That(among.Where(found => found.Frame == 5), Is.Not.EqualTo(alone));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Open_states_plan_cost_and_domain()
    {
        var scene = new Scene();
        await using Bench bench = NewBench();
        SessionSpecification specification = scene.Specification(Model);
        specification = specification with { Acquisition = specification.Acquisition with { PixelSizeNm = 300, FrameRate = 1e6 } };
        Session session = await bench.Manager.OpenAsync(specification, CancellationToken.None);

        Assert.Multiple(() =>
        {
            Assert.That(session.Plan.WindowFrames, Is.EqualTo(3));
            Assert.That(session.Plan.LookAheadFrames, Is.EqualTo(1));
            Assert.That(session.Plan.ExpectedMsPerFrame, Is.GreaterThan(0));
            Assert.That(session.Plan.Output.PixelSizeNm, Is.EqualTo(60));
            Assert.That(session.Plan.Provider.Used, Is.EqualTo("cpu"));
            Assert.That(session.Warnings.Select(warning => warning.Code), Does.Contain(NoticeCodes.OutsideDomain).And.Contain(NoticeCodes.RateNotSustainable));
            Assert.That(session.Warnings.Single(warning => warning.Code == NoticeCodes.OutsideDomain).Message, Does.Contain("300").And.Contain("ixel size"));
        });
    }

    [Test]
    public void Parameters_that_the_method_does_not_have_are_named()
    {
        var factory = new NetworkLocalizerFactory(_catalog.Find(Model)!, _hosts);
        SessionSpecification specification = new Scene().Specification(Model);
        specification = specification with
        {
            Method = specification.Method with { Parameters = new Dictionary<string, double> { ["accept_probability"] = -1, ["sharpness"] = 11 } },
        };

        Assert.That(
            factory.Check(specification).Select(problem => problem.Field),
            Is.EquivalentTo(new[] { "method.parameters.accept_probability", "method.parameters.sharpness" }));
    }

    private Bench NewBench()
    {
        var bench = new Bench(methods: new NetworkLocalizerFactory(_catalog.Find(Model)!, _hosts));
        return bench;
    }

    private async Task<(List<Localization> Found, SessionSummary Summary)> RunAsync(Scene scene, params long[] frames)
    {
        await using Bench bench = NewBench();
        Session session = await bench.Manager.OpenAsync(scene.Specification(Model), CancellationToken.None);
        return await scene.StreamAsync(session, frames);
    }
}
