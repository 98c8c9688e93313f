using System.Globalization;
using System.Text;
using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Imaging.Tiff;

/// <summary>Writes the OME-XML (2016-06 schema) that <see cref="OmeDescription"/> reads: one image, channels fastest, then slices, then time.</summary>
internal static class OmeDescriptionWriter
{
    /// <summary>Bytes kept: all numbers at their longest and sixteen channels fit.</summary>
    internal const int Bytes = 3072;

    /// <summary>The description of a file of so many pages, padded with spaces to the kept room and ended by a NUL.</summary>
    internal static byte[] Compose(TiffWriterOptions options, long pages)
    {
        long planes = (long)options.Channels * options.Slices;

        // Pages that make no whole time point belong to none: the file is being written still.
        var text = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?><OME xmlns=\"http://www.openmicroscopy.org/Schemas/OME/2016-06\">");
        text.Append(CultureInfo.InvariantCulture, $"<Image ID=\"Image:0\"><Pixels ID=\"Pixels:0\" DimensionOrder=\"XYCZT\" Type=\"{Type(options.PixelType)}\" BigEndian=\"false\" ");
        text.Append(CultureInfo.InvariantCulture, $"SizeX=\"{options.Width}\" SizeY=\"{options.Height}\" SizeC=\"{options.Channels}\" SizeZ=\"{options.Slices}\" SizeT=\"{Math.Max(1, pages / planes)}\"");
        if (options.PixelSizeNm is double nm)
        {
            text.Append(CultureInfo.InvariantCulture, $" PhysicalSizeX=\"{nm:R}\" PhysicalSizeXUnit=\"nm\" PhysicalSizeY=\"{nm:R}\" PhysicalSizeYUnit=\"nm\"");
        }

        if (options.FrameIntervalMs is double ms)
        {
            text.Append(CultureInfo.InvariantCulture, $" TimeIncrement=\"{ms:R}\" TimeIncrementUnit=\"ms\"");
        }

        text.Append('>');
        for (int channel = 0; channel < options.Channels; channel++)
        {
            text.Append(CultureInfo.InvariantCulture, $"<Channel ID=\"Channel:0:{channel}\" SamplesPerPixel=\"1\"/>");
        }

        text.Append("<TiffData/></Pixels></Image></OME>");
        var bytes = new byte[Bytes];
        bytes.AsSpan(0, Bytes - 1).Fill((byte)' ');
        Encoding.ASCII.GetBytes(text.ToString(), bytes);
        return bytes;
    }

    private static string Type(PixelType type) => type switch
    {
        PixelType.UInt8 => "uint8",
        PixelType.Float32 => "float",
        _ => "uint16",
    };
}
