using System.Text.Json.Serialization;

namespace MicroscopeStream.Inference.Packages;

/// <summary>One network of a package.</summary>
public sealed record ModelGraph
{
    /// <summary>Name of the <c>.onnx</c> file in the package's folder.</summary>
    public required string File { get; init; }

    /// <summary>What the network does, for people.</summary>
    public string Role { get; set; } = "";

    /// <summary>Inputs, by their names in the file.</summary>
    public required IReadOnlyList<GraphInput> Inputs { get; init; }

    /// <summary>Outputs, by their names in the file.</summary>
    public required IReadOnlyList<GraphOutput> Outputs { get; init; }
}

/// <summary>One input of a network.</summary>
public sealed record GraphInput
{
    /// <summary>Name in the file.</summary>
    public required string Name { get; init; }

    /// <summary>What is fed to it.</summary>
    public required GraphInputKind Is { get; init; }

    /// <summary>Of which frame, relative to the window's target: −1 is the frame before.</summary>
    public int Offset { get; init; }

    /// <summary>Features: which output of the per-frame network; null where it has only one. State: which output comes back here.</summary>
    public string? From { get; init; }

    /// <summary>State: its channels; 0 otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Channels { get; init; }

    /// <summary>State: frame pixels per element along one axis; 1 otherwise.</summary>
    public int Stride { get; set; } = 1;
}

/// <summary>One output of a network.</summary>
public sealed record GraphOutput
{
    /// <summary>Name in the file.</summary>
    public required string Name { get; init; }

    /// <summary>What is done with it.</summary>
    public required GraphOutputKind Is { get; init; }
}
