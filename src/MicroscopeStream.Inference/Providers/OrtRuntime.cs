using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
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
        text = After(After(text, "[ErrorCode:", "] "), "with error:", " ").ReplaceLineEndings(" ").Trim();
        return (text.Length <= 300 ? text : text[..297] + "…").TrimEnd('.') + ".";
    }

    /// <summary>Which library a provider's own library waits for, where the runtime only says that it could not be loaded.</summary>
    /// <returns>A sentence, or null when the library loads or is not there at all.</returns>
    public static string? MissingLibrary(ExecutionProvider provider)
    {
        string file = Path.Combine(AppContext.BaseDirectory, $"libonnxruntime_providers_{provider.Name()}.so");
        if (!OperatingSystem.IsLinux() || !File.Exists(file))
        {
            return null;
        }

        try
        {
            NativeLibrary.Free(NativeLibrary.Load(file));
            return null;
        }
        catch (DllNotFoundException failure)
        {
            // The loader's message lists every place that it looked at; the missing library's name is all that helps.
            Match missing = Regex.Match(failure.Message, @"(\S+\.so[.\d]*): cannot open shared object file", RegexOptions.CultureInvariant);
            return missing.Success ? $"{missing.Groups[1].Value} is not on the library path." : null;
        }
    }

    private static string After(string text, string mark, string end)
    {
        int start = text.IndexOf(mark, StringComparison.Ordinal);
        int stop = start < 0 ? -1 : text.IndexOf(end, start, StringComparison.Ordinal);
        return stop < 0 ? text : text[(stop + end.Length)..];
    }
}
