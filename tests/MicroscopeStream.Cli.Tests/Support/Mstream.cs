using System.Text.Json;
using MicroscopeStream.Cli.Terminal;

namespace MicroscopeStream.Cli.Tests.Support;

/// <summary>What a command line did.</summary>
internal sealed record Outcome(int ExitCode, string Out, string Error)
{
    /// <summary>Standard output as JSON; fails where it is anything but that.</summary>
    internal JsonElement Json => JsonDocument.Parse(Out).RootElement;
}

/// <summary>Runs mstream in this process, through its public entry.</summary>
internal static class Mstream
{
    internal static Task<Outcome> RunAsync(params string[] args) => RunAsync(CancellationToken.None, args);

    internal static async Task<Outcome> RunAsync(CancellationToken cancellationToken, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int exitCode = await MstreamCommand.InvokeAsync(args, new MstreamConsole(output, error), cancellationToken: cancellationToken);
        return new Outcome(exitCode, output.ToString(), error.ToString());
    }
}

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    internal TemporaryFolder() => Directory.CreateDirectory(Folder);

    internal string Folder { get; } = Path.Combine(Path.GetTempPath(), $"mstream-test-{Guid.NewGuid():N}");

    internal string File(string name) => Path.Combine(Folder, name);

    internal string Write(string name, string text)
    {
        System.IO.File.WriteAllText(File(name), text);
        return File(name);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
