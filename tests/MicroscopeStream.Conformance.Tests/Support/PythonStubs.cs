namespace MicroscopeStream.Conformance.Tests.Support;

/// <summary>What protoc makes for Python, by the command that src/clients/python/README.md documents.</summary>
internal static class PythonStubs
{
    /// <summary>Generates the stubs and the descriptor set into a new temporary folder; ignores the test when a tool is missing.</summary>
    /// <returns>The interpreter and the folder.</returns>
    public static async Task<(string Python, string Folder)> GenerateAsync()
    {
        string? python = await Tool.FindPythonAsync();
        string? protoc = Tool.Find("protoc");
        string? plugin = Tool.Find("grpc_python_plugin");
        if (python is null || protoc is null || plugin is null)
        {
            Assert.Ignore(
                "Python's gRPC client is not installed: "
                + $"{(python is null ? "python3 with grpcio (Debian: python3-grpcio) " : "")}{(protoc is null ? "protoc (protobuf-compiler) " : "")}"
                + $"{(plugin is null ? "grpc_python_plugin (protobuf-compiler-grpc) " : "")}is missing.");
        }

        string folder = Directory.CreateTempSubdirectory("mstream-python-").FullName;
        string protos = Tool.InRepository("protos");
        string[] ours = [.. Directory.EnumerateFiles(Path.Combine(protos, "microscopestream", "v1"), "*.proto"), Path.Combine(protos, "google", "rpc", "status.proto")];
        await ProtocAsync(protoc!, [$"-I{protos}", $"--python_out={folder}", $"--grpc_python_out={folder}", $"--plugin=protoc-gen-grpc_python={plugin}", .. ours]);
        string[] all = [.. Directory.EnumerateFiles(protos, "*.proto", SearchOption.AllDirectories)];
        await ProtocAsync(protoc!, [$"-I{protos}", "--include_imports", $"--descriptor_set_out={Path.Combine(folder, "contract.pb")}", .. all]);
        return (python!, folder);
    }

    private static async Task ProtocAsync(string protoc, string[] arguments)
    {
        (int? exitCode, _, string error) = await Tool.RunAsync(protoc, arguments);
        Assert.That(exitCode, Is.Zero, error);
    }
}
