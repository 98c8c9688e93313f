using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Fourier;
using MicroscopeStream.StructuredIllumination.Optics;

namespace MicroscopeStream.StructuredIllumination.Trust;

/// <summary>Variance of a pixel's noise as a straight line over its value: gain × max(value, 0) + read variance.</summary>
/// <param name="Gain">Variance per unit of value; 1 for photons.</param>
/// <param name="ReadVariance">Variance without light, in squared units.</param>
/// <param name="IsEstimated">Whether it was read from the frames themselves.</param>
public readonly record struct NoiseModel(double Gain, double ReadVariance, bool IsEstimated = false)
{
    /// <summary>The noise of photons and a camera's read noise.</summary>
    /// <param name="readNoisePhotons">Read noise, photons.</param>
    public static NoiseModel OfPhotons(double readNoisePhotons) => new(1, readNoisePhotons * readNoisePhotons);

    /// <summary>Standard deviation at a value; never 0.</summary>
    public float DeviationAt(float value) => (float)Math.Sqrt(Math.Max(1e-12, (Gain * Math.Max(0, value)) + ReadVariance));

    /// <summary>
    /// Reads the noise from a group's frames: what lies beyond the lens's cutoff is noise alone, and its power in each place, over the
    /// mean value there, gives the line.
    /// </summary>
    /// <param name="camera">The camera's pixels.</param>
    /// <param name="frames">Frames one after the other, row-major (y, x).</param>
    /// <param name="transfer">The lens.</param>
    /// <returns>The line; null when the pixels are so large that nothing lies beyond the cutoff.</returns>
    public static NoiseModel? Estimate(PixelGrid camera, ReadOnlySpan<float> frames, OpticalTransfer transfer)
    {
        int area = camera.PixelCount, count = frames.Length / area;
        var transform = new RealFourierTransform2D(camera.Width, camera.Height);
        float[] re = new float[transform.SpectrumLength], im = new float[transform.SpectrumLength], outside = new float[area], mean = new float[area];
        double share = 0;
        var power = new float[area];
        int edge = EdgeWindow.EdgeOf(camera.Width, camera.Height);
        for (int n = 0; n < count; n++)
        {
            ReadOnlySpan<float> frame = frames.Slice(n * area, area);
            transform.Forward(frame, re, im);
            share = KeepOutside(camera, transform, transfer.CutoffPerUm * 1.05, re, im);
            if (share < 0.02)
            {
                return null;
            }

            transform.Inverse(re, im, outside);
            for (int i = 0; i < area; i++)
            {
                power[i] += (float)(outside[i] * outside[i] / share / count);
                mean[i] += frame[i] / count;
            }
        }

        return Line(camera, mean, power, edge);
    }

    private static double KeepOutside(PixelGrid camera, RealFourierTransform2D transform, double cutoff, float[] re, float[] im)
    {
        double stepX = 1000 / camera.WidthNm, stepY = 1000 / camera.HeightNm;
        long kept = 0;
        for (int v = 0; v < camera.Height; v++)
        {
            double ky = (v <= camera.Height / 2 ? v : v - camera.Height) * stepY;
            for (int u = 0; u < transform.Columns; u++)
            {
                // The axes hold what the seam between opposite edges makes.
                bool outside = Math.Sqrt((u * stepX * u * stepX) + (ky * ky)) > cutoff && u > 2 && Math.Abs(ky) > 2 * stepY;
                if (!outside)
                {
                    re[(v * transform.Stride) + u] = im[(v * transform.Stride) + u] = 0;
                }

                kept += outside ? 2 : 0;
            }
        }

        return (double)kept / camera.PixelCount;
    }

    // Straight line through power over mean, in eight groups of pixels of rising mean, so that dark ones do not rule.
    private static NoiseModel Line(PixelGrid camera, float[] mean, float[] power, int edge)
    {
        var inside = new List<(float Mean, float Power)>();
        for (int y = edge; y < camera.Height - edge; y++)
        {
            for (int x = edge; x < camera.Width - edge; x++)
            {
                inside.Add((mean[(y * camera.Width) + x], power[(y * camera.Width) + x]));
            }
        }

        inside.Sort(static (a, b) => a.Mean.CompareTo(b.Mean));
        double s = 0, sx = 0, sxx = 0, sy = 0, sxy = 0;
        for (int g = 0; g < 8; g++)
        {
            int first = g * inside.Count / 8, end = (g + 1) * inside.Count / 8;
            double x = inside.Skip(first).Take(end - first).Average(p => p.Mean), y = inside.Skip(first).Take(end - first).Average(p => p.Power);

            // A mean of squares is as uncertain as it is large.
            double weight = 1 / Math.Max(1e-12, y * y);
            (s, sx, sxx, sy, sxy) = (s + weight, sx + (weight * x), sxx + (weight * x * x), sy + (weight * y), sxy + (weight * x * y));
        }

        double determinant = (s * sxx) - (sx * sx), level = sy / s;
        double gain = determinant > 1e-12 * s * sxx ? ((s * sxy) - (sx * sy)) / determinant : 0;
        gain = Math.Max(0, gain);
        double read = Math.Max(0.05 * level, level - (gain * sx / s));
        return new NoiseModel(gain, read, true);
    }
}
