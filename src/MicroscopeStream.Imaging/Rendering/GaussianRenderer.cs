using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Numerics;

namespace MicroscopeStream.Imaging.Rendering;

/// <summary>
/// Draws each localization as a Gaussian of integral 1, integrated over the pixels' areas and cut off at 4 σ. What falls beyond
/// the field's edge is lost, as light is.
/// </summary>
public sealed class GaussianRenderer : LocalizationRenderer
{
    private const double CutOff = 4;
    private readonly GaussianWidth _width;
    private readonly double[] _alongX;
    private readonly double[] _alongY;

    /// <summary>Makes an empty image.</summary>
    /// <param name="grid">The grid to draw on.</param>
    /// <param name="width">How wide localizations are drawn.</param>
    /// <exception cref="ArgumentOutOfRangeException">The grid has no pixels.</exception>
    public GaussianRenderer(PixelGrid grid, GaussianWidth width)
        : base(grid)
    {
        _width = width;
        _alongX = new double[grid.Width];
        _alongY = new double[grid.Height];
    }

    private protected override void Draw(in Localization localization, Span<float> pixels)
    {
        double pixelSize = Grid.PixelSizeNm;
        (int left, int right) = Integrate(localization.X / pixelSize, _width.Of(localization.SigmaX) / pixelSize, _alongX);
        (int top, int bottom) = Integrate(localization.Y / pixelSize, _width.Of(localization.SigmaY) / pixelSize, _alongY);
        Changes.Mark(left, top, right, bottom);
        for (int y = top; y < bottom; y++)
        {
            double weight = _alongY[y];
            Span<float> row = pixels.Slice((y * Grid.Width) + left, right - left);
            ReadOnlySpan<double> along = _alongX.AsSpan(left, right - left);
            for (int x = 0; x < row.Length; x++)
            {
                row[x] += (float)(weight * along[x]);
            }
        }
    }

    /// <summary>Shares of a cut-off Gaussian in the pixels of one axis; returns the pixels it reaches, [from, to).</summary>
    internal static (int From, int To) Integrate(double centre, double sigma, double[] shares)
    {
        double low = centre - (CutOff * sigma), high = centre + (CutOff * sigma);
        int from = Math.Max(0, (int)Math.Floor(low)), to = Math.Min(shares.Length, (int)Math.Floor(high) + 1);
        double scale = 1 / (sigma * Math.Sqrt(2));

        // Dividing by the share within the cut-off keeps the integral at 1.
        double norm = 0.5 / ErrorFunction.Erf(CutOff / Math.Sqrt(2));
        double before = ErrorFunction.Erf((Math.Max(from, low) - centre) * scale);
        for (int i = from; i < to; i++)
        {
            double after = ErrorFunction.Erf((Math.Min(i + 1, high) - centre) * scale);
            shares[i] = norm * (after - before);
            before = after;
        }

        return (from, to);
    }
}
