using System.Diagnostics;
using System.Text.Json;

namespace MicroscopeStream.Benchmarks.Measuring;

/// <summary>Other people's programs, run as processes that print one JSON object.</summary>
internal static class Peer
{
    /// <summary>Runs a program; null with the reason on standard error when it is missing or fails.</summary>
    public static async Task<JsonElement?> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            using Process process = Process.Start(start) ?? throw new InvalidOperationException("it did not start");
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            Task<string> errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            if (process.ExitCode == 0)
            {
                using JsonDocument document = JsonDocument.Parse(await output.ConfigureAwait(false));
                return document.RootElement.Clone();
            }

            string[] lines = (await errors.ConfigureAwait(false)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            await Console.Error.WriteLineAsync($"peer left out: {program}: {(lines.Length > 0 ? lines[^1] : "no message")}").ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is System.ComponentModel.Win32Exception or InvalidOperationException or JsonException)
        {
            await Console.Error.WriteLineAsync($"peer left out: {program}: {fault.Message}").ConfigureAwait(false);
        }

        return null;
    }

    /// <summary>A file of the folder <c>peers</c> beside this program.</summary>
    public static string File(params string[] path) => Path.Combine([AppContext.BaseDirectory, "peers", .. path]);
}
