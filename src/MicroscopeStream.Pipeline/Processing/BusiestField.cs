using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Localizations.Drift;

namespace MicroscopeStream.Pipeline.Processing;

/// <summary>
/// Chooses the part of a large field that the resolution is estimated on: a Fourier transform of a whole camera's field at ten
/// nanometres would take seconds and gigabytes, and says no more than that of the part with the most localizations.
/// </summary>
internal static class BusiestField
{
    /// <summary>Edge of the grid at most, px: one estimate then takes a few tenths of a second.</summary>
    public const int LargestEdge = 1024;

    /// <summary>A tenth of the camera's pixel resolves what localization does, with three pixels per resolution down to 30 nm at 100 nm.</summary>
    private const double PerCameraPixel = 10;

    /// <summary>Two nanometres at 100 nm: nothing is localized better.</summary>
    private const double MostPerCameraPixel = 50;

    /// <summary>The grid to count on.</summary>
    public static PixelGrid Grid(PixelGrid camera) => Grid(camera, camera.PixelSizeNm / PerCameraPixel);

    /// <summary>The grid with half the pixels; null: it would be too fine.</summary>
    public static PixelGrid? Finer(PixelGrid camera, PixelGrid grid) =>
        grid.PixelSizeNm / 2 >= camera.PixelSizeNm / MostPerCameraPixel ? Grid(camera, grid.PixelSizeNm / 2) : null;

    private static PixelGrid Grid(PixelGrid camera, double pixel) => new(
        (int)Math.Clamp(camera.WidthNm / pixel, 16, LargestEdge), (int)Math.Clamp(camera.HeightNm / pixel, 16, LargestEdge), pixel);

    /// <summary>The corner of the busiest part that is as large as the grid, nm.</summary>
    public static (double X, double Y) Find(PixelGrid camera, PixelGrid grid, KeptLocalizations localizations)
    {
        // Counted in tiles of an eighth of the part, tried at every tile.
        double tile = Math.Max(grid.WidthNm, grid.HeightNm) / 8;
        int columns = (int)Math.Ceiling(camera.WidthNm / tile), rows = (int)Math.Ceiling(camera.HeightNm / tile);
        var counts = new long[columns * rows];
        localizations.Visit(batch =>
        {
            foreach (ref readonly Localization l in batch)
            {
                int x = (int)(l.X / tile), y = (int)(l.Y / tile);
                if (l.X >= 0 && l.Y >= 0 && x < columns && y < rows)
                {
                    counts[(y * columns) + x]++;
                }
            }
        });
        int wide = Math.Max(1, (int)Math.Round(grid.WidthNm / tile)), high = Math.Max(1, (int)Math.Round(grid.HeightNm / tile));
        (long Count, double X, double Y) best = (-1, 0, 0);
        for (int y = 0; y + high <= Math.Max(rows, high); y++)
        {
            for (int x = 0; x + wide <= Math.Max(columns, wide); x++)
            {
                long count = Sum(counts, columns, x, y, Math.Min(x + wide, columns), Math.Min(y + high, rows));
                best = count > best.Count ? (count, x * tile, y * tile) : best;
            }
        }

        return (Math.Clamp(best.X, 0, Math.Max(0, camera.WidthNm - grid.WidthNm)), Math.Clamp(best.Y, 0, Math.Max(0, camera.HeightNm - grid.HeightNm)));
    }

    private static long Sum(long[] counts, int columns, int left, int top, int right, int bottom)
    {
        long sum = 0;
        for (int y = top; y < bottom; y++)
        {
            for (int x = left; x < right; x++)
            {
                sum += counts[(y * columns) + x];
            }
        }

        return sum;
    }
}
