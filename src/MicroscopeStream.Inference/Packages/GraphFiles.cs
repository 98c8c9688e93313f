using System.Security.Cryptography;
using MicroscopeStream.Inference.Packages.Onnx;

namespace MicroscopeStream.Inference.Packages;

/// <summary>Finds, checks and describes the graph files of a package.</summary>
internal static class GraphFiles
{
    /// <summary>No network of this kind is near it; a file that claims to be is a mistake or an attack.</summary>
    private const long MaximumBytes = 2L << 30;

    /// <summary>Reads one graph; null, with a problem noted, when that cannot be done.</summary>
    public static OnnxGraphInfo? Read(
        string folder,
        string name,
        ModelGraph graph,
        string expectedHash,
        List<ModelPackageProblem> problems,
        CancellationToken cancellationToken)
    {
        string path = Path.Combine(folder, graph.File);
        string field = $"graphs.{name}.file";
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            problems.Add(new(path, field, "does not exist.", "Copy it into the model's folder, or mend the name."));
            return null;
        }

        if (!StaysInside(folder, path))
        {
            const string Remedy = "Put the file itself into the folder; links to elsewhere are refused.";
            problems.Add(new(path, field, "leads out of the model's folder.", Remedy));
            return null;
        }

        if (file.Length > MaximumBytes)
        {
            problems.Add(new(path, field, $"has {file.Length} bytes.", $"At most {MaximumBytes} are read."));
            return null;
        }

        cancellationToken.ThrowIfCancellationRequested();
        byte[] bytes = File.ReadAllBytes(path);
        string hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (hash != expectedHash)
        {
            // Refused before anything parses it: the runtime's own parser never sees bytes that nobody vouched for.
            problems.Add(new(
                path,
                $"provenance.sha256.{graph.File}",
                $"is {expectedHash}, but the file's is {hash}.",
                "The file is damaged or was replaced: copy it again, or state the new sum if you trust it."));
            return null;
        }

        try
        {
            return OnnxGraphReader.Read(bytes);
        }
        catch (InvalidDataException broken)
        {
            problems.Add(new(path, field, $"is no ONNX model: {broken.Message}.", "Export the network again."));
            return null;
        }
    }

    /// <summary>Compares what the file holds with what the manifest says of it.</summary>
    public static IEnumerable<ModelPackageProblem> Compare(
        string path, string name, ModelGraph said, OnnxGraphInfo real, ModelManifest manifest)
    {
        IEnumerable<ModelPackageProblem> Side(
            string side, IEnumerable<(string Name, long[]? Shape)> named, IReadOnlyList<OnnxTensorInfo> held)
        {
            int index = 0;
            foreach ((string wanted, long[]? shape) in named)
            {
                string field = $"graphs.{name}.{side}[{index++}]";
                OnnxTensorInfo? tensor = held.FirstOrDefault(one => one.Name == wanted);
                if (tensor is null)
                {
                    yield return new(
                        path,
                        $"{field}.name",
                        $"is \"{wanted}\", which the network does not have.",
                        $"Its {side} are {string.Join(", ", held)}.");
                }
                else if (tensor.ElementType != OnnxTensorInfo.Float32)
                {
                    yield return new(
                        path,
                        $"{field}.name",
                        $"names {tensor}, which is not float32.",
                        "Export the network with float32 inputs and outputs.");
                }
                else if (shape is not null && tensor.Shape is not null && !Fits(shape, tensor.Shape))
                {
                    yield return new(
                        path,
                        $"{field}.is",
                        $"needs the shape [{string.Join(", ", shape).Replace("-1", "any", StringComparison.Ordinal)}], but the network has {tensor}.",
                        "Mend the manifest, or export the network with that shape.");
                }
            }
        }

        ModelSize size = manifest.Input.Size;
        (long height, long width) = size.Fixed is null ? (-1L, -1L) : (size.Fixed[0], size.Fixed[1]);
        long[]? ShapeOf(GraphInput input) => input.Is switch
        {
            GraphInputKind.Frame => Ordered(manifest.Input.Layout, 1, height, width),
            GraphInputKind.Window => Ordered(manifest.Input.Layout, manifest.Input.Frames, height, width),
            GraphInputKind.State => [1, input.Channels, Math.Max(-1, height / input.Stride), Math.Max(-1, width / input.Stride)],
            _ => null,
        };

        foreach (ModelPackageProblem problem in Side("inputs", said.Inputs.Select(input => (input.Name, ShapeOf(input))), real.Inputs))
        {
            yield return problem;
        }

        long[] maps = Ordered(manifest.Output.Layout, manifest.Output.Channels.Count, -1, -1);
        var outputs = said.Outputs.Select(output => (output.Name, output.Is == GraphOutputKind.Maps ? maps : null));
        foreach (ModelPackageProblem problem in Side("outputs", outputs, real.Outputs))
        {
            yield return problem;
        }

        foreach (OnnxTensorInfo input in real.Inputs.Where(input => said.Inputs.All(one => one.Name != input.Name)))
        {
            yield return new(path, $"graphs.{name}.inputs", $"do not mention {input}, which the network needs.", "Add it.");
        }
    }

    private static long[] Ordered(string layout, long channels, long height, long width) =>
        layout == Windows.NetworkPlan.Nhwc ? [1, height, width, channels] : [1, channels, height, width];

    private static bool Fits(long[] wanted, IReadOnlyList<long> held) =>
        wanted.Length == held.Count && wanted.Zip(held).All(pair => pair.First < 0 || pair.Second < 0 || pair.First == pair.Second);

    /// <summary>Whether a file lies in a folder, links followed.</summary>
    public static bool StaysInside(string folder, string path)
    {
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar;
        string full = Path.GetFullPath(path);
        string real = new FileInfo(full).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? full;
        return full.StartsWith(root, StringComparison.Ordinal) && real.StartsWith(root, StringComparison.Ordinal);
    }
}
