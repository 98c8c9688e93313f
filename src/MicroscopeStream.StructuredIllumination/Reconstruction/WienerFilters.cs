using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Fourier;
using MicroscopeStream.StructuredIllumination.Optics;
using MicroscopeStream.StructuredIllumination.Patterns;

namespace MicroscopeStream.StructuredIllumination.Reconstruction;

/// <summary>
/// The filters of a reconstruction: what frames pass before they are shifted (transfer function and notch), and what the sum of the
/// shifted bands passes after it (division by Σ|c·O|² g + w², apodization). Frequencies have the same step on every grid, because all
/// grids cover the same field.
/// </summary>
internal sealed class WienerFilters
{
    private readonly OpticalTransfer _transfer;
    private readonly IlluminationPattern _pattern;
    private readonly WienerOptions _options;
    private readonly double _stepX;
    private readonly double _stepY;

    public WienerFilters(PixelGrid camera, IlluminationPattern pattern, OpticalTransfer transfer, WienerOptions options)
    {
        (_pattern, _transfer, _options) = (pattern, transfer, options);
        (_stepX, _stepY) = (1000 / camera.WidthNm, 1000 / camera.HeightNm);
        double cutoff = transfer.CutoffPerUm;
        (Columns, Rows) = (Reach(cutoff, _stepX, (camera.Width - 1) / 2), Reach(cutoff, _stepY, (camera.Height - 1) / 2));
        double furthestX = pattern.Components.Max(c => Math.Abs(c.Kx)), furthestY = pattern.Components.Max(c => Math.Abs(c.Ky));
        Middle = new PixelGrid(
            Math.Min(2 * camera.Width, FourierSizes.AtLeast((int)Math.Ceiling(2 * (Columns + 1 + (furthestX / _stepX))))),
            Math.Min(2 * camera.Height, FourierSizes.AtLeast((int)Math.Ceiling(2 * (Rows + 1 + (furthestY / _stepY))))),
            camera.PixelSizeNm);
        ApodizationEnd = options.ApodizationReach * (cutoff + pattern.HighestCarrierPerUm);
        (OutColumns, OutRows) = (
            Math.Min(Reach(ApodizationEnd, _stepX, camera.Width - 1), (Middle.Width - 1) / 2),
            Math.Min(Reach(ApodizationEnd, _stepY, camera.Height - 1), (Middle.Height - 1) / 2));
        double notchEnd = 1.7 * options.NotchWidth * cutoff;
        (LowColumns, LowRows) = (Reach(notchEnd, _stepX, Columns), Reach(notchEnd, _stepY, Rows));
    }

    /// <summary>Frequencies of frames that pass: |u| ≤ Columns, |v| ≤ Rows.</summary>
    public int Columns { get; }

    public int Rows { get; }

    /// <summary>The grid on which bands are shifted: fine enough for a band at its carrier. Its pixel size means nothing.</summary>
    public PixelGrid Middle { get; }

    /// <summary>Frequencies of the result that are not zero.</summary>
    public int OutColumns { get; }

    public int OutRows { get; }

    /// <summary>Frequencies at which the notches of the centre and the sides differ.</summary>
    public int LowColumns { get; }

    public int LowRows { get; }

    /// <summary>Frequency at which the apodization reaches zero, 1/µm.</summary>
    public double ApodizationEnd { get; }

    /// <summary>O·g for shifted bands at a frequency index.</summary>
    public double Before(int u, int v)
    {
        double k = Length(u * _stepX, v * _stepY);
        return _transfer.At(k) * (1 - (_options.SideNotch * Notch(k)));
    }

    /// <summary>What the unshifted band passes beyond <see cref="Before"/>.</summary>
    public double Low(int u, int v)
    {
        double k = Length(u * _stepX, v * _stepY);
        return _transfer.At(k) * (_options.SideNotch - _options.CentreNotch) * Notch(k);
    }

    /// <summary>A / (Σ|c·O|² g + w²) at a frequency index.</summary>
    public double After(int u, int v)
    {
        double apodization = Apodization(u, v);
        return apodization > 0 ? apodization * Lines(u, v) / (Strength(u, v) + (_options.Wiener * _options.Wiener)) : 0;
    }

    /// <summary>The share of the object's spectrum that reaches the result at a frequency index: apodization × Σ / (Σ + w²).</summary>
    public double Passed(int u, int v) => After(u, v) * Strength(u, v);

    /// <summary>Depth with which a component counts.</summary>
    public double DepthOf(int component) => Math.Max(_options.LeastModulation, _pattern.Components[component].Modulation);

    private static int Reach(double end, double step, int most) => Math.Clamp((int)(end / step), 0, most);

    private static double Length(double x, double y) => Math.Sqrt((x * x) + (y * y));

    private double Apodization(int u, int v)
    {
        double s = Length(u * _stepX, v * _stepY) / ApodizationEnd;
        return s >= 1 ? 0 : Math.Pow(OpticalTransfer.Ideal(s), _options.ApodizationExponent);
    }

    private double Lines(int u, int v)
    {
        double kept = 1;
        foreach (SpectralLine line in _options.Lines)
        {
            double x = u * _stepX, y = v * _stepY;
            double squares = Math.Min(Squares(x - line.Kx, y - line.Ky), Squares(x + line.Kx, y + line.Ky));
            kept *= 1 - Math.Exp(-0.5 * squares / (line.Width * line.Width));
        }

        return kept;
    }

    private static double Squares(double x, double y) => (x * x) + (y * y);

    private double Notch(double k)
    {
        double s = k / (_options.NotchWidth * _transfer.CutoffPerUm);
        return Math.Exp(-4 * Math.Log(2) * s * s);
    }

    private double Strength(int u, int v)
    {
        double kx = u * _stepX, ky = v * _stepY, k = Length(kx, ky), o = _transfer.At(k);
        double sum = _pattern.Order.Angles * o * o * (1 - (_options.CentreNotch * Notch(k)));
        for (int c = 0; c < _pattern.Components.Count; c++)
        {
            PatternComponent p = _pattern.Components[c];
            double weight = 0.25 * DepthOf(c) * DepthOf(c);
            sum += weight * (Side(Length(kx + p.Kx, ky + p.Ky)) + Side(Length(kx - p.Kx, ky - p.Ky)));
        }

        return sum;
    }

    private double Side(double k)
    {
        double o = _transfer.At(k);
        return o * o * (1 - (_options.SideNotch * Notch(k)));
    }
}
