using MicroscopeStream.Core.Frames;
using MicroscopeStream.Localizations.Astigmatism;
using MicroscopeStream.Localizations.Tests.Fitting;

namespace MicroscopeStream.Localizations.Tests.Astigmatism;

/// <summary>Spots behind a cylindrical lens, from the definition, and the bound on their depth.</summary>
internal static class AstigmaticSpots
{
    public const double Pixel = 100;

    public static readonly DefocusCurve X = new(130, 220, 420, 0.08, 0.05);
    public static readonly DefocusCurve Y = new(135, -220, 400, -0.05, 0.07);

    // Where both truths are equally wide: what a calibration calls depth 0.
    public static readonly double Zero = FindZero();

    public static float[] Spot(int size, double x, double y, double z, double photons, double background) =>
        SpotMaker.Mean(size, x, y, photons, background, X.At(z + Zero) / Pixel, Y.At(z + Zero) / Pixel);

    /// <summary>Square root of the Cramér–Rao bound of z with x, y, photons and background unknown too, nm.</summary>
    public static double Bound(int size, double x, double y, double z, double photons, double background)
    {
        double[] at = [x, y, photons, background, z], step = [1e-3, 1e-3, 1, 1e-2, 0.5];
        double[][] derivatives = new double[5][];
        float[] mean = Spot(size, x, y, z, photons, background);
        for (int k = 0; k < 5; k++)
        {
            double[] up = [.. at], down = [.. at];
            up[k] += step[k];
            down[k] -= step[k];
            double[] high = Exact(size, up), low = Exact(size, down);
            derivatives[k] = [.. high.Zip(low, (a, b) => (a - b) / (2 * step[k]))];
        }

        var fisher = new double[5, 5];
        for (int i = 0; i < 5; i++)
        {
            for (int j = 0; j < 5; j++)
            {
                fisher[i, j] = mean.Select((m, p) => derivatives[i][p] * derivatives[j][p] / m).Sum();
            }
        }

        // Schur complement: what is left of z's information when the others are free.
        for (int k = 0; k < 4; k++)
        {
            for (int i = k + 1; i < 5; i++)
            {
                double factor = fisher[i, k] / fisher[k, k];
                for (int j = k; j < 5; j++)
                {
                    fisher[i, j] -= factor * fisher[k, j];
                }
            }
        }

        return 1 / Math.Sqrt(fisher[4, 4]);
    }

    public static List<float[]> BeadStack(Random random, PixelGrid grid, (double X, double Y, double Z)[] beads, double from, double to, double step, Func<int, double, (double X, double Y)>? spoil = null)
    {
        var slices = new List<float[]>();
        for (double stage = from; stage <= to; stage += step)
        {
            var slice = new float[grid.PixelCount];
            Array.Fill(slice, 20f);
            for (int b = 0; b < beads.Length; b++)
            {
                (double x, double y, double height) = beads[b];
                double z = stage + height + Zero;
                (double factorX, double factorY) = spoil?.Invoke(b, stage) ?? (1, 1);
                for (int j = Math.Max(0, (int)y - 14); j < Math.Min(grid.Height, (int)y + 15); j++)
                {
                    for (int i = Math.Max(0, (int)x - 14); i < Math.Min(grid.Width, (int)x + 15); i++)
                    {
                        slice[(j * grid.Width) + i] += (float)(20_000 * SpotMaker.Share(i, x, factorX * X.At(z) / Pixel) * SpotMaker.Share(j, y, factorY * Y.At(z) / Pixel));
                    }
                }
            }

            SpotMaker.AddNoise(random, slice);
            slices.Add(slice);
        }

        return slices;
    }

    private static double[] Exact(int size, double[] p)
    {
        double sx = X.At(p[4] + Zero) / Pixel, sy = Y.At(p[4] + Zero) / Pixel;
        return [.. from j in Enumerable.Range(0, size)
                   from i in Enumerable.Range(0, size)
                   select (p[2] * SpotMaker.Share(i, p[0], sx) * SpotMaker.Share(j, p[1], sy)) + p[3]];
    }

    private static double FindZero()
    {
        double low = -150, high = 150;
        for (int i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = X.At(middle) > Y.At(middle) ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }
}
