namespace MicroscopeStream.Imaging.Colour;

/// <summary>A 5 × 9 dot font of our own for what scale bars and charts say: digits, signs, and the letters of a few quantities and units.</summary>
internal static class DigitFont
{
    internal const int Height = 9;
    private const int Advance = 6;

    // Nine rows from top to bottom; the lowest five bits of each, leftmost dot first. Rows 7 and 8 are for descenders.
    private static readonly Dictionary<char, byte[]> Glyphs = new()
    {
        ['0'] = [0b01110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01110, 0, 0],
        ['1'] = [0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110, 0, 0],
        ['2'] = [0b01110, 0b10001, 0b00001, 0b00110, 0b01000, 0b10000, 0b11111, 0, 0],
        ['3'] = [0b01110, 0b10001, 0b00001, 0b00110, 0b00001, 0b10001, 0b01110, 0, 0],
        ['4'] = [0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010, 0, 0],
        ['5'] = [0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110, 0, 0],
        ['6'] = [0b01110, 0b10000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110, 0, 0],
        ['7'] = [0b11111, 0b00001, 0b00010, 0b00010, 0b00100, 0b00100, 0b00100, 0, 0],
        ['8'] = [0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110, 0, 0],
        ['9'] = [0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00001, 0b01110, 0, 0],
        ['.'] = [0, 0, 0, 0, 0, 0b01100, 0b01100, 0, 0],
        ['n'] = [0, 0, 0b10110, 0b11001, 0b10001, 0b10001, 0b10001, 0, 0],
        ['m'] = [0, 0, 0b11010, 0b10101, 0b10101, 0b10101, 0b10101, 0, 0],
        ['µ'] = [0, 0, 0b10001, 0b10001, 0b10001, 0b10011, 0b11101, 0b10000, 0b10000],
        ['-'] = [0, 0, 0, 0b01110, 0, 0, 0, 0, 0],
        ['+'] = [0, 0b00100, 0b00100, 0b11111, 0b00100, 0b00100, 0, 0, 0],
        ['='] = [0, 0, 0b11111, 0, 0b11111, 0, 0, 0, 0],
        ['['] = [0b01110, 0b01000, 0b01000, 0b01000, 0b01000, 0b01000, 0b01110, 0, 0],
        [']'] = [0b01110, 0b00010, 0b00010, 0b00010, 0b00010, 0b00010, 0b01110, 0, 0],
        ['x'] = [0, 0, 0b10001, 0b01010, 0b00100, 0b01010, 0b10001, 0, 0],
        ['y'] = [0, 0, 0b10001, 0b10001, 0b10001, 0b01111, 0b00001, 0b00001, 0b01110],
        ['z'] = [0, 0, 0b11111, 0b00010, 0b00100, 0b01000, 0b11111, 0, 0],
        ['σ'] = [0, 0, 0b01111, 0b10010, 0b10001, 0b10001, 0b01110, 0, 0],
        [' '] = [0, 0, 0, 0, 0, 0, 0, 0, 0],
    };

    internal static bool Has(char c) => Glyphs.ContainsKey(c);

    internal static int Width(string text) => (text.Length * Advance) - 1;

    internal static void Draw(RgbImage image, string text, int x, int y, int scale, Rgb colour)
    {
        foreach (char c in text)
        {
            byte[] rows = Glyphs[c];
            for (int row = 0; row < rows.Length; row++)
            {
                for (int column = 0; column < 5; column++)
                {
                    if ((rows[row] & (0b10000 >> column)) != 0)
                    {
                        image.Fill(x + (column * scale), y + (row * scale), scale, scale, colour);
                    }
                }
            }

            x += Advance * scale;
        }
    }
}
