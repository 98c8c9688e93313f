using System.Globalization;

namespace MicroscopeStream.Imaging.Tiff;

/// <summary>
/// The lines "key=value" that ImageJ puts into the description of a file's first page: number of images, hyperstack axes
/// (channels run fastest, then slices, then frames) and the unit of the resolution tags.
/// </summary>
internal static class ImageJDescription
{
    internal static bool Matches(string description) => description.StartsWith("ImageJ=", StringComparison.Ordinal);

    /// <param name="description">The text.</param>
    /// <param name="pixelsPerUnit">Value of XResolution; NaN when absent.</param>
    internal static TiffMetadata Parse(string description, double pixelsPerUnit)
    {
        Dictionary<string, string> values = Lines(description);
        int channels = Count(values, "channels"), slices = Count(values, "slices"), frames = Count(values, "frames");
        long images = long.TryParse(values.GetValueOrDefault("images"), NumberStyles.None, CultureInfo.InvariantCulture, out long n) ? n : 0;
        bool hasSlices = values.ContainsKey("slices"), hasFrames = values.ContainsKey("frames");
        double nmPerUnit = values.TryGetValue("unit", out string? unit) ? LengthUnit.ToNm(unit) : double.NaN;
        double pixelSize = nmPerUnit / pixelsPerUnit;
        return new TiffMetadata
        {
            PixelSizeNm = double.IsFinite(pixelSize) && pixelSize > 0 ? pixelSize : null,
            DeclaredImages = images,
            Channels = channels,
            Slices = slices,
            Frames = frames,
            Axes = i => new TiffPageAxes(
                i % channels, hasSlices ? i / channels % slices : -1, hasFrames ? (int)(i / ((long)channels * slices)) : -1, -1),
        };
    }

    private static Dictionary<string, string> Lines(string description)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string line in description.Split('\n'))
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                values.TryAdd(line[..equals].Trim(), line[(equals + 1)..].Trim());
            }
        }

        return values;
    }

    private static int Count(Dictionary<string, string> values, string key) =>
        int.TryParse(values.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out int n) && n > 0 ? n : 1;
}
