using MicroscopeStream.Conformance.Tests.Support;

namespace MicroscopeStream.EndToEnd.Tests;

/// <summary>
/// The web viewer in Debian's Chromium, driven by playwright-core, against `mstream serve` and `mstream stream` as processes of their
/// own: browser/viewer.mjs, one test per case.
/// </summary>
public sealed class ViewerTests
{
    private static readonly string[] Cases =
    [
        "accessible", "contrast_and_colours", "depth_and_time_colours", "first_picture", "image_network", "keyboard", "living_sample", "model_card", "no_session_yet", "no_webgl", "overload_of_one_viewer",
        "reconnects", "records_localizations", "session_ends", "shows_everything", "stale_token", "structured_illumination", "two_viewers", "vanished_session",
        "wrong_message_from_service", "wrong_message_to_service", "zoom_asks_for_part",
    ];

    private CaseResults _results = null!;

    [OneTimeSetUp]
    public async Task Run()
    {
        string chromium = Chromium() ?? Ignored("Chromium", "install Debian's package chromium, or name the program with CHROMIUM");
        string node = Tool.Find("node") ?? Ignored("node", "install Node 20");
        string script = Tool.InRepository("tests", "MicroscopeStream.EndToEnd.Tests", "browser");
        string npmCi = Tool.InRepository("eng", "npm-ci.mjs");
        (int? installed, _, string reason) = await Tool.RunAsync(node, [npmCi, script, "playwright-core and axe-core"], script);
        if (installed != 0)
        {
            Assert.Ignore($"playwright-core could not be installed from the npm registry: {reason}");
        }

        string mstream = Path.Combine(AppContext.BaseDirectory, "mstream.dll");
        (_, string output, string error) = await Tool.RunAsync(
            node, [Path.Combine(script, "viewer.mjs"), chromium, mstream, Environment.GetEnvironmentVariable("SCREENSHOTS") ?? ""], script, TimeSpan.FromMinutes(8));
        _results = new CaseResults(output, error + output);
    }

    [TestCaseSource(nameof(Cases))]
    public void Viewer(string name) => _results.AssertPassed(name);

    private static string? Chromium() => Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } named
        ? named
        : Tool.Find("chromium") ?? Tool.Find("chromium-browser") ?? Tool.Find("google-chrome");

    private static string Ignored(string what, string remedy)
    {
        Assert.Ignore($"The viewer's tests need {what}, which is not installed: {remedy}.");
        return "";
    }
}
