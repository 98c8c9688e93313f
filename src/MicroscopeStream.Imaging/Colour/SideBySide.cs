namespace MicroscopeStream.Imaging.Colour;

/// <summary>Puts two pictures of one field beside each other.</summary>
public static class SideBySide
{
    /// <summary>
    /// Left and right with a white line between. The lower one is enlarged to the other's height by repeating pixels, so that
    /// camera pixels stay visible as what they are.
    /// </summary>
    /// <param name="left">Left picture, for example the widefield image.</param>
    /// <param name="right">Right picture, for example the super-resolved image.</param>
    /// <param name="gap">Width of the line, pixels, ≥ 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The gap is negative.</exception>
    public static RgbImage Compose(RgbImage left, RgbImage right, int gap = 4)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(gap);
        int height = Math.Max(left.Height, right.Height);
        int leftWidth = ScaledWidth(left, height), rightWidth = ScaledWidth(right, height);
        var image = new RgbImage(leftWidth + gap + rightWidth, height);
        image.Fill(leftWidth, 0, gap, height, Rgb.White);
        Place(left, image, 0, leftWidth);
        Place(right, image, leftWidth + gap, rightWidth);
        return image;
    }

    /// <summary>An image enlarged by a whole factor, each pixel repeated.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The factor is below 1.</exception>
    public static RgbImage Enlarge(RgbImage image, int factor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 1);
        var enlarged = new RgbImage(checked(image.Width * factor), checked(image.Height * factor));
        Place(image, enlarged, 0, enlarged.Width);
        return enlarged;
    }

    private static int ScaledWidth(RgbImage image, int height) => Math.Max(1, (int)Math.Round(image.Width * (double)height / image.Height));

    private static void Place(RgbImage source, RgbImage target, int left, int width)
    {
        for (int y = 0; y < target.Height; y++)
        {
            int fromRow = (int)((long)y * source.Height / target.Height) * source.Width;
            for (int x = 0; x < width; x++)
            {
                int from = 3 * (fromRow + (int)((long)x * source.Width / width)), to = 3 * ((y * target.Width) + left + x);
                source.Pixels.AsSpan(from, 3).CopyTo(target.Pixels.AsSpan(to, 3));
            }
        }
    }
}
