using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;

namespace MicroscopeStream.Contract.Wire;

/// <summary>
/// Reads protobuf's wire format (protobuf.dev/programming-guides/encoding) from a sequence. Every fault of the bytes is a
/// <see cref="MalformedMessageException"/>; nothing reads past the end.
/// </summary>
internal ref struct WireReader
{
    // The depth at which Google's own parsers stop following nested groups.
    private const int MaxGroupDepth = 100;
    private SequenceReader<byte> _reader;

    public WireReader(in ReadOnlySequence<byte> bytes) => _reader = new SequenceReader<byte>(bytes);

    public readonly bool End => _reader.End;

    /// <summary>Bytes read so far.</summary>
    public readonly long Consumed => _reader.Consumed;

    /// <summary>Reads a field's tag: its number times 8 plus its wire type.</summary>
    public uint ReadTag()
    {
        uint tag = ReadVarint32();
        return tag >> 3 == 0 ? throw new MalformedMessageException("a tag has the field number 0") : tag;
    }

    /// <summary>Reads a varint and keeps its low 32 bits, as protobuf does for 32-bit fields.</summary>
    public uint ReadVarint32() => (uint)ReadVarint64();

    public ulong ReadVarint64()
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            if (!_reader.TryRead(out byte b))
            {
                throw MalformedMessageException.Truncated();
            }

            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }

        throw new MalformedMessageException("a varint is longer than 10 bytes");
    }

    public double ReadDouble()
    {
        Span<byte> bytes = stackalloc byte[8];
        if (!_reader.TryCopyTo(bytes))
        {
            throw MalformedMessageException.Truncated();
        }

        _reader.Advance(8);
        return BinaryPrimitives.ReadDoubleLittleEndian(bytes);
    }

    /// <summary>Reads a length without its bytes, which may not have arrived.</summary>
    public bool TryReadLength(out long length)
    {
        length = 0;
        for (int shift = 0; shift < 35; shift += 7)
        {
            if (!_reader.TryRead(out byte b))
            {
                return false;
            }

            length |= (long)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return length <= int.MaxValue;
            }
        }

        return false;
    }

    /// <summary>Reads a length and gives that many bytes in place.</summary>
    public ReadOnlySequence<byte> ReadLengthDelimited()
    {
        int length = (int)ReadVarint32();
        if (length < 0)
        {
            throw new MalformedMessageException("a length is negative");
        }

        if (length > _reader.Remaining)
        {
            throw MalformedMessageException.Truncated();
        }

        ReadOnlySequence<byte> slice = _reader.UnreadSequence.Slice(0, length);
        _reader.Advance(length);
        return slice;
    }

    /// <summary>Skips the value of a field that we do not know.</summary>
    public void Skip(uint tag)
    {
        switch ((WireFormat.WireType)(tag & 7))
        {
            case WireFormat.WireType.Varint:
                ReadVarint64();
                break;
            case WireFormat.WireType.Fixed64:
                Advance(8);
                break;
            case WireFormat.WireType.LengthDelimited:
                ReadLengthDelimited();
                break;
            case WireFormat.WireType.StartGroup:
                SkipGroup(tag >> 3);
                break;
            case WireFormat.WireType.Fixed32:
                Advance(4);
                break;
            case WireFormat.WireType.EndGroup:
                throw new MalformedMessageException("a group ends that never began");
            default:
                throw new MalformedMessageException($"wire type {tag & 7} does not exist");
        }
    }

    // Iterative, so that a hostile nesting depth costs an error and not the stack.
    private void SkipGroup(uint field)
    {
        Span<uint> open = stackalloc uint[MaxGroupDepth];
        open[0] = field;
        int depth = 1;
        while (depth > 0)
        {
            uint tag = ReadTag();
            switch ((WireFormat.WireType)(tag & 7))
            {
                case WireFormat.WireType.StartGroup when depth == MaxGroupDepth:
                    throw new MalformedMessageException($"groups are nested more than {MaxGroupDepth} deep");
                case WireFormat.WireType.StartGroup:
                    open[depth++] = tag >> 3;
                    break;
                case WireFormat.WireType.EndGroup when open[depth - 1] != tag >> 3:
                    throw new MalformedMessageException("a group ends with another group's number");
                case WireFormat.WireType.EndGroup:
                    depth--;
                    break;
                default:
                    Skip(tag);
                    break;
            }
        }
    }

    private void Advance(int count)
    {
        if (_reader.Remaining < count)
        {
            throw MalformedMessageException.Truncated();
        }

        _reader.Advance(count);
    }
}
