using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Colour;
using MicroscopeStream.Imaging.Tiff;

namespace MicroscopeStream.Cli.Reports;

/// <summary>
/// The files of a method that makes images: superres.tif and .png, trust.tif and .png, widefield.png, comparison.png. The TIFF files hold
/// the values as they are.
/// </summary>
internal static class ImagePictures
{
    internal const string TrustTiff = "trust.tif";
    internal const string TrustPng = "trust.png";

    /// <summary>Trust maps are shown from 0 to this at least: below half of it nothing speaks against the image.</summary>
    private const float TrustScale = 6;

    internal static void Write(OutputFolder folder, SuperResolvedImage? image, SuperResolvedImage? trust, SuperResolvedImage widefield, bool inSeries = false)
    {
        RgbImage left = Pictures.WidefieldColours(widefield);
        folder.Write(Pictures.WidefieldPng, path => Pictures.WritePng(path, left, widefield.Grid.PixelSizeNm, null));
        if (image is not null)
        {
            RgbImage right = Colours(image);
            if (!inSeries)
            {
                folder.Write(Pictures.SuperResolvedTiff, path => TiffWriter.WriteImage(path, image.Grid, image.Pixels));
            }

            folder.Write(Pictures.SuperResolvedPng, path => Pictures.WritePng(path, right, image.Grid.PixelSizeNm, null));
            folder.Write(Pictures.ComparisonPng, path => Pictures.WriteComparison(path, left, right, image.Grid.PixelSizeNm, null));
        }

        if (trust is not null)
        {
            float highest = Math.Max(TrustScale, DisplayRange.FromPercentiles(trust.Pixels, 0, 99.9).Max);
            RgbImage map = ColourMap.Fire.Apply(trust.Pixels, trust.Grid.Width, trust.Grid.Height, new DisplayRange(0, highest));
            folder.Write(TrustTiff, path => TiffWriter.WriteImage(path, trust.Grid, trust.Pixels));
            folder.Write(TrustPng, path => Pictures.WritePng(path, map, trust.Grid.PixelSizeNm, null));
        }
    }

    /// <summary>Black at the darkest hundredth, or at zero where ringing goes below it; the brightest spots may saturate.</summary>
    private static RgbImage Colours(SuperResolvedImage image)
    {
        DisplayRange range = DisplayRange.FromPercentiles(image.Pixels, 1, 99.8);
        range = range with { Min = Math.Max(0, range.Min) };
        return ColourMap.Gray.Apply(image.Pixels, image.Grid.Width, image.Grid.Height, range.Max > range.Min ? range : range with { Max = range.Min + 1 });
    }
}
