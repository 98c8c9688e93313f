using System.Numerics;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.StructuredIllumination.Patterns;
using MicroscopeStream.StructuredIllumination.Reconstruction;

namespace MicroscopeStream.StructuredIllumination.Trust;

/// <summary>
/// How far the modulation of the raw frames stands above its own noise where there is something to see: root mean square amplitude of the
/// modulated light over the brightest fiftieth of the field, noise taken off, ÷ root mean square of what noise alone would give; the
/// least of the angles. After the modulation contrast-to-noise of Ball et al. 2015 (10.1038/srep15915), who call 8 good and less than 4
/// inadequate.
/// </summary>
public static class ModulationContrast
{
    /// <summary>Contrast from which frames are good.</summary>
    public const double Good = 8;

    /// <summary>
    /// Contrast below which single pixels show no modulation. Averaging over a PSF and over the field recovers what they do not show, as far
    /// as the carriers stand out: below it, these say whether the pattern is known.
    /// </summary>
    public const double Least = 2;

    /// <summary>Measures a group.</summary>
    /// <param name="camera">The camera's pixels.</param>
    /// <param name="frames">The group's frames one after the other, baseline taken off.</param>
    /// <param name="pattern">The light's pattern.</param>
    /// <param name="noise">Noise of the frames.</param>
    /// <exception cref="ArgumentException">Another number of pixels than a group has, or bands that cannot be separated.</exception>
    public static double Measure(PixelGrid camera, ReadOnlySpan<float> frames, IlluminationPattern pattern, NoiseModel noise)
    {
        int area = camera.PixelCount;
        if (frames.Length != pattern.Frames * area)
        {
            throw new ArgumentException($"{frames.Length} pixels given; a group is {pattern.Frames} frames of {camera.Width} × {camera.Height}.", nameof(frames));
        }

        var bands = new BandSeparation(pattern);
        float[] mean = new float[area];
        for (int i = 0; i < frames.Length; i++)
        {
            mean[i % area] += frames[i] / pattern.Frames;
        }

        float[] sorted = [.. mean.Order()];
        float bright = sorted[(int)(0.98 * area)];
        double best = 0;
        for (int angle = 0; angle < pattern.Order.Angles; angle++)
        {
            double squares = 0, expected = 0;
            int components = pattern.ComponentsOf(angle).Count();
            for (int i = 0; i < area; i++)
            {
                if (mean[i] < bright)
                {
                    continue;
                }

                double v = noise.DeviationAt(mean[i]);
                v *= v;
                foreach (int c in pattern.ComponentsOf(angle))
                {
                    Complex sum = Complex.Zero;
                    double weights = 0;
                    foreach (int n in pattern.FramesOf(angle))
                    {
                        Complex weight = bands.Side(n, c);
                        sum += weight * frames[(n * area) + i];
                        weights += (weight.Real * weight.Real) + (weight.Imaginary * weight.Imaginary);
                    }

                    squares += 4 * ((sum.Real * sum.Real) + (sum.Imaginary * sum.Imaginary));
                    expected += 4 * weights * v;
                }
            }

            double contrast = expected > 0 ? Math.Sqrt(Math.Max(0, squares - expected) / (expected / components)) : 0;
            best = angle == 0 ? contrast : Math.Min(best, contrast);
        }

        return best;
    }
}
