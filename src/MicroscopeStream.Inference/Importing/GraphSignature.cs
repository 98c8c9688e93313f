using MicroscopeStream.Inference.Packages.Onnx;
using MicroscopeStream.Inference.Windows;

namespace MicroscopeStream.Inference.Importing;

/// <summary>One image input and one image output of a network, as its file declares them.</summary>
/// <param name="Input">Name of the input.</param>
/// <param name="Output">Name of the output.</param>
/// <param name="Layout">NCHW or NHWC.</param>
/// <param name="Frames">Channels of the input.</param>
/// <param name="Fixed">The only height and width; null: free.</param>
internal sealed record GraphSignature(string Input, string Output, string Layout, int Frames, (int Height, int Width)? Fixed)
{
    private const string Nchw = "NCHW";

    /// <summary>More channels than this on an axis are rows or columns.</summary>
    private const int MostChannels = 64;

    /// <summary>Reads it off a file's own declarations.</summary>
    /// <exception cref="ImportRefusedException">This is no network that makes an image of frames.</exception>
    public static GraphSignature Read(OnnxGraphInfo graph, ImportChoices choices)
    {
        if (graph.Inputs.Count != 1)
        {
            throw new ImportRefusedException(
                $"The network has {graph.Inputs.Count} inputs ({string.Join(", ", graph.Inputs)}); one that takes frames can be imported. "
                + (graph.Inputs.Count > 1
                    ? "If the others are states or constants, export it with those inside; a two-graph package is written by hand (model.schema.json)."
                    : "Export it with its frames as input."));
        }

        OnnxTensorInfo input = graph.Inputs[0];
        OnnxTensorInfo output = choices.Output is null && graph.Outputs.Count == 1 ? graph.Outputs[0]
            : graph.Outputs.FirstOrDefault(one => one.Name == choices.Output)
            ?? throw new ImportRefusedException(
                $"Say with --output which of the network's outputs is the image: {string.Join(", ", graph.Outputs)}.");
        foreach (OnnxTensorInfo tensor in (OnnxTensorInfo[])[input, output])
        {
            ThrowIfNoImage(tensor);
        }

        string layout = choices.Layout ?? LayoutOf(input.Shape!);
        if (layout is not (Nchw or NetworkPlan.Nhwc))
        {
            throw new ImportRefusedException($"The layout is {layout}; it can be NCHW (channels first) or NHWC (channels last).");
        }

        bool last = layout == NetworkPlan.Nhwc;
        (long channels, long height, long width) = (input.Shape![last ? 3 : 1], input.Shape[last ? 1 : 2], input.Shape[last ? 2 : 3]);
        if (input.Shape[0] > 1)
        {
            throw new ImportRefusedException($"{input} takes {input.Shape[0]} windows at once; export it with a batch of 1, or a free one.");
        }

        int frames = FramesOf(input, channels, choices);
        if (last && frames > 1)
        {
            throw new ImportRefusedException(
                $"{input} has its {frames} channels last, as Keras writes them. Channels last run for one frame only: "
                + "export it with channels first (tf2onnx: --inputs-as-nchw and --outputs-as-nchw).");
        }

        return (height > 0) != (width > 0)
            ? throw new ImportRefusedException($"{input} fixes one of height and width and not the other; export it with both free.")
            : new GraphSignature(input.Name, output.Name, layout, frames, height > 0 ? ((int)height, (int)width) : null);
    }

    private static void ThrowIfNoImage(OnnxTensorInfo tensor)
    {
        if (tensor.ElementType != OnnxTensorInfo.Float32)
        {
            throw new ImportRefusedException($"{tensor} is not float32. Export the network with float32 inputs and outputs.");
        }

        if (tensor.Shape is { Count: not 4 } shape)
        {
            throw new ImportRefusedException(
                $"{tensor} has {shape.Count} axes; images have four: batch, channels, height, width. " + (shape.Count switch
                {
                    5 => "This seems to be a network of volumes: export it for single planes, or with the planes as channels.",
                    2 => "This seems to be a network that classifies or measures: it makes no image.",
                    _ => "Export it with a batch axis of 1 and a channel axis.",
                }));
        }

        if (tensor.Shape is null)
        {
            throw new ImportRefusedException($"{tensor} does not state its axes. Export the network with shapes (onnx.shape_inference can add them).");
        }
    }

    private static string LayoutOf(IReadOnlyList<long> shape)
    {
        bool first = shape[1] is > 0 and <= MostChannels, last = shape[3] is > 0 and <= MostChannels;
        return !first && last ? NetworkPlan.Nhwc : first && last && shape[3] < shape[1] && shape[2] == shape[1] ? NetworkPlan.Nhwc : Nchw;
    }

    private static int FramesOf(OnnxTensorInfo input, long channels, ImportChoices choices)
    {
        if (channels > 0 && choices.Frames is { } said && said != channels)
        {
            throw new ImportRefusedException($"{input} takes {channels} frames, not {said}. Leave --frames out.");
        }

        long frames = channels > 0 ? channels : choices.Frames
            ?? throw new ImportRefusedException($"{input} leaves open how many frames it takes. Say it with --frames.");
        return frames <= MostChannels
            ? (int)frames
            : throw new ImportRefusedException($"{input} takes {frames} channels; windows hold at most {MostChannels} frames.");
    }
}
