using System.Buffers.Binary;
using System.Text;

namespace MicroscopeStream.Inference.Packages.Onnx;

/// <summary>
/// Walks one protobuf message (wire format: https://protobuf.dev/programming-guides/encoding/). Every length is checked
/// against what is left, so mutated bytes end in <see cref="InvalidDataException"/> and never beyond the message.
/// </summary>
internal ref struct ProtoReader
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> _rest;
    private ulong _number;
    private ReadOnlySpan<byte> _bytes;

    public ProtoReader(ReadOnlySpan<byte> message)
        : this() => _rest = message;

    /// <summary>Number of the field last read.</summary>
    public int Field { get; private set; }

    /// <summary>Whether the field last read is a message, a string or bytes.</summary>
    public bool IsBytes { get; private set; }

    /// <summary>The field as a number.</summary>
    public readonly long Number => IsBytes ? throw Broken($"field {Field} should be a number") : (long)_number;

    /// <summary>The field as bytes, or as a message.</summary>
    public readonly ReadOnlySpan<byte> Bytes => IsBytes ? _bytes : throw Broken($"field {Field} should hold bytes");

    /// <summary>The field as text.</summary>
    public readonly string Text
    {
        get
        {
            try
            {
                return s_utf8.GetString(Bytes);
            }
            catch (DecoderFallbackException)
            {
                throw Broken($"field {Field} is not UTF-8");
            }
        }
    }

    /// <summary>Reads the next field; false at the end of the message.</summary>
    /// <exception cref="InvalidDataException">The bytes are no protobuf message.</exception>
    public bool Next()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        ulong tag = ReadVarint();
        Field = tag >> 3 is > 0 and <= int.MaxValue ? (int)(tag >> 3) : throw Broken("a field has no number");
        IsBytes = false;
        switch (tag & 7)
        {
            case 0:
                _number = ReadVarint();
                break;
            case 1:
                _number = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                break;
            case 2:
                ulong length = ReadVarint();
                _bytes = Take(length);
                IsBytes = true;
                break;
            case 5:
                _number = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                break;
            default:
                throw Broken($"field {Field} is of an unknown kind");
        }

        return true;
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)_rest.Length)
        {
            throw Broken($"it ends in the middle: {length} bytes announced, {_rest.Length} left");
        }

        ReadOnlySpan<byte> taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return taken;
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (int i = 0; i < 10; i++)
        {
            byte next = Take(1)[0];
            value |= (ulong)(next & 0x7f) << (7 * i);
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Broken("a number is too long");
    }

    private static InvalidDataException Broken(string what) => new(what);
}
