namespace MicroscopeStream.Inference.Packages.Onnx;

/// <summary>What an <c>.onnx</c> file says about itself.</summary>
/// <param name="IrVersion">Version of the file format.</param>
/// <param name="OpsetVersion">Version of the standard operators; 0 where the file does not say.</param>
/// <param name="Producer">Who wrote the file, or empty.</param>
/// <param name="Inputs">Inputs that must be fed (weights left out).</param>
/// <param name="Outputs">Outputs.</param>
/// <param name="Metadata">Free text by key.</param>
public sealed record OnnxGraphInfo(
    long IrVersion,
    long OpsetVersion,
    string Producer,
    IReadOnlyList<OnnxTensorInfo> Inputs,
    IReadOnlyList<OnnxTensorInfo> Outputs,
    IReadOnlyDictionary<string, string> Metadata);

/// <summary>One input or output.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ElementType">ONNX's number for the element type: 1 float32, 10 float16, 7 int64, …; 0 where it is no tensor.</param>
/// <param name="Shape">Lengths of the axes: a number, or −1 where it is free; null where even the number of axes is unknown.</param>
public sealed record OnnxTensorInfo(string Name, int ElementType, IReadOnlyList<long>? Shape)
{
    /// <summary>ONNX's number for float32.</summary>
    public const int Float32 = 1;

    /// <summary>Name and shape, for messages.</summary>
    public override string ToString() =>
        $"{Name}[{(Shape is null ? "…" : string.Join(", ", Shape).Replace("-1", "?", StringComparison.Ordinal))}]";
}
