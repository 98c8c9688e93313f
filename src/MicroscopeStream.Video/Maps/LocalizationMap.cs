using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Video.Maps;

/// <summary>
/// Localizations of one slice on the video's grid. Each counts 1 / (1 + (σ / pixel)²), σ being its uncertainty: a precise one almost
/// fully, one as uncertain as a pixel half, one without a stated uncertainty half. It is shared bilinearly among the four nearest pixels.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class LocalizationMap
{
    private readonly float[] _weights;
    private readonly List<(float X, float Y)> _positions = new(1024);

    /// <summary>Makes an empty map.</summary>
    /// <param name="grid">The video's grid.</param>
    public LocalizationMap(PixelGrid grid)
    {
        Grid = grid;
        _weights = new float[grid.PixelCount];
    }

    /// <summary>The video's grid.</summary>
    public PixelGrid Grid { get; }

    /// <summary>Localizations in it.</summary>
    public int Count => _positions.Count;

    /// <summary>Summed weights, row-major (y, x).</summary>
    public ReadOnlyMemory<float> Weights => _weights;

    /// <summary>Positions, pixels of the grid, the centre of pixel i being i + 0.5.</summary>
    public IReadOnlyList<(float X, float Y)> Positions => _positions;

    /// <summary>What a localization counts.</summary>
    /// <param name="sigmaNm">Its lateral uncertainty, nm; NaN: unknown.</param>
    /// <param name="pixelNm">Pixel of the map, nm.</param>
    /// <returns>0…1.</returns>
    public static float WeightOf(double sigmaNm, double pixelNm) =>
        double.IsFinite(sigmaNm) && sigmaNm >= 0 ? (float)(1 / (1 + Math.Pow(sigmaNm / pixelNm, 2))) : 0.5f;

    /// <summary>Adds a localization; what falls outside the field is left out.</summary>
    /// <param name="xNm">Position along columns, nm.</param>
    /// <param name="yNm">Position along rows, nm.</param>
    /// <param name="sigmaNm">Lateral uncertainty, nm; NaN: unknown.</param>
    public void Add(double xNm, double yNm, double sigmaNm)
    {
        double x = xNm / Grid.PixelSizeNm, y = yNm / Grid.PixelSizeNm;
        if (!(x >= 0 && y >= 0 && x < Grid.Width && y < Grid.Height))
        {
            return;
        }

        _positions.Add(((float)x, (float)y));
        float weight = WeightOf(sigmaNm, Grid.PixelSizeNm);
        (int left, int top) = ((int)Math.Floor(x - 0.5), (int)Math.Floor(y - 0.5));
        (float right, float below) = ((float)(x - 0.5 - left), (float)(y - 0.5 - top));
        Put(top, left, weight * (1 - below) * (1 - right));
        Put(top, left + 1, weight * (1 - below) * right);
        Put(top + 1, left, weight * below * (1 - right));
        Put(top + 1, left + 1, weight * below * right);
    }

    /// <summary>Makes it empty.</summary>
    public void Clear()
    {
        Array.Clear(_weights);
        _positions.Clear();
    }

    private void Put(int y, int x, float weight)
    {
        if ((uint)y < (uint)Grid.Height && (uint)x < (uint)Grid.Width)
        {
            _weights[(y * Grid.Width) + x] += weight;
        }
    }
}
