using Microsoft.ML.OnnxRuntime;

namespace MicroscopeStream.Inference.Providers;

/// <summary>What concerns the runtime as a whole.</summary>
internal static class OrtRuntime
{
    private static readonly Lazy<bool> s_quiet = new(() =>
    {
        // Every error arrives as an exception too; standard error belongs to the application.
        OrtEnv.Instance().EnvLogLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;
        return true;
    });

    /// <summary>Keeps the runtime from writing to standard error.</summary>
    public static void EnsureQuiet() => _ = s_quiet.Value;

    /// <summary>The part of the runtime's message that tells a user something, on one line.</summary>
    public static string Shorten(Exception failure)
    {
        string text = (failure.InnerException ?? failure).Message;

        // "[ErrorCode:Fail] /onnxruntime_src/…/x.cc:123 function Failed to load library … with error: libcublas.so.13: cannot open …"
        const string Cause = "with error: ";
        int cause = text.IndexOf(Cause, StringComparison.Ordinal);
        text = (cause >= 0 ? text[(cause + Cause.Length)..] : text).ReplaceLineEndings(" ").Trim();
        return (text.Length <= 300 ? text : text[..297] + "…").TrimEnd('.') + ".";
    }
}
