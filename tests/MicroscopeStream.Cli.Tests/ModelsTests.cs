using System.Text.Json;
using MicroscopeStream.Cli.Tests.Support;

namespace MicroscopeStream.Cli.Tests;

public sealed class ModelsTests
{
    private const string Model = "decode-2d-small";

    [Test]
    public async Task List_is_an_array_with_id_task_and_version()
    {
        Outcome listed = await Mstream.RunAsync("models", "list", "--json");

        Assert.That(listed.ExitCode, Is.Zero, listed.Error);
        JsonElement model = listed.Json.EnumerateArray().Single(m => m.GetProperty("id").GetString() == Model);
        Assert.That(model.GetProperty("task").GetString(), Is.EqualTo("localization"));
        Assert.That(model.GetProperty("version").GetString(), Does.Match(@"^\d+\.\d+\.\d+"));
    }

    [Test]
    public async Task Describe_shows_domain_figures_and_card()
    {
        Outcome text = await Mstream.RunAsync("models", "describe", Model);
        JsonElement json = (await Mstream.RunAsync("models", "describe", Model, "--json")).Json;

        Assert.That(text.ExitCode, Is.Zero, text.Error);
        Assert.That(text.Out, Does.Contain("Trained for:").And.Contain("pixel size").And.Contain("nm"));
        Assert.That(json.GetProperty("package").GetProperty("domain").GetProperty("pixel_size_nm").GetArrayLength(), Is.EqualTo(2));
        Assert.That(json.GetProperty("model").GetProperty("id").GetString(), Is.EqualTo(Model));
    }

    [Test]
    public async Task Verify_runs_the_networks_and_times_a_frame()
    {
        Outcome verified = await Mstream.RunAsync("models", "verify", Model, "--frames", "10", "--json");

        Assert.That(verified.ExitCode, Is.Zero, verified.Out + verified.Error);
        JsonElement result = verified.Json.EnumerateArray().Single();
        Assert.That(result.GetProperty("ok").GetBoolean(), Is.True);
        Assert.That(result.GetProperty("ms_per_frame").GetDouble(), Is.Positive);
        Assert.That(result.GetProperty("provider").GetProperty("used").GetString(), Is.EqualTo("cpu").Or.EqualTo("cuda"));
    }

    [Test]
    public async Task A_model_that_is_not_there_is_code_3_with_those_that_are()
    {
        Outcome unknown = await Mstream.RunAsync("models", "describe", "nope");

        Assert.That(unknown.ExitCode, Is.EqualTo(ExitCodes.BadInput));
        Assert.That(unknown.Error, Does.Contain("nope").And.Contain(Model));
    }

    [Test]
    public async Task A_broken_folder_hides_no_other_and_fails_verification_with_its_reason()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("broken"));
        folder.Write("broken/model.json", "{ \"id\": \"broken\"");

        Outcome listed = await Mstream.RunAsync("models", "list", "--models", folder.Folder, "--json");
        Outcome verified = await Mstream.RunAsync("models", "verify", "--models", folder.Folder, "--json");

        Assert.That((listed.ExitCode, listed.Json.GetArrayLength()), Is.EqualTo((0, 0)));
        Assert.That(listed.Error, Does.Contain("model.json"));
        Assert.That(verified.ExitCode, Is.EqualTo(ExitCodes.BadInput));
        JsonElement result = verified.Json.EnumerateArray().Single();
        Assert.That((result.GetProperty("id").GetString(), result.GetProperty("ok").GetBoolean()), Is.EqualTo(("broken", false)));
        Assert.That(result.GetProperty("problems").GetArrayLength(), Is.Positive);
    }

    [Test]
    public async Task A_changed_network_is_found_by_its_sum()
    {
        using var folder = new TemporaryFolder();
        JsonElement listed = (await Mstream.RunAsync("models", "list", "--json")).Json;
        string source = listed.EnumerateArray().Single(m => m.GetProperty("id").GetString() == Model).GetProperty("folder").GetString()!;
        string copy = Directory.CreateDirectory(folder.File(Model)).FullName;
        foreach (string file in Directory.GetFiles(source))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        string network = Directory.GetFiles(copy, "*.onnx").Order().First();
        byte[] bytes = await File.ReadAllBytesAsync(network);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(network, bytes);

        Outcome verified = await Mstream.RunAsync("models", "verify", "--models", folder.Folder, "--json");

        Assert.That(verified.ExitCode, Is.EqualTo(ExitCodes.BadInput));
        Assert.That(verified.Out, Does.Contain(Path.GetFileName(network)));
    }
}
