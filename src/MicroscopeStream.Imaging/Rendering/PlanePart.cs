using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Imaging.Rendering;

/// <summary>A rectangle of a plane, to be binned.</summary>
/// <param name="Left">First column, ≥ 0.</param>
/// <param name="Top">First row, ≥ 0.</param>
/// <param name="Width">Columns, ≥ 1.</param>
/// <param name="Height">Rows, ≥ 1.</param>
/// <param name="Factor">Columns and rows that become one, 1…255.</param>
public readonly record struct PlanePart(int Left, int Top, int Width, int Height, int Factor)
{
    /// <summary>The grid of the binned part; pixels at the far edges may cover less than a whole bin.</summary>
    /// <param name="pixelSizeNm">Edge of a pixel of the plane, nm.</param>
    public PixelGrid Grid(double pixelSizeNm) =>
        new((Width + Factor - 1) / Factor, (Height + Factor - 1) / Factor, pixelSizeNm * Factor);
}
