using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Rendering;
using MicroscopeStream.Localizations.Tables;

namespace MicroscopeStream.Localizations.Scoring;

/// <summary>
/// Pearson's correlation of two tables' images, rendered alike: every localization counts one on a fine grid, which is
/// blurred with a Gaussian. Unlike the Jaccard index it needs no matching, so that it also judges tables too dense to match.
/// </summary>
/// <remarks>Stateless and thread-safe.</remarks>
public static class RenderedPearson
{
    /// <summary>Pixel size of the rendering unless said otherwise, nm.</summary>
    public const double DefaultPixelSizeNm = 12.5;

    /// <summary>Standard deviation of the blur unless said otherwise, nm.</summary>
    public const double DefaultSigmaNm = 25;

    /// <summary>Renders both tables and correlates the images.</summary>
    /// <param name="localizations">What a method found.</param>
    /// <param name="truth">What was there.</param>
    /// <param name="field">The field of view: the camera's pixels.</param>
    /// <param name="pixelSizeNm">Pixel size of the rendering, nm, &gt; 0.</param>
    /// <param name="sigmaNm">Standard deviation of the blur, nm, ≥ 0.</param>
    /// <returns>−1…1; NaN when one of the images is flat (an empty table, for example).</returns>
    /// <exception cref="ArgumentOutOfRangeException">A size is impossible.</exception>
    public static double Measure(
        LocalizationSnapshot localizations,
        LocalizationSnapshot truth,
        PixelGrid field,
        double pixelSizeNm = DefaultPixelSizeNm,
        double sigmaNm = DefaultSigmaNm)
    {
        PixelGrid grid = field.Resample(pixelSizeNm);
        return Correlate(Render(localizations, grid, sigmaNm), Render(truth, grid, sigmaNm));
    }

    /// <summary>Pearson's correlation of two images of the same size.</summary>
    /// <returns>−1…1; NaN when one of them is flat.</returns>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static double Correlate(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        if (a.Length != b.Length)
        {
            throw new ArgumentException($"Images of {a.Length} and {b.Length} pixels cannot be correlated.", nameof(b));
        }

        double meanA = Mean(a), meanB = Mean(b), ab = 0, aa = 0, bb = 0;
        for (int i = 0; i < a.Length; i++)
        {
            double x = a[i] - meanA, y = b[i] - meanB;
            ab += x * y;
            aa += x * x;
            bb += y * y;
        }

        return ab / Math.Sqrt(aa * bb);
    }

    private static float[] Render(LocalizationSnapshot table, PixelGrid grid, double sigmaNm)
    {
        var renderer = new HistogramRenderer(grid, sigmaNm);
        for (int i = 0; i < table.ChunkCount; i++)
        {
            renderer.Add(table.Chunk(i));
        }

        var image = new float[grid.PixelCount];
        renderer.CopyTo(image);
        return image;
    }

    private static double Mean(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
        {
            sum += value;
        }

        return sum / values.Length;
    }
}
