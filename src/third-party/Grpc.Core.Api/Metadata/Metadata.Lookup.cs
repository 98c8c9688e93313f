using Grpc.Core.Utils;

namespace Grpc.Core;

public sealed partial class Metadata
{
    /// <summary>Finds the last entry with a key: where a key repeats, the last one wins.</summary>
    /// <param name="key">The key, in any case; not null.</param>
    /// <returns>The entry, or null where there is none.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> is null.</exception>
    public Entry? Get(string key)
    {
        GrpcPreconditions.CheckNotNull(key, nameof(key));
        for (int i = _entries.Count - 1; i >= 0; i--)
        {
            if (HasKey(_entries[i], key))
            {
                return _entries[i];
            }
        }

        return null;
    }

    /// <summary>Finds every entry with a key, in order.</summary>
    /// <param name="key">The key, in any case; not null.</param>
    /// <returns>The entries, found while being enumerated.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> is null.</exception>
    public IEnumerable<Entry> GetAll(string key)
    {
        GrpcPreconditions.CheckNotNull(key, nameof(key));
        return _entries.Where(entry => HasKey(entry, key));
    }

    /// <summary>Gets the text of the last entry with a key.</summary>
    /// <param name="key">The key, in any case; not null.</param>
    /// <returns>The text, or null where there is no such entry.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The entry is binary.</exception>
    public string? GetValue(string key) => Get(key)?.Value;

    /// <summary>Gets the bytes of the last entry with a key.</summary>
    /// <param name="key">The key, in any case; not null.</param>
    /// <returns>A copy of the bytes (of a text entry: its ASCII bytes), or null where there is no such entry.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> is null.</exception>
    public byte[]? GetValueBytes(string key) => Get(key)?.ValueBytes;

    // Keys are stored in lower case and hold only ASCII, so an ordinal comparison without case is exact.
    private static bool HasKey(Entry entry, string key)
        => string.Equals(entry.Key, key, StringComparison.OrdinalIgnoreCase);
}
