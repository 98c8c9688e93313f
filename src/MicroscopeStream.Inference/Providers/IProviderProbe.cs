namespace MicroscopeStream.Inference.Providers;

/// <summary>Finds out whether a provider works on this machine.</summary>
public interface IProviderProbe
{
    /// <summary>Tries a provider.</summary>
    /// <param name="provider">CPU, CUDA or TensorRT.</param>
    /// <returns>Null when it works, else why not, in one sentence.</returns>
    string? WhyNot(ExecutionProvider provider);
}
