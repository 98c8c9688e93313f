using System.ComponentModel;
using System.Diagnostics;

namespace MicroscopeStream.Conformance.Tests.Support;

/// <summary>Other people's programs: found or not, run with a limit of time.</summary>
internal static class Tool
{
    private static readonly TimeSpan UsualLimit = TimeSpan.FromMinutes(2);

    /// <summary>Runs a program.</summary>
    /// <returns>Its exit code (null when it is not installed), standard output and standard error.</returns>
    public static async Task<(int? ExitCode, string Output, string Error)> RunAsync(
        string program, IEnumerable<string> arguments, string? folder = null, TimeSpan? limit = null)
    {
        TimeSpan most = limit ?? UsualLimit;
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? AppContext.BaseDirectory,
        };
        try
        {
            using Process process = Process.Start(start)!;
            using var patience = new CancellationTokenSource(most);
            Task<string> output = process.StandardOutput.ReadToEndAsync(patience.Token);
            Task<string> error = process.StandardError.ReadToEndAsync(patience.Token);
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw new TimeoutException($"{program} did not end within {most}.");
            }

            return (process.ExitCode, await output, await error);
        }
        catch (Win32Exception)
        {
            return (null, "", $"{program} is not installed");
        }
    }

    /// <summary>A Python that has Debian's grpcio: the system's first, since a newer one beside it seldom has the package.</summary>
    public static async Task<string?> FindPythonAsync()
    {
        foreach (string python in new[] { "/usr/bin/python3", "python3" })
        {
            if ((await RunAsync(python, ["-c", "import grpc, google.protobuf"])).ExitCode == 0)
            {
                return python;
            }
        }

        return null;
    }

    /// <summary>Where a program lies, from PATH.</summary>
    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);

    /// <summary>A file or folder of the repository.</summary>
    public static string InRepository(params string[] path)
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "MicroscopeStream.sln")))
            {
                return Path.Combine([at.FullName, .. path]);
            }
        }

        throw new DirectoryNotFoundException($"No MicroscopeStream.sln above {AppContext.BaseDirectory}.");
    }
}
