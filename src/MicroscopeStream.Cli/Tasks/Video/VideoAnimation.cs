using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Colour;
using MicroscopeStream.Imaging.Png;

namespace MicroscopeStream.Cli.Tasks.Video;

/// <summary>
/// Keeps an even choice of a video's frames for an animation: at most <see cref="MostFrames"/>, every second of them given up whenever
/// there would be more, so that a video of any length takes the same memory.
/// </summary>
internal sealed class VideoAnimation
{
    internal const int MostFrames = 200;

    /// <summary>Wider frames are binned: an animation is for a look.</summary>
    private const int MostPixels = 512;

    private readonly List<ushort[]> _frames = [];
    private readonly List<float> _maxima = [];
    private PixelGrid _grid;
    private int _bin = 1;
    private long _seen;

    /// <summary>One in so many frames is kept.</summary>
    internal int Step { get; private set; } = 1;

    internal void Add(PixelGrid grid, ReadOnlySpan<float> density)
    {
        if (_seen++ % Step != 0)
        {
            return;
        }

        _bin = Math.Max(1, (Math.Max(grid.Width, grid.Height) + MostPixels - 1) / MostPixels);
        _grid = new PixelGrid(grid.Width / _bin, grid.Height / _bin, grid.PixelSizeNm * _bin);
        var values = new float[_grid.PixelCount];
        for (int y = 0; y < _grid.Height * _bin; y++)
        {
            for (int x = 0; x < _grid.Width * _bin; x++)
            {
                values[(y / _bin * _grid.Width) + (x / _bin)] += density[(y * grid.Width) + x];
            }
        }

        float maximum = values.Max();
        _maxima.Add(maximum);
        _frames.Add([.. values.Select(value => (ushort)(maximum > 0 ? value / maximum * ushort.MaxValue : 0))]);
        if (_frames.Count > MostFrames)
        {
            for (int i = _frames.Count - 1; i > 0; i -= 2)
            {
                int odd = i % 2 == 1 ? i : i - 1;
                _frames.RemoveAt(odd);
                _maxima.RemoveAt(odd);
            }

            Step *= 2;
        }
    }

    /// <summary>Writes the animation; black is zero, white what a thousandth of all pixels exceeds.</summary>
    /// <param name="path">The file.</param>
    /// <param name="frameMs">Time that one frame of the video stands for, ms; played at that pace, at most 20 frames per second.</param>
    internal void Write(string path, double frameMs)
    {
        float white = White();
        var levels = new List<byte[]>(_frames.Count);
        for (int i = 0; i < _frames.Count; i++)
        {
            var image = new RgbImage(_grid.Width, _grid.Height);
            ScaleBar.Burn(image, _grid.PixelSizeNm, Rgb.White);
            float scale = _maxima[i] / ushort.MaxValue / white;
            var plane = new byte[_grid.PixelCount];
            for (int p = 0; p < plane.Length; p++)
            {
                plane[p] = image.Pixels[3 * p] != 0 ? byte.MaxValue : (byte)(255 * Math.Pow(Math.Min(1, _frames[i][p] * scale), 0.7));
            }

            levels.Add(plane);
        }

        using FileStream file = File.Create(path);
        AnimatedPngWriter.Write(file, _grid.Width, _grid.Height, levels, ColourMap.Fire, (int)Math.Clamp(frameMs * Step, 50, 2000));
    }

    internal bool IsEmpty => _frames.Count == 0;

    private float White()
    {
        var sample = new List<float>();
        for (int i = 0; i < _frames.Count; i++)
        {
            for (int p = i % 7; p < _frames[i].Length; p += 7)
            {
                sample.Add(_frames[i][p] * (_maxima[i] / ushort.MaxValue));
            }
        }

        float white = DisplayRange.FromPercentiles([.. sample], 0, 99.8).Max;
        return white > 0 ? white : Math.Max(_maxima.Max(), float.Epsilon);
    }
}
