namespace MicroscopeStream.Imaging.Colour;

/// <summary>An 8-bit RGB image: row-major (y, x), three bytes red, green, blue per pixel. Not thread-safe while written.</summary>
public sealed class RgbImage
{
    /// <summary>Makes a black image.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public RgbImage(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        Width = width;
        Height = height;
        Pixels = new byte[checked(width * height * 3)];
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>The pixels, row-major (y, x), red, green, blue.</summary>
    public byte[] Pixels { get; }

    /// <summary>Sets a rectangle to one colour; what lies outside the image is ignored.</summary>
    public void Fill(int x, int y, int width, int height, Rgb colour)
    {
        int right = Math.Min(Width, x + width), bottom = Math.Min(Height, y + height);
        for (int row = Math.Max(0, y); row < bottom; row++)
        {
            for (int column = Math.Max(0, x); column < right; column++)
            {
                int at = ((row * Width) + column) * 3;
                (Pixels[at], Pixels[at + 1], Pixels[at + 2]) = (colour.Red, colour.Green, colour.Blue);
            }
        }
    }
}

/// <summary>One sRGB colour, 0…255 each.</summary>
/// <param name="Red">Red.</param>
/// <param name="Green">Green.</param>
/// <param name="Blue">Blue.</param>
public readonly record struct Rgb(byte Red, byte Green, byte Blue)
{
    /// <summary>White.</summary>
    public static Rgb White { get; } = new(255, 255, 255);

    /// <summary>The colour written as 0xRRGGBB.</summary>
    public static Rgb FromHex(int hex) => new((byte)(hex >> 16), (byte)(hex >> 8), (byte)hex);
}
