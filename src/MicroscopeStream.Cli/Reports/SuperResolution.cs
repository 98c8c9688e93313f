using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Colour;
using MicroscopeStream.Imaging.Rendering;

namespace MicroscopeStream.Cli.Reports;

/// <summary>What colour shows.</summary>
internal enum ColourCoding
{
    /// <summary>Depth; localizations without one are not drawn.</summary>
    Depth,

    /// <summary>Brightness alone.</summary>
    Intensity,
}

/// <summary>What colour shows in a super-resolved picture.</summary>
/// <param name="Coding">What; null: depth where the first localizations have one.</param>
/// <param name="ZRangeNm">Depths of the palette's ends; null: those between which nearly all of the light lies.</param>
internal sealed record ImageColour(ColourCoding? Coding = null, (double Min, double Max)? ZRangeNm = null);

/// <summary>A picture coloured by depth.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="MeanDepthNm">Mean depth per pixel, nm, row-major (y, x); NaN where nothing is.</param>
/// <param name="MinimumZNm">Depth of the first colour.</param>
/// <param name="MaximumZNm">Depth of the last colour.</param>
internal sealed record DepthColours(RgbImage Picture, float[] MeanDepthNm, double MinimumZNm, double MaximumZNm);

/// <summary>
/// The image that localizations are drawn into. Whether it keeps depths is decided by the first of them.
/// </summary>
internal sealed class SuperResolution(PixelGrid grid, ImageColour colour)
{
    private const double DepthStepNm = 50;
    private LocalizationRenderer? _renderer;

    /// <summary>What is drawn into; plain brightness as long as no localization was seen.</summary>
    internal LocalizationRenderer Renderer => _renderer ??= Make(colour.Coding == ColourCoding.Depth);

    /// <summary>Looks at localizations as they come, to know whether they have depths.</summary>
    internal void See(ReadOnlySpan<Localization> rows)
    {
        if (!rows.IsEmpty)
        {
            _renderer ??= Make(colour.Coding is { } coding ? coding == ColourCoding.Depth : !double.IsNaN(rows[0].Z));
        }
    }

    internal SuperResolvedImage Snapshot() => _renderer?.Snapshot() ?? new SuperResolvedImage(grid);

    /// <summary>The picture coloured by depth; null where no depths are kept or none has come.</summary>
    internal DepthColours? Depth()
    {
        if (_renderer is not DepthRenderer renderer || (colour.ZRangeNm ?? renderer.DepthRange()) is not { } range)
        {
            return null;
        }

        (double low, double high) = colour.ZRangeNm is { } asked
            ? asked
            : (Math.Floor(range.Item1 / DepthStepNm) * DepthStepNm, (Math.Floor(range.Item2 / DepthStepNm) + 1) * DepthStepNm);
        (float[] brightness, float[] depth) = (new float[grid.PixelCount], new float[grid.PixelCount]);
        renderer.CopyTo(brightness, depth);
        DisplayRange shown = DisplayRange.FromPercentiles(brightness, 0, 99, ignoreZeros: true) with { Min = 0 };
        return new DepthColours(renderer.Colour(low, high, shown, gamma: 0.7), depth, low, high);
    }

    private LocalizationRenderer Make(bool depth)
    {
        // Dots narrower than half a pixel of the image would fall between its pixels.
        double narrowest = grid.PixelSizeNm / 2;
        var width = GaussianWidth.FromPrecision(narrowest, Math.Max(narrowest, 100), Math.Max(narrowest, 20));
        return depth ? new DepthRenderer(grid, width) : new GaussianRenderer(grid, width);
    }
}
