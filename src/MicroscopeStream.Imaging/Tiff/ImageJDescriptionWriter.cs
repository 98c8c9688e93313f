using System.Globalization;
using System.Text;

namespace MicroscopeStream.Imaging.Tiff;

/// <summary>Writes the lines that <see cref="ImageJDescription"/> reads.</summary>
internal static class ImageJDescriptionWriter
{
    /// <summary>The description of a file of <paramref name="pages"/> pages, padded with NULs to the kept room.</summary>
    internal static byte[] Compose(TiffWriterOptions options, long pages)
    {
        var text = new StringBuilder("ImageJ=1.53t\n");
        Append(text, "images", pages);
        long planes = (long)options.Channels * options.Slices;

        // Only whole time points make a hyperstack; otherwise ImageJ gets a plain stack and loses no page.
        if (pages > 1 && pages % planes == 0)
        {
            if (options.Channels > 1)
            {
                Append(text, "channels", options.Channels);
            }

            if (options.Slices > 1)
            {
                Append(text, "slices", options.Slices);
            }

            if (pages / planes > 1)
            {
                Append(text, "frames", pages / planes);
            }

            text.Append("hyperstack=true\n");
            if (options.Channels > 1)
            {
                text.Append("mode=grayscale\n");
            }
        }

        if (options.PixelSizeNm is not null)
        {
            text.Append("unit=\\u00B5m\n");
        }

        if (options.FrameIntervalMs is double ms)
        {
            text.Append(CultureInfo.InvariantCulture, $"finterval={ms / 1000}\n");
        }

        text.Append("loop=false\n");
        if (options.DisplayRange is (double min, double max))
        {
            text.Append(CultureInfo.InvariantCulture, $"min={min}\nmax={max}\n");
        }

        var bytes = new byte[TiffDirectoryWriter.ImageJBytes];
        Encoding.ASCII.GetBytes(text.ToString(), bytes);
        return bytes;
    }

    private static void Append(StringBuilder text, string key, long value) => text.Append(CultureInfo.InvariantCulture, $"{key}={value}\n");
}
