using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using Google.Protobuf;
using MicroscopeStream.Contract.V1;

namespace MicroscopeStream.Contract.Wire;

public static partial class StreamRequestWire
{
    // 14 fields, each a one-byte tag and at most 10 bytes, plus the tags and lengths of the frame and its pixels.
    private const int MaxHeaderBytes = (14 * 11) + 16;

    /// <summary>Bytes that <see cref="Write"/> will write for a message.</summary>
    public static int Measure(WireStreamRequest message) => message.Body switch
    {
        StreamRequest.BodyOneofCase.Frame => MeasureFrame(message),
        StreamRequest.BodyOneofCase.Start => MeasureNested(message.Start!.CalculateSize()),
        StreamRequest.BodyOneofCase.End => MeasureNested(0),
        _ => 0,
    };

    /// <summary>Writes a message: the bytes that the generated class would write.</summary>
    /// <param name="message">The message.</param>
    /// <param name="output">Where to; pixels are copied into it directly.</param>
    public static void Write(WireStreamRequest message, IBufferWriter<byte> output)
    {
        switch (message.Body)
        {
            case StreamRequest.BodyOneofCase.Frame:
                Span<byte> head = stackalloc byte[MaxHeaderBytes];
                output.Write(head[..WriteHead(message, head)]);
                output.Write(message.Pixels.Span);
                break;
            case StreamRequest.BodyOneofCase.Start:
                WriteNested(FrameTags.Start, message.Start!.CalculateSize(), output);
                message.Start.WriteTo(output);
                break;
            case StreamRequest.BodyOneofCase.End:
                WriteNested(FrameTags.End, 0, output);
                break;
            default:
                break;
        }
    }

    private static int MeasureFrame(WireStreamRequest message)
    {
        Span<byte> head = stackalloc byte[MaxHeaderBytes];
        return checked(WriteHead(message, head) + message.Pixels.Length);
    }

    private static int MeasureNested(int length) => 1 + VarintSize((uint)length) + length;

    private static void WriteNested(uint tag, int length, IBufferWriter<byte> output)
    {
        Span<byte> head = stackalloc byte[16];
        int at = PutVarint(head, 0, tag);
        output.Write(head[..PutVarint(head, at, (uint)length)]);
    }

    // Everything up to the first pixel: the outer tag and length, the header's fields in ascending order, the pixels' tag and length.
    private static int WriteHead(WireStreamRequest message, Span<byte> head)
    {
        Span<byte> fields = stackalloc byte[MaxHeaderBytes];
        int count = WriteFields(message.Header, message.Pixels.Length, fields);
        int at = PutVarint(head, 0, FrameTags.Frame);
        at = PutVarint(head, at, (uint)checked(count + message.Pixels.Length));
        fields[..count].CopyTo(head[at..]);
        return at + count;
    }

    private static int WriteFields(in WireFrameHeader header, int pixelBytes, Span<byte> to)
    {
        int at = Put(to, 0, FrameTags.Sequence, header.Sequence);
        at = Put(to, at, FrameTags.Channel, header.Channel);
        at = PutOptional(to, at, FrameTags.TimeIndex, header.TimeIndex);
        at = PutOptional(to, at, FrameTags.SliceIndex, header.SliceIndex);
        at = PutOptional(to, at, FrameTags.PositionIndex, header.PositionIndex);
        at = PutOptional(to, at, FrameTags.AngleIndex, header.AngleIndex);
        at = PutOptional(to, at, FrameTags.PhaseIndex, header.PhaseIndex);
        if (header.ExposureMs != 0)
        {
            at = PutVarint(to, at, FrameTags.ExposureMs);
            BinaryPrimitives.WriteDoubleLittleEndian(to[at..], header.ExposureMs);
            at += 8;
        }

        at = Put(to, at, FrameTags.RoiX, header.RoiX);
        at = Put(to, at, FrameTags.RoiY, header.RoiY);
        at = Put(to, at, FrameTags.CameraTimestampNs, header.CameraTimestampNs);
        at = Put(to, at, FrameTags.SenderTimestampNs, header.SenderTimestampNs);
        at = Put(to, at, FrameTags.Width, header.Width);
        at = Put(to, at, FrameTags.Height, header.Height);
        return Put(to, at, FrameTags.Pixels, (ulong)pixelBytes);
    }

    // proto3 leaves out a field that holds its default.
    private static int Put(Span<byte> to, int at, uint tag, ulong value) =>
        value == 0 ? at : PutVarint(to, PutVarint(to, at, tag), value);

    private static int PutOptional(Span<byte> to, int at, uint tag, uint? value) =>
        value is { } stated ? PutVarint(to, PutVarint(to, at, tag), stated) : at;

    private static int PutVarint(Span<byte> to, int at, ulong value)
    {
        while (value >= 0x80)
        {
            to[at++] = (byte)(value | 0x80);
            value >>= 7;
        }

        to[at++] = (byte)value;
        return at;
    }

    private static int VarintSize(uint value) => (38 - BitOperations.LeadingZeroCount(value | 1)) / 7;
}
