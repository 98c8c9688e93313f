using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MicroscopeStream.Inference.Packages;

namespace MicroscopeStream.Pipeline.Tests.Support;

/// <summary>Packages around the small networks of tests/models, in a folder that goes with the object.</summary>
internal sealed class TestModels : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("test-models-");

    /// <summary>A package of the task image, changed as wanted.</summary>
    public ModelPackage Load(string network, Action<JsonObject>? change = null)
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(Repository.Root, "tests", "models", network + ".onnx"));
        string folder = _root.CreateSubdirectory($"{network}-{Guid.NewGuid():n}").FullName;
        File.WriteAllBytes(Path.Combine(folder, "network.onnx"), bytes);
        var manifest = new JsonObject
        {
            ["id"] = network,
            ["version"] = "1.0.0",
            ["title"] = "for tests",
            ["task"] = "image",
            ["graphs"] = new JsonObject
            {
                ["network"] = new JsonObject
                {
                    ["file"] = "network.onnx",
                    ["inputs"] = new JsonArray(new JsonObject { ["name"] = "x", ["is"] = "frame" }),
                    ["outputs"] = new JsonArray(new JsonObject { ["name"] = "y", ["is"] = "maps" }),
                },
            },
            ["input"] = new JsonObject
            {
                ["frames"] = 1,
                ["target"] = 0,
                ["layout"] = "NCHW",
                ["element"] = "float32",
                ["size"] = new JsonObject { ["multiple"] = 4, ["minimum"] = 8, ["overlap"] = 12 },
                ["normalization"] = new JsonObject { ["kind"] = "photons" },
            },
            ["output"] = new JsonObject { ["layout"] = "NCHW", ["channels"] = new JsonArray(new JsonObject { ["name"] = "intensity", ["unit"] = "photons" }) },
            ["domain"] = new JsonObject { ["photons"] = new JsonArray(1, 1000) },
            ["provenance"] = new JsonObject
            {
                ["licence"] = "Apache-2.0",
                ["sha256"] = new JsonObject { ["network.onnx"] = Convert.ToHexStringLower(SHA256.HashData(bytes)) },
            },
        };
        change?.Invoke(manifest);
        File.WriteAllText(Path.Combine(folder, "model.json"), manifest.ToJsonString());
        return ModelPackageLoader.Load(folder);
    }

    public void Dispose() => _root.Delete(recursive: true);
}
