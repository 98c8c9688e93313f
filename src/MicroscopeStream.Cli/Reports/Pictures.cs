using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Colour;
using MicroscopeStream.Imaging.Png;
using MicroscopeStream.Imaging.Tiff;

namespace MicroscopeStream.Cli.Reports;

/// <summary>The pictures of a run: superres.tif, superres.png, widefield.png, comparison.png, and in 3D superres-depth.tif.</summary>
internal static class Pictures
{
    internal const string SuperResolvedTiff = "superres.tif";
    internal const string DepthTiff = "superres-depth.tif";
    internal const string SuperResolvedPng = "superres.png";
    internal const string WidefieldPng = "widefield.png";
    internal const string ComparisonPng = "comparison.png";

    // Small images are enlarged by whole factors, so that a scale bar is legible and pixels stay what they are.
    private const int ComfortableEdge = 512;

    internal static void Write(OutputFolder folder, SuperResolution? superResolved, SuperResolvedImage widefield)
    {
        RgbImage left = WidefieldColours(widefield);
        folder.Write(WidefieldPng, path => WritePng(path, left, widefield.Grid.PixelSizeNm, null));
        if (superResolved is null)
        {
            return;
        }

        SuperResolvedImage image = superResolved.Snapshot();
        folder.Write(SuperResolvedTiff, path => TiffWriter.WriteImage(path, image.Grid, image.Pixels));
        DepthColours? depth = superResolved.Depth();
        if (depth is not null)
        {
            folder.Write(DepthTiff, path => TiffWriter.WriteImage(path, image.Grid, depth.MeanDepthNm));
        }

        RgbImage right = depth?.Picture ?? SuperResolvedColours(image);
        folder.Write(SuperResolvedPng, path => WritePng(path, right, image.Grid.PixelSizeNm, depth));
        folder.Write(ComparisonPng, path => WriteComparison(path, left, right, image.Grid.PixelSizeNm, depth));
    }

    /// <summary>The super-resolved image as it is shown: zeros black, the brightest spots allowed to saturate.</summary>
    internal static RgbImage SuperResolvedColours(SuperResolvedImage image)
    {
        DisplayRange range = DisplayRange.FromPercentiles(image.Pixels, 0, 99, ignoreZeros: true) with { Min = 0 };
        return ColourMap.Fire.Apply(image.Pixels, image.Grid.Width, image.Grid.Height, range, gamma: 0.7);
    }

    internal static RgbImage WidefieldColours(SuperResolvedImage image) =>
        ColourMap.Gray.Apply(image.Pixels, image.Grid.Width, image.Grid.Height, DisplayRange.FromPercentiles(image.Pixels, 0.1, 99.9));

    internal static void WritePng(string path, RgbImage image, double pixelSizeNm, DepthColours? depth)
    {
        int factor = Math.Max(1, ComfortableEdge / Math.Max(image.Width, image.Height));
        RgbImage enlarged = SideBySide.Enlarge(image, factor);
        ScaleBar.Burn(enlarged, pixelSizeNm / factor);
        PngWriter.Write(path, WithBar(enlarged, depth), pixelSizeNm / factor);
    }

    internal static void WriteComparison(string path, RgbImage widefield, RgbImage superResolved, double superResolvedPixelNm, DepthColours? depth)
    {
        int factor = Math.Max(1, ComfortableEdge / Math.Max(superResolved.Width, superResolved.Height));
        RgbImage both = SideBySide.Compose(widefield, SideBySide.Enlarge(superResolved, factor));

        // The bar's length follows the width of one field, not of both.
        ScaleBar.Burn(both, superResolvedPixelNm / factor);
        PngWriter.Write(path, WithBar(both, depth));
    }

    private static RgbImage WithBar(RgbImage image, DepthColours? depth) =>
        depth is null ? image : DepthBar.Append(image, depth.MinimumZNm, depth.MaximumZNm);
}
