using System.Globalization;

namespace MicroscopeStream.Imaging.Colour;

/// <summary>Burns a scale bar of a round length with its label into the lower right corner of an image.</summary>
public static class ScaleBar
{
    /// <summary>The longest round length (1, 2 or 5 times a power of ten, nm) that takes at most a share of the width.</summary>
    /// <param name="widthNm">Width of the image, nm, &gt; 0.</param>
    /// <param name="share">Largest share of it, in (0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is not positive and finite.</exception>
    public static double RoundLengthNm(double widthNm, double share = 0.25)
    {
        double most = widthNm * share;
        if (!(most > 0) || !double.IsFinite(most))
        {
            throw new ArgumentOutOfRangeException(nameof(widthNm), widthNm, "An image must be a positive number of nm wide.");
        }

        double power = Math.Pow(10, Math.Floor(Math.Log10(most)));
        double mantissa = most / power;
        return power * (mantissa >= 5 ? 5 : mantissa >= 2 ? 2 : 1);
    }

    /// <summary>The length in words: "500 nm", "2 µm", "1 mm".</summary>
    public static string Label(double lengthNm) => lengthNm switch
    {
        >= 1e6 => string.Create(CultureInfo.InvariantCulture, $"{lengthNm / 1e6:g6} mm"),
        >= 1e3 => string.Create(CultureInfo.InvariantCulture, $"{lengthNm / 1e3:g6} µm"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{lengthNm:g6} nm"),
    };

    /// <summary>Burns the bar in.</summary>
    /// <param name="image">The image.</param>
    /// <param name="pixelSizeNm">Size of the image's pixels, nm, &gt; 0.</param>
    /// <param name="colour">Colour of bar and label; white when null.</param>
    /// <returns>Length of the bar, nm.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The pixel size is not positive and finite.</exception>
    public static double Burn(RgbImage image, double pixelSizeNm, Rgb? colour = null)
    {
        double length = RoundLengthNm(image.Width * pixelSizeNm);
        Rgb ink = colour ?? Rgb.White;
        int scale = Math.Max(1, Math.Min(image.Width, image.Height) / 200), margin = 6 * scale, thickness = 3 * scale;
        int bar = Math.Max(1, (int)Math.Round(length / pixelSizeNm)), left = image.Width - margin - bar, top = image.Height - margin - thickness;
        image.Fill(left, top, bar, thickness, ink);
        string label = Label(length);
        int labelWidth = DigitFont.Width(label) * scale;

        // Centred over the bar, but never beyond the image's edge.
        int x = Math.Min(left + ((bar - labelWidth) / 2), image.Width - scale - labelWidth);
        DigitFont.Draw(image, label, Math.Max(scale, x), top - ((DigitFont.Height + 3) * scale), scale, ink);
        return length;
    }
}
