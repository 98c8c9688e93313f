using System.Text.Json.Nodes;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Pipeline.Methods;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Pipeline.Tests.Support;

namespace MicroscopeStream.Pipeline.Tests.Methods;

/// <summary>The committed network under manifests that state its output otherwise: the same, converted, or refused by name.</summary>
public sealed class ModelUnitTests
{
    private const string Model = "decode-2d-small";

    private readonly ExecutionHosts _hosts = new();
    private DirectoryInfo _root = null!;

    [SetUp]
    public void SetUp() => _root = Directory.CreateTempSubdirectory("units-");

    [TearDown]
    public void TearDown() => _root.Delete(recursive: true);

    [OneTimeTearDown]
    public void Close() => _hosts.Dispose();

    [TestCase("nm", 1)]
    [TestCase("um", 1e-3)]
    [CancelAfter(120_000)]
    public async Task Positions_in_other_units_than_pixels_are_those_of_the_same_network(string unit, double perNm)
    {
        var scene = new Scene();
        double pixel = scene.Specification(Model).Acquisition.PixelSizeNm;
        List<Localization> expected = await FindAsync(scene, Changed(_ => { }));
        List<Localization> found = await FindAsync(scene, Changed(manifest =>
        {
            foreach (string name in (string[])["x", "y", "sigma_x", "sigma_y"])
            {
                JsonNode channel = manifest["output"]!["channels"]!.AsArray().Single(one => (string?)one!["name"] == name)!;
                (channel["unit"], channel["scale"]) = (unit, pixel * perNm);
            }
        }));

        Assert.That(expected, Has.Count.GreaterThan(5));
        Assert.That(found, Has.Count.EqualTo(expected.Count));
        foreach ((Localization one, Localization other) in found.Zip(expected))
        {
            Assert.That(one.X, Is.EqualTo(other.X).Within(1e-2));
            Assert.That(one.Y, Is.EqualTo(other.Y).Within(1e-2));
            Assert.That(one.SigmaX, Is.EqualTo(other.SigmaX).Within(1e-3 * other.SigmaX));
            Assert.That(one.SigmaY, Is.EqualTo(other.SigmaY).Within(1e-3 * other.SigmaY));
        }
    }

    [TestCase("x", "furlong")]
    [TestCase("sigma_y", "1")]
    [TestCase("photons", "ADU")]
    [TestCase("probability", "%")]
    public void A_unit_that_cannot_be_converted_is_refused_with_the_channels_name(string channel, string unit)
    {
        ModelPackage model = Changed(manifest =>
            manifest["output"]!["channels"]!.AsArray().Single(one => (string?)one!["name"] == channel)!["unit"] = unit);
        Assert.That(
            () => new NetworkLocalizerFactory(model, _hosts), Throws.ArgumentException.With.Message.Contains($"'{channel}' is in '{unit}'"));
    }

    [TestCase("neighbourhood", 5, "readout.neighbourhood is 5")]
    [TestCase("blur_sigma", 1, "readout.blur_sigma")]
    public void A_read_out_that_is_not_followed_is_refused(string name, double value, string expected)
    {
        ModelPackage model = Changed(manifest => manifest["readout"]![name] = value);
        Assert.That(() => new NetworkLocalizerFactory(model, _hosts), Throws.ArgumentException.With.Message.Contains(expected));
    }

    private ModelPackage Changed(Action<JsonNode> change)
    {
        DirectoryInfo folder = Directory.CreateDirectory(Path.Combine(_root.CreateSubdirectory(Guid.NewGuid().ToString("N")).FullName, Model));
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "onnx-models", Model)))
        {
            File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file)));
        }

        string path = Path.Combine(folder.FullName, "model.json");
        JsonNode manifest = JsonNode.Parse(File.ReadAllText(path))!;
        change(manifest);
        File.WriteAllText(path, manifest.ToJsonString());
        var catalog = ModelCatalog.Scan([folder.Parent!.FullName]);
        return catalog.Find(Model) ?? throw new AssertionException(catalog.Explain(Model));
    }

    private async Task<List<Localization>> FindAsync(Scene scene, ModelPackage model)
    {
        await using var bench = new Bench(methods: new NetworkLocalizerFactory(model, _hosts));
        Session session = await bench.Manager.OpenAsync(scene.Specification(Model), CancellationToken.None);
        return (await scene.StreamAsync(session, [0, 1, 2, 3])).Found;
    }
}
