using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Colour;
using MicroscopeStream.Imaging.Png;

namespace MicroscopeStream.Benchmarks.Video;

/// <summary>Strip and animation of the benchmark.</summary>
internal static class VideoPictures
{
    private const int Gap = 4;

    /// <summary>Rows of videos, columns of times.</summary>
    public static void Strip(string path, PixelGrid grid, IReadOnlyList<float[][]> videos, IReadOnlyList<int> slices)
    {
        var strip = new RgbImage((slices.Count * (grid.Width + Gap)) - Gap, (videos.Count * (grid.Height + Gap)) - Gap);
        strip.Fill(0, 0, strip.Width, strip.Height, Rgb.White);
        for (int row = 0; row < videos.Count; row++)
        {
            for (int column = 0; column < slices.Count; column++)
            {
                RgbImage one = Colours(grid, videos[row][slices[column]], White(videos[row], slices));
                if (row == 0 && column == 0)
                {
                    ScaleBar.Burn(one, grid.PixelSizeNm, Rgb.White);
                }

                Paste(one, strip, column * (grid.Width + Gap), row * (grid.Height + Gap));
            }
        }

        PngWriter.Write(path, strip, grid.PixelSizeNm);
    }

    /// <summary>Videos beside each other, moving.</summary>
    public static void Animate(string path, PixelGrid grid, IReadOnlyList<float[][]> videos, int from, int frameMs)
    {
        int width = (videos.Count * (grid.Width + Gap)) - Gap;
        int[] slices = [.. Enumerable.Range(from, videos[0].Length - from)];
        float[] whites = [.. videos.Select(video => White(video, slices))];
        var frames = new List<byte[]>();
        foreach (int slice in slices)
        {
            var frame = new byte[width * grid.Height];
            Array.Fill(frame, (byte)90);
            for (int v = 0; v < videos.Count; v++)
            {
                for (int i = 0; i < grid.PixelCount; i++)
                {
                    frame[((i / grid.Width) * width) + (v * (grid.Width + Gap)) + (i % grid.Width)] =
                        (byte)(255 * Math.Pow(Math.Clamp(videos[v][slice][i] / whites[v], 0, 1), 0.8));
                }
            }

            frames.Add(frame);
        }

        using FileStream file = File.Create(path);
        AnimatedPngWriter.Write(file, width, grid.Height, frames, ColourMap.Inferno, frameMs);
    }

    private static RgbImage Colours(PixelGrid grid, float[] picture, float white) =>
        ColourMap.Inferno.Apply(picture, grid.Width, grid.Height, new DisplayRange(0, white), gamma: 0.8);

    private static float White(float[][] video, IReadOnlyList<int> slices)
    {
        float white = slices.Average(slice => DisplayRange.FromPercentiles(video[slice], 0, 99.7).Max);
        return white > 0 ? white : 1;
    }

    private static void Paste(RgbImage from, RgbImage to, int left, int top)
    {
        for (int y = 0; y < from.Height; y++)
        {
            from.Pixels.AsSpan(3 * y * from.Width, 3 * from.Width).CopyTo(to.Pixels.AsSpan(3 * (((top + y) * to.Width) + left)));
        }
    }
}
