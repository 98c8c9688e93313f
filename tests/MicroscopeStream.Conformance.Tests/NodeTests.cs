using MicroscopeStream.Conformance.Tests.Support;
using MicroscopeStream.Server.Hosting;

namespace MicroscopeStream.Conformance.Tests;

/// <summary>npm's @grpc/grpc-js (pure JavaScript) against the running service: node/conformance.mjs, one test per case.</summary>
public sealed class NodeTests
{
    private static readonly string[] Cases =
    [
        "all_methods", "cancel_after_begin", "cancel_after_first_response", "client_compressed_streaming", "custom_metadata", "empty_message",
        "empty_stream", "error_details", "health_check", "large_messages", "large_unary", "localizations", "ping_pong", "reflection",
        "server_streaming", "special_status_message", "status_code_and_message", "timeout_on_sleeping_server", "unimplemented_method",
    ];

    private CaseResults _results = null!;

    [OneTimeSetUp]
    public async Task Run()
    {
        string node = Tool.Find("node") ?? Ignored("node");
        string folder = await InstallAsync();
        try
        {
            await using MicroscopeStreamServer server = await MicroscopeStreamServer.StartAsync(new() { GrpcUrl = "http://127.0.0.1:0", HttpUrl = null });
            (_, string output, string error) = await Tool.RunAsync(
                node, [Path.Combine(folder, "conformance.mjs"), server.GrpcAddress.Authority, Tool.InRepository("protos")], folder);
            _results = new CaseResults(output, error);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void GrpcJs(string name) => _results.AssertPassed(name);

    // By the committed lock file, so that the client is the same one everywhere; without network there is nothing to test with.
    private static async Task<string> InstallAsync()
    {
        string npm = Tool.Find(OperatingSystem.IsWindows() ? "npm.cmd" : "npm") ?? Ignored("npm");
        string folder = Directory.CreateTempSubdirectory("mstream-node-").FullName;
        foreach (string file in new[] { "package.json", "package-lock.json", "conformance.mjs" })
        {
            File.Copy(Tool.InRepository("tests", "MicroscopeStream.Conformance.Tests", "node", file), Path.Combine(folder, file));
        }

        (int? exitCode, _, string error) = await Tool.RunAsync(npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder);
        if (exitCode != 0)
        {
            Directory.Delete(folder, recursive: true);
            Assert.Ignore($"@grpc/grpc-js could not be installed from the npm registry: {error}");
        }

        return folder;
    }

    private static string Ignored(string tool)
    {
        Assert.Ignore($"@grpc/grpc-js needs {tool}, which is not installed (Node 20).");
        return "";
    }
}
