using System.Diagnostics;
using System.Text.RegularExpressions;

namespace MicroscopeStream.Benchmarks.Viewers;

/// <summary>`mstream serve` as a process of its own, so that its processor time is its own.</summary>
internal sealed partial class ServiceProcess : IDisposable
{
    private readonly Process _process;

    private ServiceProcess(Process process) => _process = process;

    public string Grpc { get; private set; } = string.Empty;

    public Uri Http { get; private set; } = new("http://127.0.0.1");

    /// <summary>Processor time so far, s.</summary>
    public double CpuSeconds
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    public static async Task<ServiceProcess> StartAsync(string program, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", [program, "serve", "--grpc-url", "http://127.0.0.1:0", "--http-url", "http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var service = new ServiceProcess(Process.Start(start)!);
        service._process.ErrorDataReceived += static (_, _) => { };
        service._process.BeginErrorReadLine();
        while (await service._process.StandardOutput.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            Match match = Listens().Match(line);
            if (match.Success && match.Groups[1].Value == "gRPC")
            {
                service.Grpc = match.Groups[2].Value;
            }
            else if (match.Success)
            {
                service.Http = new Uri(match.Groups[2].Value);
                return service;
            }
        }

        throw new InvalidOperationException($"{program} did not start. Build src/MicroscopeStream.Cli first, or name mstream.dll with --service.");
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    [GeneratedRegex(@"^(gRPC|HTTP) listens on (http\S+)$")]
    private static partial Regex Listens();
}
