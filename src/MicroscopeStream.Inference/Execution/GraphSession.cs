using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using MicroscopeStream.Inference.Providers;

namespace MicroscopeStream.Inference.Execution;

/// <summary>One network, loaded on one provider.</summary>
/// <remarks>Runs may come from several threads; the host sends them one after the other all the same.</remarks>
internal sealed class GraphSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private OrtAllocator? _allocator;

    /// <summary>Loads a network.</summary>
    /// <param name="file">Its file, for messages.</param>
    /// <param name="model">The file's bytes, of which the sum was checked.</param>
    /// <param name="provider">CPU, CUDA or TensorRT.</param>
    /// <param name="threads">Threads of one run on the CPU.</param>
    /// <param name="hasOwnMemory">Whether to treat the provider's memory as another than the host's; null: as it is.</param>
    /// <exception cref="ProviderFailedException">The provider cannot be loaded, or cannot run this network.</exception>
    public GraphSession(string file, byte[] model, ExecutionProvider provider, int threads, bool? hasOwnMemory = null)
    {
        File = file;
        HasOwnMemory = hasOwnMemory ?? provider != ExecutionProvider.Cpu;
        Provider = provider;
        try
        {
            OrtRuntime.EnsureQuiet();
            using SessionOptions options = SessionOptionsFactory.Create(provider, threads);
            _session = new InferenceSession(model, options);
        }
        catch (OnnxRuntimeException failure)
        {
            throw new ProviderFailedException(
                provider, $"{provider.Name()} cannot load {Path.GetFileName(file)}: {OrtRuntime.Shorten(failure)}", failure);
        }

        DeviceMemory = provider == ExecutionProvider.Cpu
            ? OrtMemoryInfo.DefaultInstance
            : new OrtMemoryInfo(OrtMemoryInfo.allocatorCUDA, OrtAllocatorType.DeviceAllocator, 0, OrtMemType.Default);
    }

    /// <summary>The file it was loaded from.</summary>
    public string File { get; }

    /// <summary>What runs it.</summary>
    public ExecutionProvider Provider { get; }

    /// <summary>
    /// Whether the provider's tensors lie elsewhere than ours: then features stay there, and what comes from the host is copied
    /// when it is bound, so it must be bound for each run.
    /// </summary>
    public bool HasOwnMemory { get; }

    /// <summary>Where the provider keeps its tensors.</summary>
    public OrtMemoryInfo DeviceMemory { get; }

    /// <summary>A tensor in the provider's own memory; what it holds is undefined. It must be disposed before the session.</summary>
    /// <exception cref="ProviderFailedException">The provider failed, or has no memory left.</exception>
    public OrtValue AllocateOnDevice(long[] shape)
    {
        try
        {
            // Values give their memory back through the allocator that they came from, so it must outlive them.
            _allocator ??= new OrtAllocator(_session, DeviceMemory);
            return OrtValue.CreateAllocatedTensorValue(_allocator, TensorElementType.Float, shape);
        }
        catch (OnnxRuntimeException failure)
        {
            throw Failed(failure, "allocating memory for");
        }
    }

    /// <summary>A new set of bindings.</summary>
    /// <exception cref="ProviderFailedException">The provider failed.</exception>
    public GraphBinding Bind()
    {
        try
        {
            return new GraphBinding(this, _session.CreateIoBinding());
        }
        catch (OnnxRuntimeException failure)
        {
            throw Failed(failure, "binding");
        }
    }

    /// <summary>Runs the network over bound tensors.</summary>
    /// <exception cref="ProviderFailedException">The provider failed.</exception>
    public void Run(OrtIoBinding binding)
    {
        try
        {
            _session.RunWithBinding(_run, binding);
        }
        catch (OnnxRuntimeException failure)
        {
            throw Failed(failure, "running");
        }
    }

    /// <summary>Runs the network once, with outputs of whatever shape the given inputs lead to.</summary>
    /// <returns>Shape and values of each output.</returns>
    /// <exception cref="ProviderFailedException">The network cannot take inputs of these shapes, or the provider failed.</exception>
    public (long[] Shape, float[] Values)[] RunOnce(IEnumerable<(string Name, PinnedTensor Tensor)> inputs, IEnumerable<string> outputs)
    {
        try
        {
            using OrtIoBinding binding = _session.CreateIoBinding();
            foreach ((string name, PinnedTensor tensor) in inputs)
            {
                binding.BindInput(name, tensor.Value);
            }

            foreach (string output in outputs)
            {
                binding.BindOutputToDevice(output, OrtMemoryInfo.DefaultInstance);
            }

            using IDisposableReadOnlyCollection<OrtValue> values = _session.RunWithBoundResults(_run, binding);
            return [.. values.Select(value => (value.GetTensorTypeAndShape().Shape, value.GetTensorDataAsSpan<float>().ToArray()))];
        }
        catch (OnnxRuntimeException failure)
        {
            throw Failed(failure, "running");
        }
    }

    /// <summary>What the runtime threw, as the provider's failure.</summary>
    /// <param name="failure">What it threw.</param>
    /// <param name="doing">What was being done to the network, for the message.</param>
    internal ProviderFailedException Failed(OnnxRuntimeException failure, string doing) =>
        new(Provider, $"{Provider.Name()} failed while {doing} {Path.GetFileName(File)}: {OrtRuntime.Shorten(failure)}", failure);

    /// <inheritdoc/>
    public void Dispose()
    {
        _allocator?.Dispose();
        _session.Dispose();
        _run.Dispose();
        if (Provider != ExecutionProvider.Cpu)
        {
            DeviceMemory.Dispose();
        }
    }
}
