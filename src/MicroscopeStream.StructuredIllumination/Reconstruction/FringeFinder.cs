using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Fourier;
using MicroscopeStream.StructuredIllumination.Optics;

namespace MicroscopeStream.StructuredIllumination.Reconstruction;

/// <summary>A sharp peak of a spectrum.</summary>
/// <param name="Kx">Frequency along x, 1/µm; the opposite one belongs to it.</param>
/// <param name="Ky">Frequency along y, 1/µm.</param>
/// <param name="Width">Standard deviation of what is left out around it, 1/µm.</param>
/// <param name="Ratio">Its amplitude over the median around it.</param>
public readonly record struct SpectralLine(double Kx, double Ky, double Width, double Ratio);

/// <summary>
/// Finds fringes in a reconstruction: peaks of its spectrum as sharp as the field allows, coherent from edge to edge, beyond what the
/// lens alone resolves. Reflections in the illumination's path make them; tissue does not. A periodic sample does: do without then.
/// </summary>
public static class FringeFinder
{
    private const double LeastRatio = 7;
    private const int Most = 16;
    private const int Around = 7;

    /// <summary>Finds the strongest peaks.</summary>
    /// <param name="image">A reconstruction, row-major (y, x).</param>
    /// <param name="grid">Its grid.</param>
    /// <param name="fromPerUm">Frequencies below this are left alone, 1/µm: about the lens's cutoff.</param>
    /// <param name="toPerUm">Frequencies above this are left alone, 1/µm: where the reconstruction ends.</param>
    /// <returns>At most 16 peaks, the strongest first.</returns>
    /// <exception cref="ArgumentException">Another number of pixels than the grid has.</exception>
    public static IReadOnlyList<SpectralLine> Find(ReadOnlySpan<float> image, PixelGrid grid, double fromPerUm, double toPerUm)
    {
        if (image.Length != grid.PixelCount)
        {
            throw new ArgumentException($"{image.Length} pixels given for a grid of {grid.Width} × {grid.Height}.", nameof(image));
        }

        var transform = new RealFourierTransform2D(grid.Width, grid.Height);
        float[] amplitude = Amplitude(image, grid, transform);
        double stepX = 1000 / grid.WidthNm, stepY = 1000 / grid.HeightNm;
        var lines = new List<SpectralLine>();
        var around = new List<float>();
        for (int v = 0; v < grid.Height; v++)
        {
            double ky = (v <= grid.Height / 2 ? v : v - grid.Height) * stepY;
            for (int u = 0; u < transform.Columns - Around; u++)
            {
                double kx = u * stepX, k = Math.Sqrt((kx * kx) + (ky * ky));
                if (k < fromPerUm || k > toPerUm || !IsTop(amplitude, transform, u, v))
                {
                    continue;
                }

                float median = Median(amplitude, transform, u, v, around);
                double ratio = amplitude[(v * transform.Stride) + u] / Math.Max(median, 1e-30f);
                if (ratio >= LeastRatio)
                {
                    lines.Add(new SpectralLine(kx, ky, 5 * Math.Max(stepX, stepY), ratio));
                }
            }
        }

        return [.. lines.OrderByDescending(line => line.Ratio).Take(Most)];
    }

    private static float[] Amplitude(ReadOnlySpan<float> image, PixelGrid grid, RealFourierTransform2D transform)
    {
        // A full cosine window: the mean's own spectrum must not reach far.
        float[] fadeX = EdgeWindow.Make(grid.Width, grid.Width / 2), fadeY = EdgeWindow.Make(grid.Height, grid.Height / 2);
        var faded = new float[grid.PixelCount];
        double mean = 0;
        foreach (float value in image)
        {
            mean += value;
        }

        mean /= image.Length;
        for (int i = 0; i < faded.Length; i++)
        {
            faded[i] = (image[i] - (float)mean) * fadeX[i % grid.Width] * fadeY[i / grid.Width];
        }

        var (re, im) = (new float[transform.SpectrumLength], new float[transform.SpectrumLength]);
        transform.Forward(faded, re, im);
        for (int i = 0; i < re.Length; i++)
        {
            re[i] = MathF.Sqrt((re[i] * re[i]) + (im[i] * im[i]));
        }

        return re;
    }

    private static bool IsTop(float[] amplitude, RealFourierTransform2D transform, int u, int v)
    {
        float here = amplitude[(v * transform.Stride) + u];
        for (int j = -1; j <= 1; j++)
        {
            for (int i = -1; i <= 1; i++)
            {
                int row = (v + j + transform.Height) % transform.Height, column = Math.Abs(u + i);
                if (amplitude[(row * transform.Stride) + column] > here)
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static float Median(float[] amplitude, RealFourierTransform2D transform, int u, int v, List<float> around)
    {
        around.Clear();
        for (int j = -Around; j <= Around; j++)
        {
            for (int i = -Around; i <= Around; i++)
            {
                if (Math.Max(Math.Abs(i), Math.Abs(j)) > 2 && u + i >= 0)
                {
                    around.Add(amplitude[((v + j + transform.Height) % transform.Height * transform.Stride) + u + i]);
                }
            }
        }

        around.Sort();
        return around[around.Count / 2];
    }
}
