using System.Text.Json;
using MicroscopeStream.Cli.Terminal;
using MicroscopeStream.Cli.Tests.Support;

namespace MicroscopeStream.Cli.Tests;

/// <summary>Lone networks become packages that are listed, verified and streamed through; what cannot be run is refused in words.</summary>
public sealed class ImportTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public async Task An_imported_network_is_listed_verified_and_streamed_through()
    {
        Outcome imported = await ImportAsync("unet4", "--id", "my-net", "--normalization", "percentile:3,99.8", "--licence", "MIT", "--json", "--sample", await Simulated.FramesAsync());
        Assert.That(imported.ExitCode, Is.Zero, imported.Error);
        Outcome verified = await Mstream.RunAsync("models", "verify", "my-net", "--models", _folder.Folder, "--frames", "3", "--json");
        Outcome streamed = await Mstream.RunAsync(
            "stream", await Simulated.FramesAsync(), "--task", "image", "--method", "my-net", "--models", _folder.Folder,
            "--camera", await Simulated.CameraAsync(), "--out", _folder.File("out"), "--json");

        Assert.That(verified.ExitCode, Is.Zero, verified.Out);
        Assert.That(streamed.ExitCode, Is.Zero, streamed.Error);
        Assert.That(streamed.Json.GetProperty("frames").GetProperty("processed").GetInt64(), Is.EqualTo(Simulated.Frames));
        Assert.That(Directory.GetFiles(_folder.File("out")).Select(Path.GetFileName), Is.SupersetOf(new[] { "superres.tif", "superres.png", "report.json" }));
        Assert.That(File.ReadAllText(_folder.File("my-net/MODEL_CARD.md")), Does.Contain("To fill in").And.Contain("percentile:3,99.8").And.Contain("MIT"));
    }

    [TestCase("smooth", 1, 1, 1, "NCHW", true)]
    [TestCase("unet4", 4, 1, 1, "NCHW", true)]
    [TestCase("finer2", 4, 2, 1, "NCHW", true)]
    [TestCase("three-frames", 4, 1, 3, "NCHW", true)]
    [TestCase("whole-frame", 1, 1, 1, "NCHW", false)]
    [TestCase("channels-last", 1, 1, 1, "NHWC", true)]
    public async Task What_a_network_takes_is_found_by_running_it(string network, int multiple, int upscale, int frames, string layout, bool tiles)
    {
        Outcome imported = await ImportAsync(network, "--normalization", "min-max", "--json");
        Assert.That(imported.ExitCode, Is.Zero, imported.Error);
        JsonElement manifest = Manifest(network);
        JsonElement input = manifest.GetProperty("input"), size = input.GetProperty("size");
        Assert.Multiple(() =>
        {
            Assert.That(size.GetProperty("multiple").GetInt32(), Is.EqualTo(multiple));
            Assert.That(manifest.GetProperty("output").GetProperty("upscale").GetInt32(), Is.EqualTo(upscale));
            Assert.That(input.GetProperty("frames").GetInt32(), Is.EqualTo(frames));
            Assert.That(input.GetProperty("layout").GetString(), Is.EqualTo(layout));
            Assert.That(size.TryGetProperty("overlap", out _), Is.EqualTo(tiles));
            Assert.That(imported.Json.GetProperty("seams").ValueKind, Is.EqualTo(tiles ? JsonValueKind.Number : JsonValueKind.Null));
        });
    }

    [Test]
    public async Task How_far_a_pixel_reaches_is_not_underestimated()
    {
        await ImportAsync("unet4", "--normalization", "min-max", "--json");

        // Strides of 2 and 2 with 3 × 3 kernels, up again by 2 × 2: by the architecture 3 px to one side and 5 to the other around cells of 4.
        Assert.That(Manifest("unet4").GetProperty("input").GetProperty("size").GetProperty("overlap").GetInt32(), Is.InRange(5, 12));
    }

    [Test]
    public async Task A_fixed_size_is_kept()
    {
        Outcome imported = await ImportAsync("fixed64", "--normalization", "min-max", "--json");
        Assert.That(imported.ExitCode, Is.Zero, imported.Error);
        Assert.That(
            Manifest("fixed64").GetProperty("input").GetProperty("size").GetProperty("fixed").EnumerateArray().Select(edge => edge.GetInt32()),
            Is.EqualTo(new[] { 64, 64 }));
    }

    [TestCase("channels-last-rgb", "channels first")]
    [TestCase("volume", "5 axes")]
    [TestCase("two-inputs", "2 inputs")]
    [TestCase("half-precision", "not float32")]
    [TestCase("labels", "makes no image")]
    [TestCase("not-finite", "not finite")]
    [TestCase("absent", "does not exist")]
    public async Task What_cannot_be_run_is_refused_in_words_and_leaves_nothing_behind(string network, string said)
    {
        Outcome refused = await ImportAsync(network, "--yes");
        Assert.Multiple(() =>
        {
            Assert.That(refused.ExitCode, Is.EqualTo(ExitCodes.BadInput));
            Assert.That(refused.Error, Does.Contain(said));
            Assert.That(Directory.GetFileSystemEntries(_folder.Folder), Is.Empty);
        });
    }

    [Test]
    public async Task Bytes_that_are_no_network_are_refused()
    {
        string file = _folder.Write("noise.onnx", "this is no network");
        Outcome refused = await Mstream.RunAsync("models", "import", file, "--out", _folder.Folder, "--yes");
        Assert.That(refused.ExitCode, Is.EqualTo(ExitCodes.BadInput));
        Assert.That(refused.Error, Does.Contain("no ONNX model"));
    }

    [Test]
    public async Task A_package_that_is_there_is_not_overwritten()
    {
        await ImportAsync("smooth", "--yes");
        Outcome again = await ImportAsync("smooth", "--yes");
        Assert.That(again.ExitCode, Is.EqualTo(ExitCodes.BadInput));
        Assert.That(again.Error, Does.Contain("there already"));
    }

    [TestCase("--normalization", "percentile:99,3")]
    [TestCase("--id", "My Net")]
    [TestCase("--frame-order", "phase")]
    [TestCase("--unit", "furlong")]
    public async Task Impossible_answers_are_usage_errors(string option, string value)
    {
        Outcome refused = await ImportAsync("smooth", option, value, "--yes");
        Assert.That(refused.ExitCode, Is.EqualTo(ExitCodes.Usage));
        Assert.That(refused.Error, Does.Contain(value));
    }

    [Test]
    public async Task A_person_is_asked_for_what_no_file_says()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var console = new MstreamConsole(output, error, input: new StringReader("asked-net\nmin-max\nSmooths.\nMIT\n"));
        int code = await MstreamCommand.InvokeAsync(["models", "import", Network("smooth"), "--out", _folder.Folder], console);

        Assert.That(code, Is.Zero, error.ToString());
        JsonElement manifest = Manifest("asked-net");
        Assert.Multiple(() =>
        {
            Assert.That(manifest.GetProperty("title").GetString(), Is.EqualTo("Smooths."));
            Assert.That(manifest.GetProperty("provenance").GetProperty("licence").GetString(), Is.EqualTo("MIT"));
            Assert.That(manifest.GetProperty("input").GetProperty("normalization").GetProperty("kind").GetString(), Is.EqualTo("min-max"));
            Assert.That(error.ToString(), Does.Contain("licence").And.Not.Contain("Assumed"));
        });
    }

    [Test]
    public async Task Where_nobody_is_asked_each_assumption_is_told()
    {
        Outcome imported = await ImportAsync("smooth", "--yes");
        Assert.That(imported.Error, Does.Contain("Assumed: percentile:3,99.8 (--normalization says otherwise)"));
    }

    private static string Network(string name)
    {
        string? folder = TestContext.CurrentContext.TestDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "MicroscopeStream.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return Path.Combine(folder ?? throw new AssertionException("The tests do not run inside a clone."), "tests", "models", name + ".onnx");
    }

    private Task<Outcome> ImportAsync(string network, params string[] options) =>
        Mstream.RunAsync(["models", "import", Network(network), "--out", _folder.Folder, .. options]);

    private JsonElement Manifest(string id) => JsonDocument.Parse(File.ReadAllText(_folder.File($"{id}/model.json"))).RootElement;
}
