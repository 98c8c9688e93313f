namespace MicroscopeStream.Simulator.Structures;

/// <summary>The area in which molecules sit: the camera's field and a margin, from which light still falls into it.</summary>
/// <param name="WidthNm">Extent of the field along x, nm.</param>
/// <param name="HeightNm">Extent of the field along y, nm.</param>
/// <param name="MarginNm">Width of the margin on every side, nm.</param>
internal readonly record struct Field(double WidthNm, double HeightNm, double MarginNm)
{
    public bool Contains(double x, double y) => x >= 0 && y >= 0 && x < WidthNm && y < HeightNm;

    public bool ContainsWithMargin(double x, double y) =>
        x >= -MarginNm && y >= -MarginNm && x < WidthNm + MarginNm && y < HeightNm + MarginNm;
}
