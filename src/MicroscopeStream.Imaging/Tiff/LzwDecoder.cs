namespace MicroscopeStream.Imaging.Tiff;

/// <summary>
/// LZW as TIFF uses it (TIFF 6.0, section 13; Welch 1984, 10.1109/MC.1984.1659158): codes of 9 to 12 bits, most significant
/// bit first, widened one code early. A code is kept as where its string was last written, so a string is copied, not walked.
/// </summary>
internal sealed class LzwDecoder
{
    private const int Clear = 256;
    private const int End = 257;
    private const int First = 258;
    private const int Codes = 4096;
    private readonly int[] _start = new int[Codes];
    private readonly int[] _length = new int[Codes];

    /// <summary>Decodes until the end code, the end of the source or a full destination; returns the bytes written.</summary>
    /// <exception cref="FormatException">A code that no encoder can have written.</exception>
    internal int Decode(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        int next = First, width = 9, previousStart = -1, previousLength = 0;
        int bits = 0, from = 0, to = 0;
        uint buffer = 0;
        while (to < destination.Length)
        {
            while (bits < width)
            {
                if (from == source.Length)
                {
                    return to;
                }

                buffer = (buffer << 8) | source[from++];
                bits += 8;
            }

            bits -= width;
            int code = (int)(buffer >> bits) & ((1 << width) - 1);
            if (code == End)
            {
                return to;
            }

            if (code == Clear)
            {
                (next, width, previousStart) = (First, 9, -1);
                continue;
            }

            int written = Write(code, next, to, previousStart, previousLength, source, destination);
            if (previousStart >= 0 && next < Codes)
            {
                // The new string is the previous one and the byte after it, which this code has just written.
                _start[next] = previousStart;
                _length[next] = previousLength + 1;
                next++;
                if (next == (1 << width) - 1 && width < 12)
                {
                    width++;
                }
            }

            (previousStart, previousLength) = (to, written);
            to += written;
        }

        return to;
    }

    private int Write(int code, int next, int to, int previousStart, int previousLength, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (code < Clear)
        {
            destination[to] = (byte)code;
            return 1;
        }

        bool known = code < next;
        if (!known && (code != next || previousStart < 0))
        {
            throw new FormatException(
                source is [0, 1, ..] ? "old-style LZW, least significant bit first" : $"LZW code {code} comes before it is defined");
        }

        int start = known ? _start[code] : previousStart;
        int length = known ? _length[code] : previousLength + 1;
        length = Math.Min(length, destination.Length - to);

        // Byte by byte: a string may overlap its own copy (the code that is defined by its own use).
        for (int i = 0; i < length; i++)
        {
            destination[to + i] = destination[start + i];
        }

        return length;
    }
}
