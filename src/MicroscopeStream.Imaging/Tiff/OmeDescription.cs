using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace MicroscopeStream.Imaging.Tiff;

/// <summary>
/// The OME-XML in a file's first description (OME-TIFF, 2016-06 schema): axes of each page from DimensionOrder, Size… and
/// TiffData, pixel size from PhysicalSizeX. Several images of one size count as positions.
/// </summary>
internal static class OmeDescription
{
    // No acquisition has more along one axis, and three such sizes multiply without overflow.
    private const int LargestSize = 1_000_000;

    internal static bool Matches(string description) =>
        description.AsSpan().TrimStart("\uFEFF \t\r\n").StartsWith("<", StringComparison.Ordinal)
        && description.Contains("<OME", StringComparison.Ordinal);

    /// <param name="description">The text.</param>
    /// <param name="pageCount">Pages in this file.</param>
    /// <param name="warnings">Gets what could not be understood.</param>
    internal static TiffMetadata Parse(string description, int pageCount, List<string> warnings)
    {
        try
        {
            var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };
            using var reader = XmlReader.Create(new StringReader(description.Trim('\uFEFF', ' ', '\t', '\r', '\n')), settings);
            return Read(XDocument.Load(reader).Root!, pageCount, warnings);
        }
        catch (XmlException e)
        {
            warnings.Add($"The OME-XML of the file is damaged ({e.Message}); its axes and pixel size are not used.");
            return TiffMetadata.None;
        }
    }

    private static TiffMetadata Read(XElement ome, int pageCount, List<string> warnings)
    {
        List<XElement> pixels = [.. Named(ome, "Image").SelectMany(image => Named(image, "Pixels"))];
        if (pixels.Count == 0)
        {
            warnings.Add("The OME-XML of the file describes no image (its metadata may be in a companion file); axes are unknown.");
            return TiffMetadata.None;
        }

        string? own = (string?)ome.Attribute("UUID");
        var axes = new TiffPageAxes[pageCount];
        Array.Fill(axes, TiffPageAxes.Unknown);
        int nextPage = 0;
        for (int position = 0; position < pixels.Count; position++)
        {
            nextPage = Assign(pixels[position], pixels.Count > 1 ? position : -1, own, axes, nextPage);
        }

        XElement first = pixels[0];
        double size = LengthUnit.ToNm((string?)first.Attribute("PhysicalSizeXUnit") ?? "µm") * Number(first, "PhysicalSizeX");
        double sizeY = LengthUnit.ToNm((string?)first.Attribute("PhysicalSizeYUnit") ?? "µm") * Number(first, "PhysicalSizeY");
        if (Math.Abs(size - sizeY) > 0.01 * size)
        {
            warnings.Add(string.Create(
                CultureInfo.InvariantCulture, $"The pixels are not square ({size:g6} × {sizeY:g6} nm); the pixel size is that along x."));
        }

        return new TiffMetadata
        {
            PixelSizeNm = double.IsFinite(size) && size > 0 ? size : null,
            Channels = Size(first, "SizeC"),
            Slices = Size(first, "SizeZ"),
            Frames = Size(first, "SizeT"),
            Axes = i => axes[i],
        };
    }

    private static int Assign(XElement pixels, int position, string? own, TiffPageAxes[] axes, int nextPage)
    {
        string order = (string?)pixels.Attribute("DimensionOrder") ?? "XYCZT";
        order = order.Length == 5 ? order[2..] : "CZT";
        (int c, int z, int t) = (Size(pixels, "SizeC"), Size(pixels, "SizeZ"), Size(pixels, "SizeT"));
        long planes = (long)c * z * t;
        int end = nextPage;

        // A page is one plane; what assigns the same pages again and again is damaged, and must not take time without end.
        long left = 2L * axes.Length;
        foreach (XElement data in Named(pixels, "TiffData"))
        {
            string? file = Named(data, "UUID").FirstOrDefault()?.Value;
            if (file is not null && own is not null && file != own)
            {
                continue;
            }

            bool hasIfd = data.Attribute("IFD") is not null;
            long ifd = hasIfd ? Integer(data, "IFD") : nextPage;
            long count = data.Attribute("PlaneCount") is not null ? Integer(data, "PlaneCount") : hasIfd ? 1 : planes;
            long start = PlaneIndex(order, (First(data, "FirstC"), First(data, "FirstZ"), First(data, "FirstT")), (c, z, t));
            for (long k = 0; k < count && left-- > 0 && ifd >= 0 && ifd + k < axes.Length && start + k < planes; k++)
            {
                axes[ifd + k] = Axes(order, start + k, (c, z, t), position);
                end = Math.Max(end, (int)(ifd + k) + 1);
            }
        }

        return end;
    }

    private static long PlaneIndex(string order, (long C, long Z, long T) first, (int C, int Z, int T) size)
    {
        long index = 0, stride = 1;
        foreach (char axis in order)
        {
            (long at, int n) = axis switch { 'C' => (first.C, size.C), 'Z' => (first.Z, size.Z), _ => (first.T, size.T) };
            index += at * stride;
            stride *= n;
        }

        return index;
    }

    private static TiffPageAxes Axes(string order, long plane, (int C, int Z, int T) size, int position)
    {
        int c = 0, z = 0, t = 0;
        foreach (char axis in order)
        {
            int n = axis switch { 'C' => size.C, 'Z' => size.Z, _ => size.T }, at = (int)(plane % n);
            plane /= n;
            (c, z, t) = axis switch { 'C' => (at, z, t), 'Z' => (c, at, t), _ => (c, z, at) };
        }

        return new TiffPageAxes(c, z, t, position);
    }

    private static IEnumerable<XElement> Named(XElement parent, string name) => parent.Elements().Where(e => e.Name.LocalName == name);

    private static int Size(XElement element, string name) =>
        int.TryParse((string?)element.Attribute(name), NumberStyles.None, CultureInfo.InvariantCulture, out int n) && n > 0 ? Math.Min(n, LargestSize) : 1;

    private static long First(XElement element, string name) => Math.Min(Integer(element, name), LargestSize);

    private static long Integer(XElement element, string name) =>
        int.TryParse((string?)element.Attribute(name), NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : 0;

    private static double Number(XElement element, string name) =>
        double.TryParse((string?)element.Attribute(name), NumberStyles.Float, CultureInfo.InvariantCulture, out double v) ? v : double.NaN;
}
