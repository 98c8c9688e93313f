using System.Buffers;

namespace MicroscopeStream.Contract.Wire;

public static partial class StreamRequestWire
{
    /// <summary>Bytes of a message's beginning that <see cref="TryReadHead"/> looks at; every known field fits in it.</summary>
    public const int MaxHeadBytes = 256;

    /// <summary>
    /// Reads the beginning of a frame message whose last part is its pixels, as every ordinary sender writes it: then the
    /// pixels can go to their slot while they arrive, and the message is never in memory as a whole.
    /// </summary>
    /// <param name="start">The first bytes of the message, at least the smaller of its length and <see cref="MaxHeadBytes"/>.</param>
    /// <param name="messageLength">Length of the whole message.</param>
    /// <param name="header">The header.</param>
    /// <param name="headLength">Where the pixels begin; they are the rest of the message.</param>
    /// <returns>
    /// False when the message is anything else (another body, fields after the pixels, many unknown fields, malformed bytes):
    /// use <see cref="Read"/>, which judges it.
    /// </returns>
    public static bool TryReadHead(in ReadOnlySequence<byte> start, long messageLength, out WireFrameHeader header, out int headLength)
    {
        header = default;
        headLength = 0;
        var reader = new WireReader(start.Slice(0, Math.Min(start.Length, MaxHeadBytes)));
        try
        {
            if (reader.End || reader.ReadTag() != FrameTags.Frame || !reader.TryReadLength(out long length) || reader.Consumed + length != messageLength)
            {
                return false;
            }

            while (!reader.End)
            {
                uint tag = reader.ReadTag();
                if (tag == FrameTags.Pixels)
                {
                    bool last = reader.TryReadLength(out long pixels) && reader.Consumed + pixels == messageLength;
                    headLength = (int)reader.Consumed;
                    return last;
                }

                if (!TryReadField(ref reader, tag, ref header))
                {
                    return false;
                }
            }
        }
        catch (MalformedMessageException)
        {
            // Cut off by the limit or really malformed: either way the general reader knows.
        }

        return false;
    }
}
