using System.Buffers.Binary;
using System.Text;

namespace MicroscopeStream.Imaging.Tests.Tiff;

/// <summary>Puts a TIFF file together byte by byte, after the specification and independently of the product's writer.</summary>
internal sealed class TiffBytes
{
    public const int Ascii = 2;
    public const int Short = 3;
    public const int Long = 4;
    public const int Rational = 5;
    private readonly List<byte> _bytes = [];
    private readonly bool _bigEndian;
    private readonly bool _bigTiff;
    private int _pointerAt;

    public TiffBytes(bool bigEndian = false, bool bigTiff = false)
    {
        (_bigEndian, _bigTiff) = (bigEndian, bigTiff);
        _bytes.AddRange(bigEndian ? "MM"u8 : "II"u8);
        Append(2, bigTiff ? 43UL : 42UL);
        if (bigTiff)
        {
            Append(2, 8);
            Append(2, 0);
        }

        _pointerAt = _bytes.Count;
        Append(bigTiff ? 8 : 4, 0);
    }

    public int Length => _bytes.Count;

    public byte[] ToArray() => [.. _bytes];

    public MemoryStream ToStream() => new(ToArray());

    /// <summary>Appends bytes as they are; returns where.</summary>
    public int Data(params ReadOnlySpan<byte> data)
    {
        int at = _bytes.Count;
        _bytes.AddRange(data);
        return at;
    }

    /// <summary>Appends a directory and links it to the previous one.</summary>
    public TiffBytes Page(params (int Tag, int Type, ulong[] Values)[] entries)
    {
        int inline = _bigTiff ? 8 : 4;
        var fields = new List<(int Tag, int Type, ulong Count, byte[] Field)>();
        foreach ((int tag, int type, ulong[] values) in entries.OrderBy(e => e.Tag))
        {
            byte[] encoded = [.. values.SelectMany(v => Encode(type, v))];
            byte[] field = encoded.Length <= inline ? [.. encoded, .. new byte[inline - encoded.Length]] : Number(inline, (ulong)Data(encoded));
            fields.Add((tag, type, (ulong)values.Length, field));
        }

        int at = _bytes.Count;
        Append(_bigTiff ? 8 : 2, (ulong)fields.Count);
        foreach ((int tag, int type, ulong count, byte[] field) in fields)
        {
            Append(2, (ulong)tag);
            Append(2, (ulong)type);
            Append(inline, count);
            _bytes.AddRange(field);
        }

        Link(at);
        _pointerAt = _bytes.Count;
        Append(inline, 0);
        return this;
    }

    /// <summary>A grayscale page from segments that are stored as given.</summary>
    public TiffBytes Gray(
        int width, int height, int bits, int compression, byte[][] segments, int? rowsPerStrip = null, int format = 1, int predictor = 1,
        (int Width, int Height)? tile = null, string? description = null, params (int Tag, int Type, ulong[] Values)[] more)
    {
        ulong[] offsets = [.. segments.Select(s => (ulong)Data(s))], counts = [.. segments.Select(s => (ulong)s.Length)];
        var entries = new List<(int Tag, int Type, ulong[] Values)>
        {
            (256, Short, [(ulong)width]), (257, Long, [(ulong)height]), (258, Short, [(ulong)bits]), (259, Short, [(ulong)compression]),
            (262, Short, [1]), (277, Short, [1]), (317, Short, [(ulong)predictor]), (339, Short, [(ulong)format]),
            (tile is null ? 273 : 324, Long, offsets), (tile is null ? 279 : 325, Long, counts),
        };
        if (tile is (int tileWidth, int tileHeight))
        {
            entries.AddRange([(322, Short, [(ulong)tileWidth]), (323, Short, [(ulong)tileHeight])]);
        }
        else
        {
            entries.Add((278, Long, [(ulong)(rowsPerStrip ?? height)]));
        }

        if (description is not null)
        {
            entries.Add((270, Ascii, [.. Encoding.UTF8.GetBytes(description + '\0').Select(b => (ulong)b)]));
        }

        return Page([.. entries.Where(e => !more.Any(m => m.Tag == e.Tag)), .. more.Where(m => m.Values.Length > 0)]);
    }

    /// <summary>Points the last directory's "next" to a place.</summary>
    public TiffBytes Link(int at)
    {
        byte[] pointer = Number(_bigTiff ? 8 : 4, (ulong)at);
        for (int i = 0; i < pointer.Length; i++)
        {
            _bytes[_pointerAt + i] = pointer[i];
        }

        return this;
    }

    private byte[] Encode(int type, ulong value) => type switch
    {
        Ascii => [(byte)value],
        Short => Number(2, value),
        Long => Number(4, value),
        Rational => [.. Number(4, value >> 32), .. Number(4, value & uint.MaxValue)],
        _ => Number(8, value),
    };

    private void Append(int size, ulong value) => _bytes.AddRange(Number(size, value));

    private byte[] Number(int size, ulong value)
    {
        var bytes = new byte[8];
        if (_bigEndian)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
            return bytes[(8 - size)..];
        }

        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return bytes[..size];
    }
}
