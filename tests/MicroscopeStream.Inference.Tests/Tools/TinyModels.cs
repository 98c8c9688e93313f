using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace MicroscopeStream.Inference.Tests.Tools;

/// <summary>Model packages whose results are plain to see, written to a folder that goes with the object.</summary>
internal sealed class TinyModels : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("models-");

    public string Root => _root.FullName;

    /// <summary>Features are the frame times two; maps are the features of the window's frames, one channel each.</summary>
    public string TwoGraphs(
        string id = "two-graphs",
        int frames = 3,
        int target = 1,
        int multiple = 4,
        string missing = "zero-features",
        Action<JsonObject>? change = null)
    {
        byte[] frame = new OnnxModelBuilder()
            .Input("frame", 1, 1, -1, -1).Output("features", 1, 1, -1, -1).Weight("two", [1], [2])
            .Node("Mul", ["frame", "two"], "features").Build();
        var context = new OnnxModelBuilder();
        string[] names = [.. Enumerable.Range(0, frames).Select(i => $"f{i}")];
        foreach (string name in names)
        {
            context.Input(name, 1, 1, -1, -1);
        }

        byte[] joined = context.Output("maps", 1, frames, -1, -1).Node("Concat", names, "maps", ("axis", [1])).Build();
        var inputs = new JsonArray(
            [.. names.Select((name, i) => new JsonObject { ["name"] = name, ["is"] = "features", ["offset"] = i - target })]);
        var graphs = new JsonObject
        {
            ["frame"] = Graph("frame.onnx", new JsonArray(Tensor("frame", "frame")), new JsonArray(Tensor("features", "features"))),
            ["context"] = Graph("context.onnx", inputs, new JsonArray(Tensor("maps", "maps"))),
        };
        return Write(id, graphs, frames, target, multiple, missing, [.. names], change, ("frame.onnx", frame), ("context.onnx", joined));
    }

    /// <summary>One network; maps are the window's frames themselves, one channel each.</summary>
    public string OneGraph(string id = "one-graph", int frames = 3, int target = 1, int multiple = 1, Action<JsonObject>? change = null)
    {
        byte[] graph = new OnnxModelBuilder().Input("window", 1, frames, -1, -1).Output("maps", 1, frames, -1, -1)
            .Node("Identity", ["window"], "maps").Build();
        var graphs = new JsonObject
        {
            ["net"] = Graph("net.onnx", new JsonArray(Tensor("window", "window")), new JsonArray(Tensor("maps", "maps"))),
        };
        return Write(
            id,
            graphs,
            frames,
            target,
            multiple,
            "zero-frame",
            [.. Enumerable.Range(0, frames).Select(i => $"f{i}")],
            change,
            ("net.onnx", graph));
    }

    /// <summary>A network that spends its time on convolutions: <paramref name="depth"/> of 3×3 over 16 channels.</summary>
    public string Convolutions(string id, int depth)
    {
        var random = new Random(1);
        float[] Weights(int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) / 8)];
        OnnxModelBuilder graph = new OnnxModelBuilder().Input("frame", 1, 1, -1, -1).Output("maps", 1, 1, -1, -1)
            .Weight("first", [16, 1, 1, 1], Weights(16));
        graph.Node("Conv", ["frame", "first"], "c0");
        for (int i = 0; i < depth; i++)
        {
            graph.Weight($"w{i}", [16, 16, 3, 3], Weights(16 * 16 * 9))
                .Node("Conv", [$"c{i}", $"w{i}"], $"c{i + 1}", ("pads", [1, 1, 1, 1]));
        }

        byte[] bytes = graph.Weight("last", [1, 16, 1, 1], Weights(16)).Node("Conv", [$"c{depth}", "last"], "maps").Build();
        var graphs = new JsonObject
        {
            ["net"] = Graph("net.onnx", new JsonArray(Tensor("frame", "frame")), new JsonArray(Tensor("maps", "maps"))),
        };
        return Write(id, graphs, 1, 0, 1, "zero-frame", ["image"], null, ("net.onnx", bytes));
    }

    public string Write(
        string id, JsonObject graphs, int frames, int target, int multiple, string missing, string[] channels, Action<JsonObject>? change, params (string Name, byte[] Bytes)[] files)
    {
        string folder = Directory.CreateDirectory(Path.Combine(Root, id)).FullName;
        var sums = new JsonObject();
        foreach ((string name, byte[] bytes) in files)
        {
            File.WriteAllBytes(Path.Combine(folder, name), bytes);
            sums[name] = Convert.ToHexStringLower(SHA256.HashData(bytes));
        }

        var manifest = new JsonObject
        {
            ["id"] = id,
            ["version"] = "1.0.0",
            ["title"] = "for tests",
            ["task"] = "image",
            ["graphs"] = graphs,
            ["input"] = new JsonObject
            {
                ["frames"] = frames,
                ["target"] = target,
                ["missing_frame"] = missing,
                ["layout"] = "NCHW",
                ["element"] = "float32",
                ["size"] = new JsonObject { ["multiple"] = multiple, ["minimum"] = 4, ["maximum"] = 512, ["padding"] = "edge" },
                ["normalization"] = new JsonObject { ["kind"] = "photons", ["scope"] = "constant", ["offset"] = 0, ["scale"] = 1 },
            },
            ["output"] = new JsonObject
            {
                ["layout"] = "NCHW",
                ["channels"] = new JsonArray(
                    [.. channels.Select(channel => new JsonObject { ["name"] = channel, ["unit"] = "photons", ["scale"] = 1 })]),
            },
            ["domain"] = new JsonObject { ["pixel_size_nm"] = new JsonArray(80, 160), ["camera"] = new JsonArray("scmos") },
            ["provenance"] = new JsonObject { ["licence"] = "Apache-2.0", ["sha256"] = sums },
        };
        change?.Invoke(manifest);
        File.WriteAllText(Path.Combine(folder, "model.json"), manifest.ToJsonString());
        return folder;
    }

    public void Dispose() => _root.Delete(recursive: true);

    private static JsonObject Graph(string file, JsonArray inputs, JsonArray outputs) =>
        new() { ["file"] = file, ["inputs"] = inputs, ["outputs"] = outputs };

    private static JsonObject Tensor(string name, string kind) => new() { ["name"] = name, ["is"] = kind };
}
