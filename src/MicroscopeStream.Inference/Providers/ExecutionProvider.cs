namespace MicroscopeStream.Inference.Providers;

/// <summary>What runs the networks.</summary>
public enum ExecutionProvider
{
    /// <summary>The fastest that works: CUDA, else the CPU.</summary>
    Auto = 0,

    /// <summary>The CPU.</summary>
    Cpu = 1,

    /// <summary>An NVIDIA GPU through CUDA.</summary>
    Cuda = 2,

    /// <summary>An NVIDIA GPU through TensorRT, which compiles the network for the card: slow to start, fast to run.</summary>
    TensorRt = 3,
}

/// <summary>Names of providers, and what stands in for which.</summary>
public static class ExecutionProviders
{
    /// <summary>The name used on the command line, in the protocol and in reports: auto, cpu, cuda, tensorrt.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is no provider.</exception>
    public static string Name(this ExecutionProvider provider) => provider switch
    {
        ExecutionProvider.Auto => "auto",
        ExecutionProvider.Cpu => "cpu",
        ExecutionProvider.Cuda => "cuda",
        ExecutionProvider.TensorRt => "tensorrt",
        _ => throw new ArgumentOutOfRangeException(nameof(provider), provider, "Unknown execution provider."),
    };

    /// <summary>Reads a name, whatever its case; empty is auto.</summary>
    /// <exception cref="FormatException">The name is not known; the message lists those that are.</exception>
    public static ExecutionProvider Parse(string? name) => name?.Trim().ToUpperInvariant() switch
    {
        null or "" or "AUTO" => ExecutionProvider.Auto,
        "CPU" => ExecutionProvider.Cpu,
        "CUDA" => ExecutionProvider.Cuda,
        "TENSORRT" => ExecutionProvider.TensorRt,
        _ => throw new FormatException($"Unknown execution provider '{name}'; known are auto, cpu, cuda, tensorrt."),
    };

    /// <summary>What is tried for a request, best first; the CPU is always last.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is no provider.</exception>
    public static IReadOnlyList<ExecutionProvider> Chain(this ExecutionProvider requested) => requested switch
    {
        ExecutionProvider.Auto or ExecutionProvider.Cuda => [ExecutionProvider.Cuda, ExecutionProvider.Cpu],
        ExecutionProvider.TensorRt => [ExecutionProvider.TensorRt, ExecutionProvider.Cuda, ExecutionProvider.Cpu],
        ExecutionProvider.Cpu => [ExecutionProvider.Cpu],
        _ => throw new ArgumentOutOfRangeException(nameof(requested), requested, "Unknown execution provider."),
    };
}
