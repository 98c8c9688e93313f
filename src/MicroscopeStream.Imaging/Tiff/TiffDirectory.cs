using System.Text;

namespace MicroscopeStream.Imaging.Tiff;

/// <summary>One entry of a directory; <see cref="ValueOffset"/> is where its values are, also when they are inline.</summary>
internal readonly record struct TiffEntry(TiffTag Tag, ushort Type, ulong Count, long ValueOffset);

/// <summary>One image file directory (IFD). Values are read when asked for, each checked against the file's length first.</summary>
internal sealed class TiffDirectory
{
    private const int TypicalBytes = 512;
    private const string Broken = "The file is damaged; save it again with the program that made it";
    private readonly TiffSource _source;
    private readonly TiffEntry[] _entries;

    private TiffDirectory(TiffSource source, long offset, long next, TiffEntry[] entries)
    {
        _source = source;
        Offset = offset;
        Next = next;
        _entries = entries;
    }

    internal long Offset { get; }

    /// <summary>Offset of the next directory; 0 at the end.</summary>
    internal long Next { get; }

    internal static TiffDirectory Read(TiffSource source, bool bigTiff, long offset)
    {
        int countBytes = bigTiff ? 8 : 2, entryBytes = bigTiff ? 20 : 12, offsetBytes = bigTiff ? 8 : 4;
        source.Require(offset, countBytes + entryBytes + offsetBytes, "a directory");

        // One read serves nearly every directory; a second follows when it has more entries than usual.
        Span<byte> bytes = stackalloc byte[TypicalBytes];
        bytes = bytes[..(int)Math.Min(TypicalBytes, source.Length - offset)];
        source.Read(offset, bytes, "a directory");
        ulong declared = bigTiff ? source.U64(bytes) : source.U16(bytes);
        if (declared is 0 or > ushort.MaxValue)
        {
            throw new TiffFormatException($"a directory of {declared} entries", Broken, offset: offset);
        }

        int count = (int)declared, total = countBytes + (count * entryBytes) + offsetBytes;
        source.Require(offset, total, $"a directory of {count} entries");
        if (total > bytes.Length)
        {
            bytes = new byte[total];
            source.Read(offset, bytes, "a directory");
        }

        var entries = new TiffEntry[count];
        for (int i = 0; i < count; i++)
        {
            int at = countBytes + (i * entryBytes);
            entries[i] = ReadEntry(source, bigTiff, bytes.Slice(at, entryBytes), offset + at);
        }

        ReadOnlySpan<byte> next = bytes.Slice(total - offsetBytes, offsetBytes);
        return new TiffDirectory(source, offset, bigTiff ? (long)Math.Min(source.U64(next), long.MaxValue) : source.U32(next), entries);
    }

    internal bool Has(TiffTag tag) => TryFind(tag, out _);

    /// <summary>The first value of an integer tag, or <paramref name="missing"/> when the tag is absent.</summary>
    internal long Integer(TiffTag tag, long missing)
    {
        if (!TryFind(tag, out TiffEntry entry))
        {
            return missing;
        }

        Span<long> one = stackalloc long[1];
        Integers(entry, one);
        return one[0];
    }

    /// <summary>The first value of an integer tag that must be there.</summary>
    internal long RequiredInteger(TiffTag tag)
    {
        if (!Has(tag))
        {
            throw new TiffFormatException("the tag is missing", Broken, offset: Offset, tag: tag.ToString());
        }

        return Integer(tag, 0);
    }

    /// <summary>The first <paramref name="count"/> values of an integer tag; null when the tag is absent.</summary>
    internal long[]? Integers(TiffTag tag, long count)
    {
        if (!TryFind(tag, out TiffEntry entry))
        {
            return null;
        }

        if ((ulong)count > entry.Count)
        {
            throw new TiffFormatException($"{entry.Count} values where the page needs {count}", Broken, offset: Offset, tag: tag.ToString());
        }

        _source.Require(entry.ValueOffset, count * SizeOf(entry), $"tag {tag}");
        var values = new long[count];
        Integers(entry, values);
        return values;
    }

    /// <summary>The first value of a rational tag; NaN when absent, of another type or with a zero denominator.</summary>
    internal double Rational(TiffTag tag)
    {
        if (!TryFind(tag, out TiffEntry entry) || entry.Type != 5 || entry.Count < 1)
        {
            return double.NaN;
        }

        Span<byte> bytes = stackalloc byte[8];
        _source.Read(entry.ValueOffset, bytes, $"tag {tag}");
        uint denominator = _source.U32(bytes[4..]);
        return denominator == 0 ? double.NaN : _source.U32(bytes) / (double)denominator;
    }

    /// <summary>All texts under a tag (some programs write two descriptions), decoded as UTF-8, without trailing NULs.</summary>
    internal IEnumerable<string> Texts(TiffTag tag)
    {
        foreach (TiffEntry entry in _entries)
        {
            if (entry.Tag == tag && entry.Type is 1 or 2 or 7)
            {
                long length = (long)Math.Min(entry.Count, long.MaxValue);
                _source.Require(entry.ValueOffset, length, $"tag {tag}");
                var bytes = new byte[(int)Math.Min(length, 1 << 28)];
                _source.Read(entry.ValueOffset, bytes, $"tag {tag}");
                yield return Encoding.UTF8.GetString(bytes).TrimEnd('\0');
            }
        }
    }

    private static TiffEntry ReadEntry(TiffSource source, bool bigTiff, ReadOnlySpan<byte> bytes, long at)
    {
        var tag = (TiffTag)source.U16(bytes);
        ushort type = source.U16(bytes[2..]);
        ulong count = bigTiff ? source.U64(bytes[4..]) : source.U32(bytes[4..]);
        int valueAt = bigTiff ? 12 : 8, inline = bigTiff ? 8 : 4;
        ulong pointer = bigTiff ? source.U64(bytes[valueAt..]) : source.U32(bytes[valueAt..]);
        bool isInline = count <= (ulong)inline && count * (ulong)SizeOfType(type) <= (ulong)inline;
        return new TiffEntry(tag, type, count, isInline ? at + valueAt : (long)Math.Min(pointer, long.MaxValue));
    }

    private static int SizeOfType(ushort type) => type switch
    {
        1 or 2 or 6 or 7 => 1,
        3 or 8 => 2,
        4 or 9 or 11 or 13 => 4,
        5 or 10 or 12 or 16 or 17 or 18 => 8,
        _ => 8,
    };

    private static int SizeOf(TiffEntry entry) => entry.Type switch
    {
        1 or 7 => 1,
        3 => 2,
        4 or 13 => 4,
        16 or 18 => 8,
        _ => throw new TiffFormatException($"values of type {entry.Type} where unsigned integers belong", Broken, tag: entry.Tag.ToString()),
    };

    private void Integers(TiffEntry entry, Span<long> values)
    {
        int size = SizeOf(entry);
        if ((ulong)values.Length > entry.Count)
        {
            throw new TiffFormatException("the tag holds no value", Broken, offset: Offset, tag: entry.Tag.ToString());
        }

        Span<byte> chunk = stackalloc byte[1024];
        for (int done = 0; done < values.Length;)
        {
            int here = Math.Min(values.Length - done, chunk.Length / size);
            _source.Read(entry.ValueOffset + ((long)done * size), chunk[..(here * size)], $"tag {entry.Tag}");
            for (int i = 0; i < here; i++)
            {
                ReadOnlySpan<byte> one = chunk.Slice(i * size, size);
                values[done + i] = size switch
                {
                    1 => one[0],
                    2 => _source.U16(one),
                    4 => _source.U32(one),
                    _ => (long)Math.Min(_source.U64(one), long.MaxValue),
                };
            }

            done += here;
        }
    }

    private bool TryFind(TiffTag tag, out TiffEntry found)
    {
        foreach (TiffEntry entry in _entries)
        {
            if (entry.Tag == tag)
            {
                found = entry;
                return true;
            }
        }

        found = default;
        return false;
    }
}
