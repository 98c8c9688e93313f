using System.Buffers;
using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>The rules for metadata keys. Source: the gRPC over HTTP/2 protocol description, rule <c>Header-Name</c>.</summary>
internal static class MetadataKey
{
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyz_-.");

    /// <summary>Lower-cases and validates a key.</summary>
    /// <param name="key">The key as given.</param>
    /// <returns>The key as stored.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> is null.</exception>
    /// <exception cref="ArgumentException">The key is empty or has other characters.</exception>
    public static string Normalize(string key)
    {
        string normalized = GrpcPreconditions.CheckNotNull(key, nameof(key)).ToLowerInvariant();
        GrpcPreconditions.CheckArgument(
            normalized.Length > 0 && normalized.AsSpan().IndexOfAnyExcept(Allowed) < 0,
            "A metadata key holds one or more of a-z, 0-9, '_', '-' and '.'.");
        return normalized;
    }

    /// <summary>Says whether a normalized key announces a binary value.</summary>
    /// <param name="normalizedKey">A key in lower case.</param>
    /// <returns>True where it does.</returns>
    public static bool IsBinary(string normalizedKey)
        => normalizedKey.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.Ordinal);
}
