namespace MicroscopeStream.Imaging.Tiff;

/// <summary>Apple's run-length code (TIFF 6.0, section 9).</summary>
internal static class PackBits
{
    /// <summary>Decodes until either side ends; returns the bytes written.</summary>
    internal static int Decode(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        int from = 0, to = 0;
        while (from < source.Length && to < destination.Length)
        {
            int control = (sbyte)source[from++];
            if (control >= 0)
            {
                int count = Math.Min(Math.Min(control + 1, source.Length - from), destination.Length - to);
                source.Slice(from, count).CopyTo(destination[to..]);
                from += count;
                to += count;
            }
            else if (control != -128 && from < source.Length)
            {
                int count = Math.Min(1 - control, destination.Length - to);
                destination.Slice(to, count).Fill(source[from++]);
                to += count;
            }
        }

        return to;
    }
}
