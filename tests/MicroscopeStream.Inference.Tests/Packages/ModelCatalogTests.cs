using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Tests.Tools;

namespace MicroscopeStream.Inference.Tests.Packages;

public class ModelCatalogTests
{
    private TinyModels _models = null!;

    [SetUp]
    public void SetUp() => _models = new TinyModels();

    [TearDown]
    public void TearDown() => _models.Dispose();

    [Test]
    public void Whole_models_are_listed_beside_broken_ones_and_other_folders_are_left_alone()
    {
        _models.TwoGraphs("b-whole");
        _models.OneGraph("a-whole");
        string broken = _models.OneGraph("c-broken", change: manifest => manifest["task"] = "guessing");
        Directory.CreateDirectory(Path.Combine(_models.Root, "training"));

        var catalog = ModelCatalog.Scan([_models.Root, Path.Combine(_models.Root, "not-there")]);

        Assert.That(catalog.Models.Select(model => model.Id), Is.EqualTo(new[] { "a-whole", "b-whole" }));
        Assert.That(catalog.Broken.Select(one => one.Folder), Is.EqualTo(new[] { broken }));
        Assert.That(catalog.Find("b-whole")!.Folder, Does.EndWith("b-whole"));
        Assert.That(catalog.Find("c-broken"), Is.Null);
        Assert.That(catalog.Explain("c-broken"), Does.Contain("task").And.Contain("guessing"));
        Assert.That(catalog.Explain("nobody"), Does.Contain("a-whole, b-whole").And.Contain(_models.Root));
    }

    [Test]
    public void Two_models_of_one_id_are_not_confused()
    {
        _models.OneGraph("first");
        _models.OneGraph("second", change: manifest => manifest["id"] = "first");
        var catalog = ModelCatalog.Scan([_models.Root]);
        Assert.That(catalog.Models, Has.Count.EqualTo(1));
        Assert.That(catalog.Broken.Single().Problems.Single().ToString(), Does.Contain("id").And.Contain("another id"));
    }

    [Test]
    public void The_directory_asked_for_comes_before_the_variable_and_that_before_what_is_found()
    {
        string asked = Directory.CreateDirectory(Path.Combine(_models.Root, "asked")).FullName;
        string named = Directory.CreateDirectory(Path.Combine(_models.Root, "named")).FullName;
        string found = Directory.CreateDirectory(Path.Combine(_models.Root, "app", "onnx-models")).FullName;
        string start = Directory.CreateDirectory(Path.Combine(_models.Root, "app", "bin", "net10.0")).FullName;

        Assert.That(ModelDirectories.Resolve(asked, named, [start]), Is.EqualTo(new[] { asked }));
        Assert.That(ModelDirectories.Resolve(null, $"{named}{Path.PathSeparator}{asked}", [start]), Is.EqualTo(new[] { named, asked }));
        Assert.That(ModelDirectories.Resolve(null, "", [start]), Is.EqualTo(new[] { found }));
        Assert.That(
            () => ModelDirectories.Resolve(Path.Combine(_models.Root, "gone"), null, [start]),
            Throws.InstanceOf<DirectoryNotFoundException>().With.Message.Contains("--models"));
    }
}
