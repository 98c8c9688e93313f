using System.Text.Json.Nodes;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Pipeline.Methods;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Pipeline.Tests.Support;

namespace MicroscopeStream.Pipeline.Tests.Methods;

/// <summary>Sessions whose frames run in tiles: what is found, and what Open says that it will cost.</summary>
public sealed class TiledNetworkTests
{
    private const string Model = "decode-2d-small";

    private readonly ExecutionHosts _whole = new();
    private readonly ExecutionHosts _tiled = new(tiling: new TilingOptions { MaximumPixels = 1 });
    private ModelPackage _model = null!;

    [OneTimeSetUp]
    public void Find() => _model = ModelCatalog.Scan([Path.Combine(Repository.Root, "onnx-models")]).Find(Model)!;

    [OneTimeTearDown]
    public void Close()
    {
        _whole.Dispose();
        _tiled.Dispose();
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_session_finds_the_same_emitters_in_tiles()
    {
        var scene = new Scene(size: 230, density: 0.5);
        List<Localization> expected = await FindAsync(_whole, scene), found = await FindAsync(_tiled, scene);
        Assert.That(expected, Has.Count.GreaterThan(500));
        Assert.That(found, Has.Count.EqualTo(expected.Count));
        Assert.That(found.Select(one => one.Frame), Is.EqualTo(expected.Select(one => one.Frame)));
        Assert.That(found.Zip(expected, (a, b) => Math.Abs(a.X - b.X) + Math.Abs(a.Y - b.Y)).Max(), Is.LessThan(0.05), "nm");
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Open_states_the_time_of_all_tiles_together()
    {
        var scene = new Scene(size: 300);
        double whole = double.MaxValue, tiled = double.MaxValue;
        for (int i = 0; i < 3; i++)
        {
            whole = Math.Min(whole, (await PlanAsync(_whole, scene)).ExpectedMsPerFrame);
            tiled = Math.Min(tiled, (await PlanAsync(_tiled, scene)).ExpectedMsPerFrame);
        }

        // The tiles with their overlaps are about twice the pixels of the frame; one tile alone would be a part of it.
        TestContext.Out.WriteLine($"{whole:F0} ms in one piece, {tiled:F0} ms in tiles");
        Assert.That(tiled, Is.GreaterThan(0.85 * whole));
        SessionPlan plan = await PlanAsync(_tiled, scene);
        Assert.That(plan.SustainableFrameRate, Is.EqualTo(1000 / plan.ExpectedMsPerFrame).Within(0.01).Percent);
    }

    [TestCase(2049, true)]
    [TestCase(6000, true)]
    [TestCase(16388, false)]
    public void Frames_are_refused_only_where_tiles_cannot_cover_them_either(int size, bool taken)
    {
        SessionSpecification specification = new Scene().Specification(Model);
        specification = specification with { Acquisition = specification.Acquisition with { Width = size } };
        Assert.That(
            new NetworkLocalizerFactory(_model, _whole).Check(specification).Select(problem => problem.Code),
            Is.EqualTo(taken ? [] : new[] { "frame-size" }));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_model_that_does_not_tell_its_overlap_runs_in_tiles_with_a_warning()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("model-");
        try
        {
            foreach (string file in Directory.EnumerateFiles(_model.Folder))
            {
                File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file)));
            }

            string manifest = Path.Combine(folder.FullName, "model.json");
            JsonNode json = JsonNode.Parse(await File.ReadAllTextAsync(manifest))!;
            json["input"]!["size"] = new JsonObject { ["multiple"] = 4, ["minimum"] = 32, ["maximum"] = 160 };
            await File.WriteAllTextAsync(manifest, json.ToJsonString());
            await using var bench = new Bench(methods: new NetworkLocalizerFactory(ModelPackageLoader.Load(folder.FullName), _whole));

            Session small = await bench.Manager.OpenAsync(new Scene(size: 160).Specification(Model), CancellationToken.None);
            Session large = await bench.Manager.OpenAsync(new Scene(size: 164).Specification(Model), CancellationToken.None);

            Assert.That(small.Warnings, Is.Empty);
            Assert.That(large.Warnings.Single().Code, Is.EqualTo(NoticeCodes.OverlapUnknown));
            Assert.That(large.Warnings.Single().Message, Does.Contain("4 tiles").And.Contain("input.size.overlap"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private Bench NewBench(ExecutionHosts hosts) => new(methods: new NetworkLocalizerFactory(_model, hosts));

    private async Task<SessionPlan> PlanAsync(ExecutionHosts hosts, Scene scene)
    {
        await using Bench bench = NewBench(hosts);
        return (await bench.Manager.OpenAsync(scene.Specification(Model), CancellationToken.None)).Plan;
    }

    private async Task<List<Localization>> FindAsync(ExecutionHosts hosts, Scene scene)
    {
        await using Bench bench = NewBench(hosts);
        Session session = await bench.Manager.OpenAsync(scene.Specification(Model), CancellationToken.None);
        (List<Localization> found, _) = await scene.StreamAsync(session, 0, 1, 2, 4);
        return found;
    }
}
