using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Tests;
using MicroscopeStream.Imaging.Tiff;
using MicroscopeStream.Simulator;

namespace MicroscopeStream.StructuredIllumination.Tests;

/// <summary>Groups of frames: simulated ones as photons, and those that others made.</summary>
internal static class SimData
{
    /// <summary>Pixel size of the hexagonal recording, nm.</summary>
    public const double HexagonalPixelNm = 108.3;

    /// <summary>One group of a scene, baseline taken off.</summary>
    public static float[] Group(SimMicroscope microscope, int group = 0)
    {
        int area = microscope.Scene.Grid.PixelCount, frames = microscope.Pattern.Frames;
        var pixels = new ushort[area];
        var result = new float[frames * area];
        for (int n = 0; n < frames; n++)
        {
            microscope.Expose((group * frames) + n, pixels);
            for (int i = 0; i < area; i++)
            {
                result[(n * area) + i] = pixels[i] - 100f;
            }
        }

        return result;
    }

    /// <summary>The same without noise.</summary>
    public static float[] Noiseless(SimMicroscope microscope)
    {
        int area = microscope.Scene.Grid.PixelCount;
        var result = new float[microscope.Pattern.Frames * area];
        for (int n = 0; n < microscope.Pattern.Frames; n++)
        {
            microscope.ExpectedPhotons(n, result.AsSpan(n * area, area));
        }

        return result;
    }

    /// <summary>Seven frames of mitochondria under a hexagonal pattern, ADU above the camera's baseline of about 195.</summary>
    public static (PixelGrid Camera, float[] Frames) Hexagonal()
    {
        (int w, int h, float[] frames) = Read("sim/hexsim-mitochondria/raw.tiff", 195);
        return (new PixelGrid(w, h, HexagonalPixelNm), frames);
    }

    /// <summary>Fifteen frames of microtubules, reduced by two to what the camera saw; pixel size is not known, 80 nm assumed.</summary>
    public static (PixelGrid Camera, float[] Frames) Microtubules(bool lowLight)
    {
        (int w, int h, float[] frames) = Read($"sim/microtubules-low-high-light/{(lowLight ? "low" : "high")}-light-raw.tif", 90);
        var half = new float[frames.Length / 4];
        for (int i = 0; i < half.Length; i++)
        {
            int x = i % (w / 2), y = i / (w / 2) % (h / 2), n = i / (w * h / 4), at = (n * w * h) + (2 * y * w) + (2 * x);
            half[i] = (frames[at] + frames[at + 1] + frames[at + w] + frames[at + w + 1]) / 4;
        }

        return (new PixelGrid(w / 2, h / 2, 80), half);
    }

    /// <summary>Frames in another order.</summary>
    public static float[] Permute(float[] frames, int[] order)
    {
        int area = frames.Length / order.Length;
        var result = new float[frames.Length];
        for (int n = 0; n < order.Length; n++)
        {
            frames.AsSpan(order[n] * area, area).CopyTo(result.AsSpan(n * area));
        }

        return result;
    }

    private static (int Width, int Height, float[] Frames) Read(string relative, float baseline)
    {
        using TiffReader reader = TiffReader.Open(SharedData.PathOf(relative));
        var page = new ushort[reader.Width * reader.Height];
        var frames = new float[reader.PageCount * page.Length];
        for (int n = 0; n < reader.PageCount; n++)
        {
            reader.ReadPage(n, System.Runtime.InteropServices.MemoryMarshal.AsBytes(page.AsSpan()));
            for (int i = 0; i < page.Length; i++)
            {
                frames[(n * page.Length) + i] = page[i] - baseline;
            }
        }

        return (reader.Width, reader.Height, frames);
    }
}
