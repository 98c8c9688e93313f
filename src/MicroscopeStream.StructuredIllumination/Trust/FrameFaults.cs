using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Fourier;
using MicroscopeStream.StructuredIllumination.Optics;

namespace MicroscopeStream.StructuredIllumination.Trust;

/// <summary>What can be wrong with the frames of a group before any pattern is looked at.</summary>
public static class FrameFaults
{
    /// <summary>
    /// Largest share of a frame's pixels that stand at the group's largest value: cut-off light. Frames without saturation have a few.
    /// </summary>
    /// <param name="frames">Frames one after the other.</param>
    /// <param name="pixels">Pixels of a frame.</param>
    /// <exception cref="ArgumentOutOfRangeException">No pixels.</exception>
    public static double SaturatedShare(ReadOnlySpan<float> frames, int pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pixels, 1);
        float largest = float.NegativeInfinity;
        foreach (float value in frames)
        {
            largest = Math.Max(largest, value);
        }

        int most = 0;
        for (int at = 0; at + pixels <= frames.Length; at += pixels)
        {
            most = Math.Max(most, frames.Slice(at, pixels).Count(largest));
        }

        return (double)most / pixels;
    }

    /// <summary>
    /// Power just beyond the lens's cutoff over that far beyond it: about 1 when the cutoff is right or too high, more when the lens
    /// passes what it is said not to (numerical aperture too small, wavelength too long, wrong pixel size).
    /// </summary>
    /// <param name="camera">The camera's pixels.</param>
    /// <param name="frames">Frames one after the other.</param>
    /// <param name="transfer">The lens as it is said to be.</param>
    /// <returns>The ratio; null when the pixels are so large that nothing lies far beyond the cutoff.</returns>
    public static double? LightBeyondCutoff(PixelGrid camera, ReadOnlySpan<float> frames, OpticalTransfer transfer)
    {
        var transform = new RealFourierTransform2D(camera.Width, camera.Height);
        float[] re = new float[transform.SpectrumLength], im = new float[transform.SpectrumLength], faded = new float[camera.PixelCount];
        float[] fadeX = EdgeWindow.Make(camera.Width, camera.Width / 4), fadeY = EdgeWindow.Make(camera.Height, camera.Height / 4);
        double stepX = 1000 / camera.WidthNm, stepY = 1000 / camera.HeightNm, near = 0, far = 0;
        long nearCount = 0, farCount = 0;
        for (int at = 0; at + camera.PixelCount <= frames.Length; at += camera.PixelCount)
        {
            ReadOnlySpan<float> frame = frames.Slice(at, camera.PixelCount);
            for (int i = 0; i < faded.Length; i++)
            {
                faded[i] = frame[i] * fadeX[i % camera.Width] * fadeY[i / camera.Width];
            }

            transform.Forward(faded, re, im);
            for (int v = 0; v < camera.Height; v++)
            {
                double ky = (v <= camera.Height / 2 ? v : v - camera.Height) * stepY;
                for (int u = 3; u < transform.Columns; u++)
                {
                    double s = Math.Sqrt((u * stepX * u * stepX) + (ky * ky)) / transfer.CutoffPerUm;
                    int i = (v * transform.Stride) + u;
                    if (s < 1.05 || Math.Abs(ky) < 3 * stepY)
                    {
                        continue;
                    }

                    double power = ((double)re[i] * re[i]) + ((double)im[i] * im[i]);
                    (near, nearCount) = s < 1.2 ? (near + power, nearCount + 1) : (near, nearCount);
                    (far, farCount) = s > 1.3 ? (far + power, farCount + 1) : (far, farCount);
                }
            }
        }

        return nearCount > 200 && farCount > 200 && far > 0 ? near / nearCount / (far / farCount) : null;
    }
}
