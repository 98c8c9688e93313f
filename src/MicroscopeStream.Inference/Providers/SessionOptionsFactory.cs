using Microsoft.ML.OnnxRuntime;

namespace MicroscopeStream.Inference.Providers;

/// <summary>The runtime's settings for each provider.</summary>
internal static class SessionOptionsFactory
{
    /// <summary>Makes settings; the caller disposes them.</summary>
    /// <param name="provider">CPU, CUDA or TensorRT.</param>
    /// <param name="threads">Threads of one run on the CPU, ≥ 1; a GPU needs one whatever is given.</param>
    /// <exception cref="OnnxRuntimeException">The provider's libraries cannot be loaded.</exception>
    public static SessionOptions Create(ExecutionProvider provider, int threads)
    {
        var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            InterOpNumThreads = 1,
            IntraOpNumThreads = provider == ExecutionProvider.Cpu ? threads : 1,
            // Whatever goes wrong arrives as an exception too; standard error belongs to the application.
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        try
        {
            // Spinning threads take the cores from the stages before and after this one: on two busy cores a 256 x 256 frame of
            // decode-2d-small cost 77 ms of CPU time without spinning and 160 with it.
            options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
            // Maps are near zero nearly everywhere, and arithmetic on denormal numbers is many times slower.
            options.AddSessionConfigEntry("session.set_denormal_as_zero", "1");
            Append(options, provider);
            return options;
        }
        catch
        {
            options.Dispose();
            throw;
        }
    }

    private static void Append(SessionOptions options, ExecutionProvider provider)
    {
        if (provider == ExecutionProvider.Cpu)
        {
            return;
        }

        // What the GPU cannot run shall be an error that is reported, not a quiet detour through the CPU.
        options.AddSessionConfigEntry("session.disable_cpu_ep_fallback", "1");
        if (provider == ExecutionProvider.TensorRt)
        {
            using var tensorRt = new OrtTensorRTProviderOptions();
            options.AppendExecutionProvider_Tensorrt(tensorRt);
        }

        using var cuda = new OrtCUDAProviderOptions();
        cuda.UpdateOptions(new Dictionary<string, string>
        {
            ["device_id"] = "0",
            // Shapes are fixed and warmed up, so the search for the fastest convolution is paid once, before the first frame.
            ["cudnn_conv_algo_search"] = "EXHAUSTIVE",
            // TF32 keeps 10 bits: results would differ from the CPU's by more than 1e-3.
            ["use_tf32"] = "0",
        });
        options.AppendExecutionProvider_CUDA(cuda);
    }
}
