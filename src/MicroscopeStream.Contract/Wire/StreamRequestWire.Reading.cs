using System.Buffers;
using Google.Protobuf;
using MicroscopeStream.Contract.V1;

namespace MicroscopeStream.Contract.Wire;

/// <summary>Reads and writes <c>microscopestream.v1.StreamRequest</c> without intermediate copies of the pixels.</summary>
public static partial class StreamRequestWire
{
    /// <summary>
    /// Reads a message: any field order, unknown fields skipped, repeated fields merged, exactly as the generated parser would.
    /// </summary>
    /// <param name="bytes">The whole message.</param>
    /// <param name="message">The message to fill; what it held is forgotten.</param>
    /// <param name="sink">Takes the pixels of a frame; null: they are copied into an array of their own.</param>
    /// <exception cref="MalformedMessageException">The bytes are no such message.</exception>
    public static void Read(in ReadOnlySequence<byte> bytes, WireStreamRequest message, IFrameSink? sink)
    {
        message.Clear();
        var body = StreamRequest.BodyOneofCase.None;
        StreamStart? start = null;
        WireFrameHeader header = default;
        ReadOnlySequence<byte> pixels = default;
        var reader = new WireReader(bytes);
        while (!reader.End)
        {
            uint tag = reader.ReadTag();
            switch (tag)
            {
                case FrameTags.Start:
                    start = body == StreamRequest.BodyOneofCase.Start ? start : new StreamStart();
                    body = StreamRequest.BodyOneofCase.Start;
                    MergeStart(start!, reader.ReadLengthDelimited());
                    break;
                case FrameTags.Frame:
                    // A repeated message field is merged into the first, but only while it is still the oneof's case.
                    if (body != StreamRequest.BodyOneofCase.Frame)
                    {
                        header = default;
                        pixels = default;
                    }

                    body = StreamRequest.BodyOneofCase.Frame;
                    ReadFrame(reader.ReadLengthDelimited(), ref header, ref pixels);
                    break;
                case FrameTags.End:
                    body = StreamRequest.BodyOneofCase.End;
                    SkipAll(reader.ReadLengthDelimited());
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        Fill(message, body, start, header, pixels, sink);
    }

    private static void Fill(
        WireStreamRequest message, StreamRequest.BodyOneofCase body, StreamStart? start, in WireFrameHeader header, in ReadOnlySequence<byte> pixels, IFrameSink? sink)
    {
        switch (body)
        {
            case StreamRequest.BodyOneofCase.Start:
                message.SetStart(start!);
                break;
            case StreamRequest.BodyOneofCase.Frame when sink is not null:
                message.SetFrame(header, default);
                Memory<byte> slot = sink.Begin(header, (int)pixels.Length);
                if (!slot.IsEmpty)
                {
                    pixels.CopyTo(slot.Span);
                }

                sink.Complete();
                break;
            case StreamRequest.BodyOneofCase.Frame:
                message.SetFrame(header, pixels.ToArray());
                break;
            case StreamRequest.BodyOneofCase.End:
                message.SetEnd();
                break;
            default:
                break;
        }
    }

    private static void ReadFrame(in ReadOnlySequence<byte> bytes, ref WireFrameHeader header, ref ReadOnlySequence<byte> pixels)
    {
        var reader = new WireReader(bytes);
        while (!reader.End)
        {
            uint tag = reader.ReadTag();
            if (tag == FrameTags.Pixels)
            {
                pixels = reader.ReadLengthDelimited();
            }
            else if (!TryReadField(ref reader, tag, ref header))
            {
                reader.Skip(tag);
            }
        }
    }

    private static bool TryReadField(ref WireReader reader, uint tag, ref WireFrameHeader header)
    {
        switch (tag)
        {
            case FrameTags.Sequence: header.Sequence = reader.ReadVarint64(); return true;
            case FrameTags.Channel: header.Channel = reader.ReadVarint32(); return true;
            case FrameTags.TimeIndex: header.TimeIndex = reader.ReadVarint32(); return true;
            case FrameTags.SliceIndex: header.SliceIndex = reader.ReadVarint32(); return true;
            case FrameTags.PositionIndex: header.PositionIndex = reader.ReadVarint32(); return true;
            case FrameTags.AngleIndex: header.AngleIndex = reader.ReadVarint32(); return true;
            case FrameTags.PhaseIndex: header.PhaseIndex = reader.ReadVarint32(); return true;
            case FrameTags.ExposureMs: header.ExposureMs = reader.ReadDouble(); return true;
            case FrameTags.RoiX: header.RoiX = reader.ReadVarint32(); return true;
            case FrameTags.RoiY: header.RoiY = reader.ReadVarint32(); return true;
            case FrameTags.CameraTimestampNs: header.CameraTimestampNs = reader.ReadVarint64(); return true;
            case FrameTags.SenderTimestampNs: header.SenderTimestampNs = reader.ReadVarint64(); return true;
            case FrameTags.Width: header.Width = reader.ReadVarint32(); return true;
            case FrameTags.Height: header.Height = reader.ReadVarint32(); return true;
            default: return false;
        }
    }

    private static void MergeStart(StreamStart start, in ReadOnlySequence<byte> bytes)
    {
        try
        {
            start.MergeFrom(bytes);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new MalformedMessageException(e.Message, e);
        }
    }

    private static void SkipAll(in ReadOnlySequence<byte> bytes)
    {
        var reader = new WireReader(bytes);
        while (!reader.End)
        {
            reader.Skip(reader.ReadTag());
        }
    }
}
