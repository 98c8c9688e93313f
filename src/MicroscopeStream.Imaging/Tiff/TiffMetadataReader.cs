using System.Globalization;

namespace MicroscopeStream.Imaging.Tiff;

/// <summary>Finds out which dialect the first page's description speaks, and what it says.</summary>
internal static class TiffMetadataReader
{
    // Scanners and editors write 72…600 dots per inch into files that have no scale: 42…350 µm. No microscope's pixel is that large.
    private const double LargestPlausibleNm = 20_000;

    internal static (TiffMetadata Metadata, string Description) Read(TiffDirectory first, int pageCount, List<string> warnings)
    {
        List<string> texts;
        try
        {
            texts = [.. first.Texts(TiffTag.ImageDescription)];
        }
        catch (TiffFormatException e)
        {
            warnings.Add($"The description cannot be read: {e.Message}");
            texts = [];
        }

        long orientation = Quietly(() => first.Integer(TiffTag.Orientation, 1), 1);
        if (orientation != 1)
        {
            warnings.Add($"The file asks to be shown in orientation {orientation}; rows and columns are taken as stored.");
        }

        double resolution = Quietly(() => first.Rational(TiffTag.XResolution), double.NaN);
        double resolutionY = Quietly(() => first.Rational(TiffTag.YResolution), double.NaN);
        string? ome = texts.Find(OmeDescription.Matches), imageJ = texts.Find(ImageJDescription.Matches);
        TiffMetadata metadata = ome is not null ? OmeDescription.Parse(ome, pageCount, warnings)
            : imageJ is not null ? ImageJDescription.Parse(imageJ, resolution)
            : TiffMetadata.None with { PixelSizeNm = FromResolution(first, resolution) };
        if (ome is null && metadata.PixelSizeNm is not null && Math.Abs(resolution - resolutionY) > 0.01 * resolution)
        {
            warnings.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"The pixels are not square ({resolution:g6} against {resolutionY:g6} per unit); the pixel size is that along x."));
        }

        return (metadata, ome ?? imageJ ?? texts.FirstOrDefault() ?? "");
    }

    private static double? FromResolution(TiffDirectory first, double perUnit)
    {
        double nmPerUnit = Quietly(() => first.Integer(TiffTag.ResolutionUnit, 2), 2) switch { 2 => 2.54e7, 3 => 1e7, _ => double.NaN };
        double size = nmPerUnit / perUnit;
        return size is > 0 and <= LargestPlausibleNm ? size : null;
    }

    // Metadata that cannot be read never keeps the pixels from being read.
    private static T Quietly<T>(Func<T> read, T otherwise)
    {
        try
        {
            return read();
        }
        catch (TiffFormatException)
        {
            return otherwise;
        }
    }
}
