using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MicroscopeStream.Client;

namespace MicroscopeStream.Cli.Commands;

/// <summary>What a service on another machine asks for.</summary>
internal static class RemoteOptions
{
    /// <summary>Where a file would be one more thing to look after.</summary>
    private const string TokenVariable = "MSTREAM_TOKEN";

    internal static Option<string?> TokenFile { get; } = new("--token-file")
    {
        // A token on the command line would be seen by everyone who lists processes.
        Description = $"File whose first line is the token that the service asks for. [default: ${TokenVariable}]",
        HelpName = "PATH",
    };

    internal static Option<string?> TlsCa { get; } = new("--tls-ca")
    {
        Description = "PEM certificates that the service's must go back to, a self-signed one itself for example. [default: those that this machine trusts]",
        HelpName = "PATH",
    };

    /// <exception cref="CommandException">The address is none, or a file cannot be used.</exception>
    internal static MicroscopeClient Connect(string address, ParseResult parsed, TimeProvider time)
    {
        try
        {
            return MicroscopeClient.Connect(
                address, new ConnectionOptions { Token = TokenOf(parsed.GetValue(TokenFile)), TrustedRoots = RootsOf(parsed.GetValue(TlsCa)), TimeProvider = time });
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCodes.Usage, $"--server: {Failures.Plain(e)}", e);
        }
    }

    private static string? TokenOf(string? path)
    {
        if (path is null)
        {
            return Environment.GetEnvironmentVariable(TokenVariable) is { Length: > 0 } token ? token : null;
        }

        string first = Read("--token-file", path, static path => File.ReadLines(path).FirstOrDefault() ?? string.Empty).Trim();
        return first.Length > 0 && !first.Any(char.IsWhiteSpace)
            ? first
            : throw new CommandException(ExitCodes.BadInput, $"--token-file: the first line of '{path}' is no token: one word is expected.");
    }

    private static X509Certificate2Collection RootsOf(string? path) => path is null ? [] : Read("--tls-ca", path, static path =>
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(path);
        return roots.Count > 0 ? roots : throw new CryptographicException("it holds no PEM certificate.");
    });

    private static T Read<T>(string option, string path, Func<string, T> read)
    {
        try
        {
            return read(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new CommandException(ExitCodes.BadInput, $"{option}: '{path}' cannot be used: {e.Message}", e);
        }
    }
}
