using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Imaging.Rendering;

/// <summary>Images binned for display: means over whole pixels.</summary>
internal static class PlaneBins
{
    /// <summary>Pixels per bin along either axis, for no edge to be longer than <paramref name="maxSize"/>.</summary>
    public static int Of(PixelGrid image, int maxSize) => (Math.Max(image.Width, image.Height) + maxSize - 1) / maxSize;

    /// <summary>The binned grid; bins at the far edges may cover less than others.</summary>
    public static PixelGrid Plane(PixelGrid image, int bin) =>
        new((image.Width + bin - 1) / bin, (image.Height + bin - 1) / bin, image.PixelSizeNm * bin);

    /// <summary>Averages the pixels of each bin of a block.</summary>
    /// <param name="pixels">The image, row-major (y, x).</param>
    /// <param name="image">Its grid.</param>
    /// <param name="bin">Pixels per bin along either axis, ≥ 1.</param>
    /// <param name="block">Bins to make.</param>
    /// <param name="plane">Gets the means at the block's place, row-major (y, x).</param>
    /// <param name="stride">Columns of the plane.</param>
    public static void Average(ReadOnlySpan<float> pixels, PixelGrid image, int bin, PixelBlock block, Span<float> plane, int stride)
    {
        for (int y = block.Top; y < block.Bottom; y++)
        {
            Span<float> bins = plane.Slice((y * stride) + block.Left, block.Width);
            bins.Clear();
            int bottom = Math.Min(image.Height, (y + 1) * bin);
            for (int from = y * bin; from < bottom; from++)
            {
                ReadOnlySpan<float> row = pixels.Slice(from * image.Width, image.Width);
                for (int x = 0; x < bins.Length; x++)
                {
                    float sum = 0;
                    foreach (float value in row[((block.Left + x) * bin)..Math.Min(image.Width, (block.Left + x + 1) * bin)])
                    {
                        sum += value;
                    }

                    bins[x] += sum;
                }
            }

            for (int x = 0; x < bins.Length; x++)
            {
                bins[x] /= (bottom - (y * bin)) * Math.Min(bin, image.Width - ((block.Left + x) * bin));
            }
        }
    }

    /// <summary>The same of what is there: NaN where nothing is.</summary>
    public static void AverageWithGaps(ReadOnlySpan<float> pixels, PixelGrid image, int bin, PixelBlock block, Span<float> plane, int stride)
    {
        for (int y = block.Top; y < block.Bottom; y++)
        {
            for (int x = block.Left; x < block.Right; x++)
            {
                float sum = 0;
                int count = 0;
                for (int from = y * bin; from < Math.Min(image.Height, (y + 1) * bin); from++)
                {
                    foreach (float value in pixels[((from * image.Width) + (x * bin))..((from * image.Width) + Math.Min(image.Width, (x + 1) * bin))])
                    {
                        sum += float.IsNaN(value) ? 0 : value;
                        count += float.IsNaN(value) ? 0 : 1;
                    }
                }

                plane[(y * stride) + x] = count == 0 ? float.NaN : sum / count;
            }
        }
    }
}
