using System.Security.Cryptography;
using System.Text.Json;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Packages.Onnx;
using MicroscopeStream.Inference.Windows;

namespace MicroscopeStream.Inference.Importing;

/// <summary>
/// Makes a model package of a lone <c>.onnx</c> file: reads what it declares, finds out by running it what it does not, tries it on
/// frames, and writes <c>model.json</c> and a card to fill in. A network that cannot be run leaves nothing behind.
/// </summary>
public static class ModelImporter
{
    /// <summary>No network is near it.</summary>
    private const long MostBytes = 2L << 30;

    private const string GraphFile = "network.onnx";

    /// <summary>Imports a network.</summary>
    /// <param name="file">The <c>.onnx</c> file; it is copied, not moved.</param>
    /// <param name="models">Folder of model packages; the new one becomes a folder in it, named by its id.</param>
    /// <param name="choices">What is known of it.</param>
    /// <param name="sample">Frames to try it on.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Looked at between runs of the network.</param>
    /// <exception cref="ImportRefusedException">It cannot be run, or fails on the frames; the message says why.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read or written.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; nothing was written.</exception>
    public static async Task<ImportReport> ImportAsync(
        string file, string models, ImportChoices choices, SampleFrames sample, TimeProvider time, CancellationToken cancellationToken)
    {
        (byte[] bytes, OnnxGraphInfo graph) = Read(file);
        GraphSignature signature = GraphSignature.Read(graph, choices);
        GraphProbe.Sizes sizes;
        int? reach;
        using (var probe = new GraphProbe(file, bytes, signature))
        {
            sizes = probe.FindSizes(cancellationToken);
            reach = probe.FindReach(sizes, cancellationToken);
        }

        string target = Path.Combine(Path.GetFullPath(models), choices.Id);
        if (Directory.Exists(target))
        {
            throw new ImportRefusedException($"{target} is there already. Choose another name with --id, or remove it first.");
        }

        ModelManifest manifest = Manifest(signature, sizes, Overlap(reach, sizes), choices, file, bytes);

        // Tried where nobody looks for models; only a package that passed takes its place among them.
        string draft = Path.Combine(Path.GetFullPath(models), $".import-{Guid.NewGuid():n}");
        try
        {
            Directory.CreateDirectory(draft);
            await File.WriteAllBytesAsync(Path.Combine(draft, GraphFile), bytes, cancellationToken).ConfigureAwait(false);
            Write(draft, manifest);
            var trial = new ImportTrial(sample, time);
            (ImportSample tried, IReadOnlyList<string> warnings) = await trial.RunAsync(Load(draft), cancellationToken).ConfigureAwait(false);
            if (tried.Seams > ImportTrial.MostSeams)
            {
                manifest = manifest with { Input = manifest.Input with { Size = manifest.Input.Size with { Overlap = null } } };
                Write(draft, manifest);
            }

            await File.WriteAllTextAsync(
                Path.Combine(draft, "MODEL_CARD.md"), CardText.Of(manifest, tried, warnings), cancellationToken).ConfigureAwait(false);
            Directory.Move(draft, target);
            return new ImportReport(target, Findings(graph, signature, sizes, manifest), warnings, tried);
        }
        finally
        {
            if (Directory.Exists(draft))
            {
                Directory.Delete(draft, recursive: true);
            }
        }
    }

    /// <summary>What a file declares, before anything is asked or run: frames of a window, and the only size it takes (null: any).</summary>
    /// <param name="file">The <c>.onnx</c> file.</param>
    /// <param name="choices">What is known of it.</param>
    /// <exception cref="ImportRefusedException">It cannot be run whatever the answers are.</exception>
    public static (int Frames, (int Height, int Width)? Fixed) Look(string file, ImportChoices choices)
    {
        GraphSignature signature = GraphSignature.Read(Read(file).Graph, choices);
        return (signature.Frames, signature.Fixed);
    }

    private static (byte[] Bytes, OnnxGraphInfo Graph) Read(string file)
    {
        var info = new FileInfo(file);
        if (!info.Exists)
        {
            throw new ImportRefusedException($"{file} does not exist. Check the path.");
        }

        if (info.Length > MostBytes)
        {
            throw new ImportRefusedException($"{file} has {info.Length} bytes; at most {MostBytes} are read.");
        }

        byte[] bytes = File.ReadAllBytes(file);
        try
        {
            return (bytes, OnnxGraphReader.Read(bytes));
        }
        catch (InvalidDataException broken)
        {
            throw new ImportRefusedException($"{file} is no ONNX model: {broken.Message}. Export the network again.", broken);
        }
    }

    // What was seen on noise may be less than there is: one stride more on every side costs little.
    private static int? Overlap(int? reach, GraphProbe.Sizes sizes) => reach is { } seen ? seen + sizes.Multiple : null;

    private static ModelManifest Manifest(
        GraphSignature signature, GraphProbe.Sizes sizes, int? overlap, ImportChoices choices, string file, byte[] bytes)
    {
        bool oneFrame = signature.Frames == 1;
        return new ModelManifest
        {
            Id = choices.Id,
            Version = "0.1.0",
            Title = choices.Title,
            Task = choices.Task,
            Graphs = new Dictionary<string, ModelGraph>
            {
                ["network"] = new()
                {
                    File = GraphFile,
                    Role = oneFrame ? "one frame to one image" : $"{signature.Frames} frames to one image",
                    Inputs = [new GraphInput { Name = signature.Input, Is = oneFrame ? GraphInputKind.Frame : GraphInputKind.Window }],
                    Outputs = [new GraphOutput { Name = signature.Output, Is = GraphOutputKind.Maps }],
                },
            },
            Input = new ModelInput
            {
                Frames = signature.Frames,
                Target = choices.Target ?? (choices.FrameOrder == ModelFrameOrder.Time ? signature.Frames / 2 : signature.Frames - 1),
                Layout = signature.Layout,
                Element = "float32",
                Size = new ModelSize
                {
                    Multiple = sizes.Multiple,
                    Minimum = sizes.Minimum,
                    Fixed = signature.Fixed is { } shape ? [shape.Height, shape.Width] : null,
                    Overlap = overlap,
                },
                FrameOrder = choices.FrameOrder,
                Phases = choices.Phases,
                Normalization = choices.Normalization,
            },
            Output = new ModelOutput
            {
                Layout = signature.Layout,
                Upscale = sizes.Upscale,
                Channels = [.. Enumerable.Range(0, sizes.Channels).Select(
                    i => new ModelChannel { Name = i == 0 ? "intensity" : $"channel_{i + 1}", Unit = choices.Unit })],
            },
            Domain = new ModelDomain { PixelSizeNm = choices.PixelSizeNm, Structures = choices.Structures },
            Provenance = new ModelProvenance
            {
                Licence = choices.Licence,
                Recipe = $"imported from {Path.GetFileName(file)}",
                Sha256 = new Dictionary<string, string> { [GraphFile] = Convert.ToHexStringLower(SHA256.HashData(bytes)) },
            },
        };
    }

    private static void Write(string folder, ModelManifest manifest) => File.WriteAllText(
        Path.Combine(folder, ModelPackageLoader.ManifestName), JsonSerializer.Serialize(manifest, ModelJson.Default.ModelManifest) + "\n");

    private static ModelPackage Load(string folder)
    {
        try
        {
            ModelPackage package = ModelPackageLoader.Load(folder);
            _ = NetworkPlan.For(package, images: true);
            return package;
        }
        catch (ModelPackageException fault)
        {
            // Folders of drafts mean nothing to anyone.
            throw new ImportRefusedException(string.Join(' ', fault.Problems.Select(one => $"{one.Field} {one.Message} {one.Remedy}".Trim())), fault);
        }
    }

    private static List<string> Findings(OnnxGraphInfo graph, GraphSignature signature, GraphProbe.Sizes sizes, ModelManifest manifest)
    {
        string by = graph.Producer.Length > 0 ? $"written by {graph.Producer}, " : "";
        ModelSize size = manifest.Input.Size;
        return
        [
            $"{by}opset {graph.OpsetVersion}: input {signature.Input}, output {signature.Output}, {signature.Layout}",
            ModelFrameOrder.IsReconstruction(manifest.Input.FrameOrder) ? $"a reconstruction and the widefield image in ({manifest.Input.FrameOrder}), on the finer grid"
                : signature.Frames == 1 ? "one frame in" : $"{signature.Frames} frames in, the image is that of frame {manifest.Input.Target + 1}",
            $"image {sizes.Upscale} × as fine as the frames" + (sizes.Channels > 1 ? $", {sizes.Channels} channels, of which the first is shown" : ""),
            size.Fixed is { } only ? $"frames of {only[0]} × {only[1]} px only (height × width)"
                : $"any size from {size.Minimum} px in multiples of {size.Multiple} (frames are padded)",
            size.Overlap is { } overlap ? $"a pixel reaches {overlap} px: large frames run in tiles that overlap by that"
                : "how far a pixel reaches was not found: frames run in one piece",
            $"normalization {NormalizationText.Of(manifest.Input.Normalization)}",
        ];
    }
}
