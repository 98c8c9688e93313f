using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace MicroscopeStream.Server.Security;

/// <summary>The tokens of a file, which is read again when it changes: a token that is taken out of it is refused from then on.</summary>
/// <remarks>Thread-safe. A change that cannot be read is logged and changes nothing.</remarks>
internal sealed partial class TokenFile
{
    /// <summary>How long a look at the file's date holds.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private List<AccessToken> _tokens;
    private DateTime _written;
    private long _looked;

    /// <exception cref="ArgumentException">The file cannot be read, holds no token, or one that others can read too.</exception>
    public TokenFile(string path, TimeProvider time, ILogger logger)
    {
        (_path, _time, _logger) = (path, time, logger);
        (_written, _looked) = (WrittenAt(), time.GetTimestamp());
        _tokens = Read();
    }

    /// <summary>What a token allows; <see cref="AccessScopes.None"/>: nothing, or it is not known (any more).</summary>
    public AccessScopes ScopesOf(string token)
    {
        if (token.Length == 0)
        {
            return AccessScopes.None;
        }

        byte[] hash = AccessToken.HashOf(token);
        AccessScopes scopes = AccessScopes.None;
        foreach (AccessToken known in Current())
        {
            // All of them, always: the time taken tells nothing.
            scopes |= CryptographicOperations.FixedTimeEquals(known.Hash, hash) && !(known.Until <= _time.GetUtcNow()) ? known.Scopes : AccessScopes.None;
        }

        return scopes;
    }

    private List<AccessToken> Current()
    {
        lock (_lock)
        {
            if (_time.GetElapsedTime(_looked) < LookAgain)
            {
                return _tokens;
            }

            _looked = _time.GetTimestamp();
            DateTime written = WrittenAt();
            if (written == _written)
            {
                return _tokens;
            }

            _written = written;
            try
            {
                _tokens = Read();
                Reread(_logger, _tokens.Count, _path);
            }
            catch (ArgumentException e)
            {
                NotReread(_logger, e.Message);
            }

            return _tokens;
        }
    }

    private DateTime WrittenAt() => File.GetLastWriteTimeUtc(_path);

    private List<AccessToken> Read()
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(_path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"--tokens names '{_path}', which cannot be read: {e.Message}", e);
        }

        var tokens = new List<AccessToken>();
        bool secrets = false;
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            try
            {
                tokens.Add(AccessToken.Parse(line, out bool isPlain));
                secrets |= isPlain;
            }
            catch (FormatException e)
            {
                throw new ArgumentException($"--tokens names '{_path}', of which line {i + 1} is no token: {e.Message}.", e);
            }
        }

        if (tokens.Count == 0)
        {
            throw new ArgumentException($"--tokens names '{_path}', which holds no token: one per line, as 'NAME SCOPES TOKEN'.");
        }

        if (secrets && !OperatingSystem.IsWindows() && (File.GetUnixFileMode(_path) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)) != 0)
        {
            throw new ArgumentException($"--tokens names '{_path}', which holds tokens as they are and can be read by others: chmod 600, or write sha256:HEX in their place.");
        }

        return tokens;
    }

    [LoggerMessage(Diagnostics.EventIds.TokensRead, LogLevel.Information, "The tokens have changed: {Count} in {Path}")]
    private static partial void Reread(ILogger logger, int count, string path);

    [LoggerMessage(Diagnostics.EventIds.TokensUnreadable, LogLevel.Error, "The tokens have changed, and those before stay valid: {Why}")]
    private static partial void NotReread(ILogger logger, string why);
}
