namespace MicroscopeStream.Imaging.Tiff;

/// <summary>The first bytes of the file: byte order, classic or BigTIFF, and where the first directory is.</summary>
internal readonly record struct TiffHeader(bool BigEndian, bool BigTiff, long FirstDirectory)
{
    private const string NotTiff = "Give a TIFF file (it begins with II*, MM* or, as BigTIFF, II+ or MM+)";

    internal static TiffHeader Read(TiffSource source)
    {
        Span<byte> head = stackalloc byte[16];
        if (source.Length < 8)
        {
            throw new TiffFormatException($"the file has only {source.Length} bytes, less than a TIFF header", NotTiff, offset: 0);
        }

        source.Read(0, head[..8], "the header");
        bool bigEndian = (head[0], head[1]) switch
        {
            ((byte)'I', (byte)'I') => false,
            ((byte)'M', (byte)'M') => true,
            _ => throw new TiffFormatException("the file does not begin with II or MM", NotTiff, offset: 0),
        };
        source.BigEndian = bigEndian;
        switch (source.U16(head[2..]))
        {
            case 42:
                return new TiffHeader(bigEndian, false, source.U32(head[4..]));
            case 43:
                source.Read(0, head, "the BigTIFF header");
                if (source.U16(head[4..]) != 8 || source.U16(head[6..]) != 0)
                {
                    throw new TiffFormatException("a BigTIFF header with offsets that are not 8 bytes", NotTiff, offset: 4);
                }

                return new TiffHeader(bigEndian, true, (long)Math.Min(source.U64(head[8..]), long.MaxValue));
            default:
                throw new TiffFormatException($"the version number is {source.U16(head[2..])}, neither 42 nor 43", NotTiff, offset: 2);
        }
    }
}
