using System.Globalization;

namespace MicroscopeStream.Imaging.Colour;

/// <summary>Says which colour is which depth.</summary>
public static class DepthBar
{
    /// <summary>A picture with a bar of <see cref="DepthPalette"/>'s colours and five depths on its right, on black.</summary>
    /// <param name="image">A picture coloured by depth.</param>
    /// <param name="minimumZNm">Depth of the first colour, at the bar's foot, nm.</param>
    /// <param name="maximumZNm">Depth of the last colour, at its top, nm.</param>
    public static RgbImage Append(RgbImage image, double minimumZNm, double maximumZNm)
    {
        int scale = Math.Max(1, Math.Min(image.Width, image.Height) / 300);
        string[] labels = [.. Enumerable.Range(0, 5).Select(i => Label(minimumZNm + ((maximumZNm - minimumZNm) * i / 4)))];
        int gap = 8 * scale, bar = 12 * scale, text = labels.Max(l => Caption.Width(l, scale));
        var wide = new RgbImage(image.Width + (4 * gap) + bar + text, image.Height);
        for (int row = 0; row < image.Height; row++)
        {
            image.Pixels.AsSpan(row * image.Width * 3, image.Width * 3).CopyTo(wide.Pixels.AsSpan(row * wide.Width * 3));
        }

        int left = image.Width + gap, top = Math.Min(gap + (Caption.Height * scale), image.Height / 4), height = Math.Max(1, image.Height - (2 * top));
        for (int row = 0; row < height; row++)
        {
            wide.Fill(left, top + row, bar, 1, DepthPalette.At(height == 1 ? 0 : 1 - (row / (double)(height - 1))));
        }

        for (int i = 0; i < labels.Length; i++)
        {
            int row = top + (int)Math.Round((height - 1) * (1 - (i / 4.0)));
            wide.Fill(left + bar, row, gap / 2, scale, Rgb.White);
            Caption.Draw(wide, labels[i], left + bar + gap, row - (3 * scale), Rgb.White, scale);
        }

        return wide;
    }

    private static string Label(double depthNm) => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(depthNm):0} nm");
}
