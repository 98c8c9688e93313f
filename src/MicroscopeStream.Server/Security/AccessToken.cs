using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MicroscopeStream.Server.Security;

/// <summary>One line of a token file: who, what he may do, the token's SHA-256, and until when.</summary>
/// <param name="Name">For logs; the token itself never is.</param>
/// <param name="Scopes">What it allows.</param>
/// <param name="Hash">SHA-256 of the token's UTF-8 bytes.</param>
/// <param name="Until">First moment at which it is no longer valid; null: it stays so.</param>
internal sealed record AccessToken(string Name, AccessScopes Scopes, byte[] Hash, DateTimeOffset? Until)
{
    /// <summary>Shorter ones can be guessed.</summary>
    private const int LeastLength = 16;

    private const string HashPrefix = "sha256:";

    /// <summary>SHA-256 of a token.</summary>
    public static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>Reads a line: name, scopes, token or sha256:HEX, and optionally the last day.</summary>
    /// <param name="line">For example <c>scope-1 stream,watch sha256:9f86… 2027-12-31</c>.</param>
    /// <param name="isPlain">Whether the line holds the token itself.</param>
    /// <exception cref="FormatException">The line is none; the message does not repeat the token.</exception>
    public static AccessToken Parse(string line, out bool isPlain)
    {
        string[] parts = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length is not (3 or 4))
        {
            throw new FormatException($"it has {parts.Length} words; expected a name, scopes, a token or sha256:HEX, and optionally a last day");
        }

        isPlain = !parts[2].StartsWith(HashPrefix, StringComparison.Ordinal);
        return new AccessToken(parts[0], ScopesOf(parts[1]), isPlain ? Plain(parts[2]) : Hashed(parts[2][HashPrefix.Length..]), parts.Length == 4 ? DayAfter(parts[3]) : null);
    }

    private static AccessScopes ScopesOf(string names)
    {
        AccessScopes scopes = AccessScopes.None;
        foreach (string name in names.Split(','))
        {
            scopes |= name switch
            {
                "watch" => AccessScopes.Watch,
                "stream" => AccessScopes.Stream,
                "control" => AccessScopes.Control,
                "admin" => AccessScopes.Admin | AccessScopes.Watch | AccessScopes.Stream | AccessScopes.Control,
                _ => throw new FormatException($"'{name}' is no scope; expected watch, stream, control or admin, separated by commas"),
            };
        }

        return scopes;
    }

    private static byte[] Plain(string token) =>
        token.Length >= LeastLength ? HashOf(token) : throw new FormatException($"the token has {token.Length} characters; expected at least {LeastLength}");

    private static byte[] Hashed(string hex)
    {
        try
        {
            byte[] hash = Convert.FromHexString(hex);
            return hash.Length == SHA256.HashSizeInBytes ? hash : throw new FormatException("");
        }
        catch (FormatException)
        {
            throw new FormatException("sha256: is not followed by 64 hexadecimal digits");
        }
    }

    private static DateTimeOffset DayAfter(string day) =>
        DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly last)
            ? new DateTimeOffset(last.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero)
            : throw new FormatException($"'{day}' is no day; expected the last one that the token is valid on (UTC), as 2027-12-31");
}
