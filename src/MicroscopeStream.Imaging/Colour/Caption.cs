namespace MicroscopeStream.Imaging.Colour;

/// <summary>Writes short captions into pictures: digits, <c>. + - = [ ]</c>, spaces, and the letters of x, y, z, σ, nm, µm, mm.</summary>
public static class Caption
{
    /// <summary>Height of a caption, pixels per unit of its scale.</summary>
    public const int Height = DigitFont.Height;

    /// <summary>Width of a caption, pixels.</summary>
    /// <param name="text">The text.</param>
    /// <param name="scale">Pixels per dot of the font, ≥ 1.</param>
    public static int Width(string text, int scale = 1) => Math.Max(0, DigitFont.Width(text) * scale);

    /// <summary>Writes a caption; what lies outside the image is left out.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="text">The text.</param>
    /// <param name="x">Left edge, pixels.</param>
    /// <param name="y">Top edge, pixels.</param>
    /// <param name="colour">Ink.</param>
    /// <param name="scale">Pixels per dot of the font, ≥ 1.</param>
    /// <exception cref="ArgumentException">The font lacks a character.</exception>
    public static void Draw(RgbImage image, string text, int x, int y, Rgb colour, int scale = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(scale, 1);
        foreach (char c in text)
        {
            if (!DigitFont.Has(c))
            {
                throw new ArgumentException($"The font has no '{c}'.", nameof(text));
            }
        }

        DigitFont.Draw(image, text, x, y, scale, colour);
    }
}
