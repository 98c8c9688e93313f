using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Colour;

namespace MicroscopeStream.Imaging.Rendering;

/// <summary>
/// Draws localizations as Gaussians, as <see cref="GaussianRenderer"/> does, and keeps beside the brightness the mean depth of what
/// falls into each pixel, so that depth can be shown as colour.
/// </summary>
/// <remarks>
/// Mean depth and brightness instead of red, green and blue: range, palette and contrast can be changed afterwards, and a plane less
/// is kept. Where structures at two depths cross, the mean shows neither. Localizations without a depth are not drawn.
/// </remarks>
public sealed class DepthRenderer : LocalizationRenderer
{
    private readonly GaussianWidth _width;
    private readonly double[] _alongX;
    private readonly double[] _alongY;
    private readonly float[] _depth;
    private readonly Localization[] _timed = new Localization[256];
    private long _withoutDepth;

    /// <summary>Makes an empty image.</summary>
    /// <param name="grid">The grid to draw on.</param>
    /// <param name="width">How wide localizations are drawn.</param>
    /// <exception cref="ArgumentOutOfRangeException">The grid has no pixels.</exception>
    public DepthRenderer(PixelGrid grid, GaussianWidth width)
        : base(grid)
    {
        _width = width;
        _alongX = new double[grid.Width];
        _alongY = new double[grid.Height];
        _depth = new float[grid.PixelCount];
    }

    /// <summary>Localizations inside the field that were not drawn because their depth is not known.</summary>
    public long WithoutDepth => Interlocked.Read(ref _withoutDepth);

    /// <summary>Copies brightness and mean depth of the same moment.</summary>
    /// <param name="brightness">Gets localizations per pixel, row-major (y, x).</param>
    /// <param name="meanDepthNm">Gets mean depths, nm; NaN where nothing was drawn.</param>
    /// <exception cref="ArgumentException">A destination is too short.</exception>
    public void CopyTo(Span<float> brightness, Span<float> meanDepthNm)
    {
        lock (Gate)
        {
            CopyTo(brightness);
            _depth.CopyTo(meanDepthNm);
        }

        for (int i = 0; i < _depth.Length; i++)
        {
            meanDepthNm[i] = brightness[i] > 0 ? meanDepthNm[i] / brightness[i] : float.NaN;
        }
    }

    /// <summary>Copies what changed of brightness and mean depth since the last such call, and everything at the first.</summary>
    /// <param name="brightness">What the last call left, row-major (y, x); gets the tiles that changed.</param>
    /// <param name="meanDepthNm">What the last call left; gets mean depths, nm, NaN where nothing was drawn, of the same tiles.</param>
    /// <param name="changed">Gets the tiles that changed, in place of what it holds.</param>
    /// <exception cref="ArgumentException">A destination is too short, or the tiles are those of another grid.</exception>
    public void CopyChangesTo(Span<float> brightness, Span<float> meanDepthNm, ChangedTiles changed)
    {
        lock (Gate)
        {
            CopyChangesTo(brightness, changed);
            foreach (PixelBlock block in changed)
            {
                for (int y = block.Top; y < block.Bottom; y++)
                {
                    for (int i = (y * Grid.Width) + block.Left; i < (y * Grid.Width) + block.Right; i++)
                    {
                        meanDepthNm[i] = brightness[i] > 0 ? _depth[i] / brightness[i] : float.NaN;
                    }
                }
            }
        }
    }

    /// <summary>The depths between which all but a share of the image's light lies.</summary>
    /// <param name="outside">Share left out at either end, 0…0.4.</param>
    /// <returns>Least and largest depth, nm; null while nothing is drawn.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The share is outside its range.</exception>
    public (double MinimumZNm, double MaximumZNm)? DepthRange(double outside = 0.01)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(outside);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(outside, 0.4);
        (float[] brightness, float[] depth) = (new float[Grid.PixelCount], new float[Grid.PixelCount]);
        CopyTo(brightness, depth);
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        foreach (float z in depth)
        {
            (low, high) = float.IsNaN(z) ? (low, high) : (Math.Min(low, z), Math.Max(high, z));
        }

        if (!(low <= high))
        {
            return null;
        }

        // A thousand steps are finer than any palette.
        const int Steps = 1000;
        var light = new double[Steps + 1];
        for (int i = 0; i < depth.Length; i++)
        {
            light[float.IsNaN(depth[i]) || high == low ? 0 : (int)(Steps * (depth[i] - low) / (high - low))] += float.IsNaN(depth[i]) ? 0 : brightness[i];
        }

        double left = outside * light.Sum(), step = (high - low) / Steps;
        return (low + (step * Reach(light)), high - (step * Reach([.. light.Reverse()])));

        int Reach(double[] from)
        {
            int at = 0;
            for (double sum = from[0]; sum <= left && at < Steps; sum += from[at])
            {
                at++;
            }

            return at;
        }
    }

    /// <summary>Shows depth as colour and brightness as brightness.</summary>
    /// <param name="minimumZNm">Depth shown in the palette's first colour, nm; what lies below gets it too.</param>
    /// <param name="maximumZNm">Depth shown in its last colour, nm, &gt; <paramref name="minimumZNm"/>.</param>
    /// <param name="range">Brightness shown black and at full; null: 0 to the 99.5th percentile of what is not zero.</param>
    /// <param name="gamma">Exponent on the brightness, &gt; 0; below 1 lifts what is dim.</param>
    /// <exception cref="ArgumentException">The range of depths is empty.</exception>
    public RgbImage Colour(double minimumZNm, double maximumZNm, DisplayRange? range = null, double gamma = 1)
    {
        if (!(minimumZNm < maximumZNm))
        {
            throw new ArgumentException($"A range of depths from {minimumZNm} to {maximumZNm} nm is empty.", nameof(minimumZNm));
        }

        (float[] brightness, float[] depth) = (new float[Grid.PixelCount], new float[Grid.PixelCount]);
        CopyTo(brightness, depth);
        DisplayRange shown = range ?? new DisplayRange(0, DisplayRange.FromPercentiles(brightness, 0, 99.5, ignoreZeros: true).Max);
        var image = new RgbImage(Grid.Width, Grid.Height);
        for (int i = 0; i < brightness.Length; i++)
        {
            double level = shown.Normalize(brightness[i]);
            if (level > 0 && !float.IsNaN(depth[i]))
            {
                Rgb colour = DepthPalette.At((depth[i] - minimumZNm) / (maximumZNm - minimumZNm), Math.Pow(level, gamma));
                (image.Pixels[3 * i], image.Pixels[(3 * i) + 1], image.Pixels[(3 * i) + 2]) = (colour.Red, colour.Green, colour.Blue);
            }
        }

        return image;
    }

    /// <summary>Adds a batch with each localization's frame number in place of its depth, whether it has one or not.</summary>
    /// <param name="localizations">Positions in nm from the corner of the field.</param>
    public void AddTimes(ReadOnlySpan<Localization> localizations)
    {
        Span<Localization> timed = _timed;
        while (!localizations.IsEmpty)
        {
            int count = Math.Min(localizations.Length, timed.Length);
            for (int i = 0; i < count; i++)
            {
                timed[i] = localizations[i] with { Z = localizations[i].Frame };
            }

            Add(timed[..count]);
            localizations = localizations[count..];
        }
    }

    private protected override void Draw(in Localization localization, Span<float> pixels)
    {
        if (!double.IsFinite(localization.Z))
        {
            _withoutDepth++;
            return;
        }

        double pixelSize = Grid.PixelSizeNm;
        (int left, int right) = GaussianRenderer.Integrate(localization.X / pixelSize, _width.Of(localization.SigmaX) / pixelSize, _alongX);
        (int top, int bottom) = GaussianRenderer.Integrate(localization.Y / pixelSize, _width.Of(localization.SigmaY) / pixelSize, _alongY);
        Changes.Mark(left, top, right, bottom);
        float z = (float)localization.Z;
        for (int y = top; y < bottom; y++)
        {
            int row = y * Grid.Width;
            for (int x = left; x < right; x++)
            {
                float share = (float)(_alongY[y] * _alongX[x]);
                pixels[row + x] += share;
                _depth[row + x] += share * z;
            }
        }
    }

    private protected override void ClearOwn()
    {
        Array.Clear(_depth);
        _withoutDepth = 0;
    }
}
