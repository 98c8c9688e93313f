using System.Collections.Concurrent;
using Microsoft.ML.OnnxRuntime;

namespace MicroscopeStream.Inference.Providers;

/// <summary>
/// Tries a provider by running one addition on it: a provider that is listed may still lack its libraries, driver or card.
/// </summary>
/// <remarks>Thread-safe. The answer is kept for the life of the object, because libraries do not appear in a running process.</remarks>
public sealed class OnnxProviderProbe : IProviderProbe
{
    // y[1] = x[1] + x[1], opset 13, as ONNX.
    private static readonly byte[] s_addition = Convert.FromBase64String(
        "CAcSADo1Cg4KAXgKAXgSAXkiA0FkZBIBcFoPCgF4EgoKCAgBEgQKAggBYg8KAXkSCgoICAESBAoCCAFCBAoAEA0=");

    private static readonly float[] s_operand = [21];
    private static readonly long[] s_shape = [1];

    private readonly ConcurrentDictionary<ExecutionProvider, Lazy<string?>> _answers = new();

    /// <inheritdoc/>
    public string? WhyNot(ExecutionProvider provider) => _answers.GetOrAdd(provider, one => new Lazy<string?>(() => Try(one))).Value;

    private static string? Try(ExecutionProvider provider)
    {
        try
        {
            OrtRuntime.EnsureQuiet();
            string listed = provider switch
            {
                ExecutionProvider.TensorRt => "TensorrtExecutionProvider",
                ExecutionProvider.Cuda => "CUDAExecutionProvider",
                _ => "CPUExecutionProvider",
            };
            if (!OrtEnv.Instance().GetAvailableProviders().Contains(listed))
            {
                return "this build is for the CPU only; build with -p:Gpu=true on Linux x64.";
            }

            using SessionOptions options = SessionOptionsFactory.Create(provider, threads: 1);
            using var session = new InferenceSession(s_addition, options);
            using OrtValue input = OrtValue.CreateTensorValueFromMemory(s_operand, s_shape);
            using var run = new RunOptions();
            using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(run, ["x"], [input], ["y"]);
            float sum = outputs[0].GetTensorDataAsSpan<float>()[0];
            return sum == 42 ? null : $"it added 21 and 21 to {sum}.";
        }
        catch (Exception failure) when (failure
            is OnnxRuntimeException or DllNotFoundException or EntryPointNotFoundException or TypeInitializationException)
        {
            return OrtRuntime.MissingLibrary(provider) ?? OrtRuntime.Shorten(failure);
        }
    }
}
