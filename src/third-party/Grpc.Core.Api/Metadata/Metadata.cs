using System.Collections;
using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>
/// The headers or trailers of a call, in order, with duplicates allowed: request headers go before the first request,
/// response headers before the first response, response trailers after the last.
/// </summary>
/// <remarks>
/// Not thread-safe while being filled. A call owns the metadata it was given: do not change it after the call has begun.
/// <see cref="Empty"/> is read-only and shared.
/// </remarks>
public sealed partial class Metadata : IList<Metadata.Entry>
{
    /// <summary>The ending of every key whose value is binary.</summary>
    public const string BinaryHeaderSuffix = "-bin";

    /// <summary>Metadata without entries; read-only and thread-safe.</summary>
    public static readonly Metadata Empty = new(isReadOnly: true);

    private readonly List<Entry> _entries = [];

    /// <summary>Creates metadata without entries.</summary>
    public Metadata()
        : this(isReadOnly: false)
    {
    }

    private Metadata(bool isReadOnly) => IsReadOnly = isReadOnly;

    /// <summary>The number of entries, duplicates included.</summary>
    public int Count => _entries.Count;

    /// <summary>True where changes are refused.</summary>
    public bool IsReadOnly { get; }

    /// <summary>The entry at a position.</summary>
    /// <param name="index">0 to <see cref="Count"/> − 1.</param>
    /// <exception cref="ArgumentNullException">The new entry is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is out of range.</exception>
    /// <exception cref="InvalidOperationException">On setting: the metadata is read-only.</exception>
    public Entry this[int index]
    {
        get => _entries[index];
        set
        {
            GrpcPreconditions.CheckNotNull(value, nameof(value));
            CheckWriteable();
            _entries[index] = value;
        }
    }

    /// <summary>Appends an entry.</summary>
    /// <param name="item">The entry; not null.</param>
    /// <exception cref="ArgumentNullException"><paramref name="item"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The metadata is read-only.</exception>
    public void Add(Entry item)
    {
        GrpcPreconditions.CheckNotNull(item, nameof(item));
        CheckWriteable();
        _entries.Add(item);
    }

    /// <summary>Appends a text entry.</summary>
    /// <param name="key">See <see cref="Entry(string, string)"/>.</param>
    /// <param name="value">See <see cref="Entry(string, string)"/>.</param>
    /// <exception cref="ArgumentException">The key is not valid or ends in <see cref="BinaryHeaderSuffix"/>.</exception>
    /// <exception cref="InvalidOperationException">The metadata is read-only.</exception>
    public void Add(string key, string value) => Add(new Entry(key, value));

    /// <summary>Appends a binary entry.</summary>
    /// <param name="key">See <see cref="Entry(string, byte[])"/>.</param>
    /// <param name="valueBytes">See <see cref="Entry(string, byte[])"/>.</param>
    /// <exception cref="ArgumentException">The key is not valid or does not end in <see cref="BinaryHeaderSuffix"/>.</exception>
    /// <exception cref="InvalidOperationException">The metadata is read-only.</exception>
    public void Add(string key, byte[] valueBytes) => Add(new Entry(key, valueBytes));

    /// <summary>Inserts an entry before a position.</summary>
    /// <param name="index">0 to <see cref="Count"/>.</param>
    /// <param name="item">The entry; not null.</param>
    /// <exception cref="ArgumentNullException"><paramref name="item"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is out of range.</exception>
    /// <exception cref="InvalidOperationException">The metadata is read-only.</exception>
    public void Insert(int index, Entry item)
    {
        GrpcPreconditions.CheckNotNull(item, nameof(item));
        CheckWriteable();
        _entries.Insert(index, item);
    }

    /// <summary>Removes the entry at a position.</summary>
    /// <param name="index">0 to <see cref="Count"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is out of range.</exception>
    /// <exception cref="InvalidOperationException">The metadata is read-only.</exception>
    public void RemoveAt(int index)
    {
        CheckWriteable();
        _entries.RemoveAt(index);
    }

    /// <summary>Removes the first occurrence of an entry (the same object).</summary>
    /// <param name="item">The entry.</param>
    /// <returns>True when it was there.</returns>
    /// <exception cref="InvalidOperationException">The metadata is read-only.</exception>
    public bool Remove(Entry item)
    {
        CheckWriteable();
        return _entries.Remove(item);
    }

    /// <summary>Removes all entries.</summary>
    /// <exception cref="InvalidOperationException">The metadata is read-only.</exception>
    public void Clear()
    {
        CheckWriteable();
        _entries.Clear();
    }

    /// <summary>Finds an entry (the same object).</summary>
    /// <param name="item">The entry.</param>
    /// <returns>Its first position, or −1.</returns>
    public int IndexOf(Entry item) => _entries.IndexOf(item);

    /// <summary>Says whether an entry (the same object) is present.</summary>
    /// <param name="item">The entry.</param>
    /// <returns>True when it is.</returns>
    public bool Contains(Entry item) => _entries.Contains(item);

    /// <summary>Copies all entries, in order.</summary>
    /// <param name="array">Where to.</param>
    /// <param name="arrayIndex">The first position written.</param>
    /// <exception cref="ArgumentNullException"><paramref name="array"/> is null.</exception>
    /// <exception cref="ArgumentException">The entries do not fit.</exception>
    public void CopyTo(Entry[] array, int arrayIndex) => _entries.CopyTo(array, arrayIndex);

    /// <summary>Goes through the entries in order.</summary>
    /// <returns>An enumerator that fails when the metadata changes under it.</returns>
    public IEnumerator<Entry> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void CheckWriteable()
        => GrpcPreconditions.CheckState(!IsReadOnly, "The metadata is read-only.");
}
