using System.Text.Json.Nodes;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Tests.Tools;

namespace MicroscopeStream.Inference.Tests.Packages;

public class ModelPackageLoaderTests
{
    private TinyModels _models = null!;

    [SetUp]
    public void SetUp() => _models = new TinyModels();

    [TearDown]
    public void TearDown() => _models.Dispose();

    [Test]
    public void A_whole_package_loads_with_its_defaults()
    {
        ModelPackage package = ModelPackageLoader.Load(_models.TwoGraphs());
        Assert.Multiple(() =>
        {
            Assert.That(package.Id, Is.EqualTo("two-graphs"));
            Assert.That(package.Manifest.Task, Is.EqualTo(ModelTask.Image));
            Assert.That(package.Manifest.Input.Upsampling, Is.EqualTo(1), "a default");
            Assert.That(package.Manifest.Output.Upscale, Is.EqualTo(1), "a default");
            Assert.That(package.Manifest.Measured, Is.Empty, "a default");
            Assert.That(package.Manifest.Domain.PixelSizeNm, Is.EqualTo(new ValueRange(80, 160)));
            Assert.That(package.Graphs["context"].Inputs.Select(input => input.Name), Is.EqualTo(new[] { "f0", "f1", "f2" }));
            Assert.That(package.Graphs["frame"].Inputs[0].Shape, Is.EqualTo(new long[] { 1, 1, -1, -1 }));
            Assert.That(package.Hash, Has.Length.EqualTo(64));
        });
    }

    [Test]
    public void Equal_networks_have_equal_hashes_whatever_their_manifests_say()
    {
        string other = _models.TwoGraphs("other", change: manifest => manifest["title"] = "something else");
        Assert.That(ModelPackageLoader.Load(other).Hash, Is.EqualTo(ModelPackageLoader.Load(_models.TwoGraphs()).Hash));
        Assert.That(ModelPackageLoader.Load(_models.OneGraph()).Hash, Is.Not.EqualTo(ModelPackageLoader.Load(other).Hash));
    }

    private static readonly object[][] s_faults =
    [
        ["id", "is missing", (JsonObject m) => { m.Remove("id"); }],
        ["id", "is \"Not An Id\"", (JsonObject m) => { m["id"] = "Not An Id"; }],
        ["task", "is \"guessing\"", (JsonObject m) => { m["task"] = "guessing"; }],
        ["input.frames", "is \"three\"", (JsonObject m) => { m["input"]!["frames"] = "three"; }],
        ["input.frames", "is 0", (JsonObject m) => { m["input"]!["frames"] = 0; }],
        ["input.frames", "is 2.5", (JsonObject m) => { m["input"]!["frames"] = 2.5; }],
        ["input.target", "is 3 in a window of 3", (JsonObject m) => { m["input"]!["target"] = 3; }],
        ["input.element", "is \"float16\"", (JsonObject m) => { m["input"]!["element"] = "float16"; }],
        ["input.size.minimum", "above input.size.maximum", (JsonObject m) => { m["input"]!["size"]!["minimum"] = 1000; }],
        ["input.size.multple", "is not a known field", (JsonObject m) => { m["input"]!["size"]!["multple"] = 8; }],
        ["input.normalization.kind", "is \"magic\"", (JsonObject m) => { m["input"]!["normalization"]!["kind"] = "magic"; }],
        ["input.frame_order", "which only the task sim has", (JsonObject m) => { m["input"]!["frame_order"] = "richardson-lucy,widefield"; }],
        ["input.frames", "with the frame order wiener,widefield", (JsonObject m) => { m["input"]!["frame_order"] = "wiener,widefield"; }],
        ["output.upscale", "is 2 with the frame order", (JsonObject m) => { (m["input"]!["frame_order"], m["output"]!["upscale"]) = ("wiener,widefield", 2); }],
        ["input.phases", "is \"first\" with the frame order angle", (JsonObject m) => { (m["input"]!["frame_order"], m["input"]!["phases"]) = ("angle", "first"); }],
        ["output.channels", "has 0 entries", (JsonObject m) => { m["output"]!["channels"] = new JsonArray(); }],
        ["output.channels[1].name", "a second time", (JsonObject m) => { m["output"]!["channels"]![1]!["name"] = "f0"; }],
        ["output.look_ahead", "is 3, but no channel", (JsonObject m) => { m["output"]!["look_ahead"] = 3; }],
        ["domain.pixel_size_nm", "ends before it begins", (JsonObject m) => { m["domain"]!["pixel_size_nm"] = new JsonArray(160, 80); }],
        ["domain.precision_px", "ends before it begins", (JsonObject m) => { m["domain"]!["precision_px"] = new JsonArray(2, 1); }],
        ["domain.pixel_size_nm", "has 1 entries", (JsonObject m) => { m["domain"]!["pixel_size_nm"] = new JsonArray(160); }],
        ["domain.camera[0]", "is \"polaroid\"", (JsonObject m) => { m["domain"]!["camera"] = new JsonArray("polaroid"); }],
        ["provenance.sha256.frame.onnx", "is missing", (JsonObject m) => { m["provenance"]!["sha256"]!.AsObject().Remove("frame.onnx"); }],
        ["provenance.sha256.frame.onnx", "but the file's is", (JsonObject m) => { m["provenance"]!["sha256"]!["frame.onnx"] = new string('0', 64); }],
        ["graphs.frame.file", "is \"../frame.onnx\"", (JsonObject m) => { m["graphs"]!["frame"]!["file"] = "../frame.onnx"; }],
        ["graphs.frame.file", "is \"/etc/x.onnx\"", (JsonObject m) => { m["graphs"]!["frame"]!["file"] = "/etc/x.onnx"; }],
        ["graphs.frame.file", "does not exist", (JsonObject m) => { m["graphs"]!["frame"]!["file"] = "gone.onnx"; m["provenance"]!["sha256"]!["gone.onnx"] = new string('0', 64); }],
        ["graphs.frame.inputs[0].name", "which the network does not have", (JsonObject m) => { m["graphs"]!["frame"]!["inputs"]![0]!["name"] = "image"; }],
        ["graphs.frame.inputs", "do not mention frame", (JsonObject m) => { m["graphs"]!["frame"]!["inputs"]![0]!["name"] = "image"; }],
        ["graphs.context.inputs[0].offset", "outside the window", (JsonObject m) => { m["graphs"]!["context"]!["inputs"]![0]!["offset"] = -2; }],
        ["graphs.context.inputs[0].from", "no network puts out", (JsonObject m) => { m["graphs"]!["context"]!["inputs"]![0]!["from"] = "nothing"; }],
        ["graphs.context.outputs[0].is", "needs the shape [1, 2, any, any]", (JsonObject m) => { m["output"]!["channels"]!.AsArray().RemoveAt(2); }],
        ["graphs", "have 0 outputs that are maps", (JsonObject m) => { m["graphs"]!["context"]!["outputs"]![0]!["is"] = "features"; }],
        ["readout", "is missing", (JsonObject m) => { m["task"] = "localization"; }],
    ];

    [TestCaseSource(nameof(s_faults))]
    public void A_fault_is_named_by_its_field_with_a_remedy(string field, string message, Action<JsonObject> change)
    {
        string folder = _models.TwoGraphs(change: change);
        Assert.That(
            ModelPackageLoader.TryLoad(folder, out ModelPackage? package, out IReadOnlyList<ModelPackageProblem> problems), Is.False);
        Assert.That(package, Is.Null);
        ModelPackageProblem? problem = problems.FirstOrDefault(
            one => one.Field == field && one.Message.Contains(message, StringComparison.Ordinal));
        Assert.That(problem, Is.Not.Null, string.Join('\n', problems));
        Assert.That(problem!.File, Does.StartWith(folder));
        Assert.That(problem.Remedy, Is.Not.Empty);
    }

    [Test]
    public void All_faults_of_a_manifest_are_told_at_once()
    {
        string folder = _models.TwoGraphs(change: manifest =>
        {
            manifest["version"] = "one";
            manifest["input"]!["layout"] = "NDHWC";
            manifest.Remove("domain");
        });
        Assert.That(() => ModelPackageLoader.Load(folder), Throws.InstanceOf<ModelPackageException>()
            .With.Property("Problems").Count.EqualTo(3).And.Message.Contains("version").And.Message.Contains("input.layout").And.Message.Contains("domain"));
    }

    [TestCase("", "does not exist")]
    [TestCase("{", "not valid JSON")]
    [TestCase("[]", "Write an object")]
    [TestCase("{\"id\":\"a\",\"id\":\"b\"}", "not valid JSON")]
    [TestCase("{\"id\":\"\\ud800\"}", "not valid JSON")]
    public void What_is_no_manifest_is_refused(string text, string message)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_models.Root, "m")).FullName;
        if (text.Length > 0)
        {
            File.WriteAllText(Path.Combine(folder, "model.json"), text);
        }

        Assert.That(() => ModelPackageLoader.Load(folder), Throws.InstanceOf<ModelPackageException>().With.Message.Contains(message));
    }

    [Test]
    public void A_card_is_read_from_the_models_own_folder_and_not_through_a_link_to_elsewhere()
    {
        string folder = _models.OneGraph();
        string secret = Path.Combine(_models.Root, "secret.txt");
        File.WriteAllText(secret, "a key");
        ModelPackage model = ModelPackageLoader.Load(folder);
        Assert.That((model.CardFile, model.ReadCard()), Is.EqualTo(((string?)null, "")));

        string card = Path.Combine(folder, "MODEL_CARD.md");
        File.CreateSymbolicLink(card, secret);
        Assert.That((model.CardFile, model.ReadCard()), Is.EqualTo(((string?)null, "")));

        File.Delete(card);
        File.WriteAllText(card, "# Card");
        Assert.That((model.CardFile, model.ReadCard()), Is.EqualTo(((string?)card, "# Card")));

        File.WriteAllText(card, new string('x', (4 << 20) + 1));
        Assert.That(model.ReadCard, Throws.InstanceOf<IOException>().With.Message.Contains("MODEL_CARD.md has 4194305 bytes"));
    }

    [Test]
    public void A_manifest_that_is_a_link_to_elsewhere_is_refused()
    {
        string folder = _models.OneGraph();
        string manifest = Path.Combine(folder, "model.json");
        string elsewhere = Path.Combine(_models.Root, "elsewhere.json");
        File.Move(manifest, elsewhere);
        File.CreateSymbolicLink(manifest, elsewhere);
        Assert.That(() => ModelPackageLoader.Load(folder), Throws.InstanceOf<ModelPackageException>().With.Message.Contains("leads out of the model's folder"));
    }

    [Test]
    public void A_link_out_of_the_folder_is_refused()
    {
        string folder = _models.TwoGraphs();
        string outside = Path.Combine(_models.Root, "outside.onnx");
        File.Move(Path.Combine(folder, "frame.onnx"), outside);
        File.CreateSymbolicLink(Path.Combine(folder, "frame.onnx"), outside);
        Assert.That(
            () => ModelPackageLoader.Load(folder),
            Throws.InstanceOf<ModelPackageException>().With.Message.Contains("leads out of the model's folder"));
    }

    [Test]
    public void Weights_in_another_file_are_refused()
    {
        byte[] bytes = new OnnxModelBuilder().Input("window", 1, 1, -1, -1).Output("maps", 1, 1, -1, -1)
            .WeightElsewhere("w", "../../secret").Node("Mul", ["window", "w"], "maps").Build();
        string folder = _models.OneGraph(frames: 1, target: 0, change: manifest => Replace(manifest, bytes));
        File.WriteAllBytes(Path.Combine(folder, "net.onnx"), bytes);
        Assert.That(
            () => ModelPackageLoader.Load(folder),
            Throws.InstanceOf<ModelPackageException>().With.Message.Contains("weights lie in another file"));
    }

    [Test]
    public void A_network_that_is_not_float32_is_refused()
    {
        byte[] bytes = new OnnxModelBuilder().Input("window", 1, 1, -1, -1).OutputOf(10, "maps", 1, 1, -1, -1)
            .Node("Cast", ["window"], "maps", ("to", [10])).Build();
        string folder = _models.OneGraph(frames: 1, target: 0, change: manifest => Replace(manifest, bytes));
        File.WriteAllBytes(Path.Combine(folder, "net.onnx"), bytes);
        Assert.That(
            () => ModelPackageLoader.Load(folder), Throws.InstanceOf<ModelPackageException>().With.Message.Contains("is not float32"));
    }

    internal static void Replace(JsonObject manifest, byte[] bytes) =>
        manifest["provenance"]!["sha256"]!["net.onnx"] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
}
