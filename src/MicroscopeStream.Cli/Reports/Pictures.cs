using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Colour;
using MicroscopeStream.Imaging.Png;
using MicroscopeStream.Imaging.Tiff;

namespace MicroscopeStream.Cli.Reports;

/// <summary>The pictures of a run: superres.tif, superres.png, widefield.png, comparison.png.</summary>
internal static class Pictures
{
    internal const string SuperResolvedTiff = "superres.tif";
    internal const string SuperResolvedPng = "superres.png";
    internal const string WidefieldPng = "widefield.png";
    internal const string ComparisonPng = "comparison.png";

    // Small images are enlarged by whole factors, so that a scale bar is legible and pixels stay what they are.
    private const int ComfortableEdge = 512;

    internal static void Write(OutputFolder folder, SuperResolvedImage? superResolved, SuperResolvedImage widefield)
    {
        RgbImage left = WidefieldColours(widefield);
        folder.Write(WidefieldPng, path => WritePng(path, left, widefield.Grid.PixelSizeNm));
        if (superResolved is null)
        {
            return;
        }

        folder.Write(SuperResolvedTiff, path => TiffWriter.WriteImage(path, superResolved.Grid, superResolved.Pixels));
        RgbImage right = SuperResolvedColours(superResolved);
        folder.Write(SuperResolvedPng, path => WritePng(path, right, superResolved.Grid.PixelSizeNm));
        folder.Write(ComparisonPng, path => WriteComparison(path, left, right, superResolved.Grid.PixelSizeNm));
    }

    /// <summary>The super-resolved image as it is shown: zeros black, the brightest spots allowed to saturate.</summary>
    internal static RgbImage SuperResolvedColours(SuperResolvedImage image)
    {
        DisplayRange range = DisplayRange.FromPercentiles(image.Pixels, 0, 99, ignoreZeros: true) with { Min = 0 };
        return ColourMap.Fire.Apply(image.Pixels, image.Grid.Width, image.Grid.Height, range, gamma: 0.7);
    }

    private static RgbImage WidefieldColours(SuperResolvedImage image) =>
        ColourMap.Gray.Apply(image.Pixels, image.Grid.Width, image.Grid.Height, DisplayRange.FromPercentiles(image.Pixels, 0.1, 99.9));

    private static void WritePng(string path, RgbImage image, double pixelSizeNm)
    {
        int factor = Math.Max(1, ComfortableEdge / Math.Max(image.Width, image.Height));
        RgbImage enlarged = SideBySide.Enlarge(image, factor);
        ScaleBar.Burn(enlarged, pixelSizeNm / factor);
        PngWriter.Write(path, enlarged, pixelSizeNm / factor);
    }

    private static void WriteComparison(string path, RgbImage widefield, RgbImage superResolved, double superResolvedPixelNm)
    {
        int factor = Math.Max(1, ComfortableEdge / Math.Max(superResolved.Width, superResolved.Height));
        RgbImage both = SideBySide.Compose(widefield, SideBySide.Enlarge(superResolved, factor));

        // The bar's length follows the width of one field, not of both.
        ScaleBar.Burn(both, superResolvedPixelNm / factor);
        PngWriter.Write(path, both);
    }
}
