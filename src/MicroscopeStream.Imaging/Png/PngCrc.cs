namespace MicroscopeStream.Imaging.Png;

/// <summary>The CRC-32 of PNG chunks (ISO 3309; PNG specification, annex D): polynomial 0xEDB88320, bit-reversed.</summary>
internal struct PngCrc
{
    private static readonly uint[] Table = MakeTable();
    private uint _state = uint.MaxValue;

    public PngCrc()
    {
    }

    internal readonly uint Value => ~_state;

    internal void Add(ReadOnlySpan<byte> bytes)
    {
        uint state = _state;
        foreach (byte b in bytes)
        {
            state = Table[(byte)(state ^ b)] ^ (state >> 8);
        }

        _state = state;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (uint n = 0; n < 256; n++)
        {
            uint c = n;
            for (int bit = 0; bit < 8; bit++)
            {
                c = (c & 1) != 0 ? 0xEDB88320 ^ (c >> 1) : c >> 1;
            }

            table[n] = c;
        }

        return table;
    }
}
