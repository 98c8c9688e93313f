using MicroscopeStream.Conformance.Tests.Support;
using MicroscopeStream.Server.Hosting;

namespace MicroscopeStream.Conformance.Tests;

/// <summary>Debian's grpcio (C core) against the running service: python/conformance.py, one test per case.</summary>
public sealed class PythonTests
{
    private static readonly string[] Cases =
    [
        "all_methods", "cancel_after_begin", "cancel_after_first_response", "client_compressed_streaming", "client_compressed_unary",
        "concurrent_sessions", "custom_metadata", "empty_message", "empty_stream", "empty_unary", "error_details", "health_check", "health_watch",
        "large_messages", "large_unary", "localizations", "ping_pong", "reflection", "refused_frames", "server_streaming",
        "special_status_message", "status_code_and_message", "timeout_on_sleeping_server", "unimplemented_method", "unimplemented_service",
    ];

    private CaseResults _results = null!;

    [OneTimeSetUp]
    public async Task Run()
    {
        (string python, string stubs) = await PythonStubs.GenerateAsync();
        try
        {
            await using MicroscopeStreamServer server = await MicroscopeStreamServer.StartAsync(new() { GrpcUrl = "http://127.0.0.1:0", HttpUrl = null });
            string script = Tool.InRepository("tests", "MicroscopeStream.Conformance.Tests", "python", "conformance.py");
            (_, string output, string error) = await Tool.RunAsync(python, [script, server.GrpcAddress.Authority, stubs]);
            _results = new CaseResults(output, error);
        }
        finally
        {
            Directory.Delete(stubs, recursive: true);
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void Grpcio(string name) => _results.AssertPassed(name);
}
