using Microsoft.ML.OnnxRuntime;

namespace MicroscopeStream.Inference.Execution;

/// <summary>
/// What one network reads and writes in a run. On a GPU an input is copied when it is bound, so that binding is where a device
/// that fell off the bus or has no memory left is met first: whatever the runtime throws there is the provider's failure.
/// </summary>
internal sealed class GraphBinding : IDisposable
{
    private readonly GraphSession _session;
    private readonly OrtIoBinding _binding;

    /// <summary>Takes over the runtime's bindings.</summary>
    public GraphBinding(GraphSession session, OrtIoBinding binding) => (_session, _binding) = (session, binding);

    /// <summary>Binds an input; on a provider with its own memory what comes from the host is copied now.</summary>
    /// <exception cref="ProviderFailedException">The provider failed, or there is no such input.</exception>
    public void BindInput(string name, OrtValue value)
    {
        try
        {
            _binding.BindInput(name, value);
        }
        catch (OnnxRuntimeException failure)
        {
            throw _session.Failed(failure, "binding");
        }
    }

    /// <summary>Binds an output.</summary>
    /// <exception cref="ProviderFailedException">The provider failed, or there is no such output.</exception>
    public void BindOutput(string name, OrtValue value)
    {
        try
        {
            _binding.BindOutput(name, value);
        }
        catch (OnnxRuntimeException failure)
        {
            throw _session.Failed(failure, "binding");
        }
    }

    /// <summary>Runs the network.</summary>
    /// <exception cref="ProviderFailedException">The provider failed.</exception>
    public void Run() => _session.Run(_binding);

    /// <inheritdoc/>
    public void Dispose() => _binding.Dispose();
}
