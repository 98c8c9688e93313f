namespace MicroscopeStream.Imaging.Tests.Tiff;

/// <summary>The encoder of TIFF 6.0, section 13, with strings as dictionary keys: slow and plain.</summary>
internal static class LzwEncoder
{
    public static byte[] Encode(byte[] data)
    {
        var bytes = new List<byte>();
        int buffer = 0, bits = 0, width = 9;
        var table = new Dictionary<string, int>();
        Write(256);
        Reset();
        string omega = "";
        foreach (byte b in data)
        {
            string longer = omega + (char)b;
            if (table.ContainsKey(longer))
            {
                omega = longer;
                continue;
            }

            Write(table[omega]);
            table[longer] = table.Count + 2;
            int next = table.Count + 2;
            if (next == 4095)
            {
                Write(256);
                Reset();
            }
            else
            {
                // As soon as entry 511 (1023, 2047) is in the table.
                width = next >= 2048 ? 12 : next >= 1024 ? 11 : next >= 512 ? 10 : 9;
            }

            omega = ((char)b).ToString();
        }

        Write(table[omega]);
        int after = table.Count + 3;
        width = after >= 2048 ? 12 : after >= 1024 ? 11 : after >= 512 ? 10 : 9;
        Write(257);
        if (bits > 0)
        {
            bytes.Add((byte)(buffer << (8 - bits)));
        }

        return [.. bytes];

        void Reset()
        {
            table.Clear();
            for (int i = 0; i < 256; i++)
            {
                table[((char)i).ToString()] = i;
            }

            width = 9;
        }

        void Write(int code)
        {
            buffer = (buffer << width) | code;
            bits += width;
            while (bits >= 8)
            {
                bits -= 8;
                bytes.Add((byte)(buffer >> bits));
                buffer &= (1 << bits) - 1;
            }
        }
    }
}
