using MicroscopeStream.Core.Frames;
using MicroscopeStream.Simulator.Optics;
using MicroscopeStream.Simulator.Sampling;

namespace MicroscopeStream.Benchmarks.Astigmatism;

/// <summary>Single emitters through the optics that no fitter knows, with the bound on what can be known of them.</summary>
internal sealed class PupilSpots(PupilOptics optics, double pixelSizeNm, int size)
{
    private const int Parameters = 5;
    private readonly PupilPsf _psf = new(optics);
    private readonly PixelGrid _grid = new(size, size, pixelSizeNm);

    public int Area => size * size;

    /// <summary>Expected photons of one emitter; positions in nm from the region's corner.</summary>
    public double[] Mean(double x, double y, double z, double photons, double background)
    {
        var image = new float[Area];
        _psf.Add(image, _grid, x, y, z, photons, reachNm: 3000);
        return [.. image.Select(v => v + background)];
    }

    /// <summary>The same spot with photon noise, over and over.</summary>
    public void Draw(double[] mean, ref RandomStream random, Span<float> spots)
    {
        for (int i = 0; i < spots.Length; i++)
        {
            spots[i] = random.NextPoisson(mean[i % Area]);
        }
    }

    /// <summary>Square roots of the Cramér–Rao bounds of x, y and z, nm, photons and background being unknown too.</summary>
    public (double X, double Y, double Z) Bound(double x, double y, double z, double photons, double background)
    {
        double[] mean = Mean(x, y, z, photons, background);
        double[][] by =
        [
            Slope(step => Mean(x + step, y, z, photons, background), 2),
            Slope(step => Mean(x, y + step, z, photons, background), 2),
            Slope(step => Mean(x, y, z + step, photons, background), 5),
            [.. mean.Select(m => (m - background) / photons)],
            [.. mean.Select(_ => 1.0)],
        ];
        var matrix = new double[Parameters, 2 * Parameters];
        for (int i = 0; i < Parameters; i++)
        {
            matrix[i, Parameters + i] = 1;
            for (int j = 0; j < Parameters; j++)
            {
                for (int p = 0; p < Area; p++)
                {
                    matrix[i, j] += by[i][p] * by[j][p] / mean[p];
                }
            }
        }

        Invert(matrix);
        return (Math.Sqrt(matrix[0, Parameters]), Math.Sqrt(matrix[1, Parameters + 1]), Math.Sqrt(matrix[2, Parameters + 2]));
    }

    private static double[] Slope(Func<double, double[]> mean, double step) =>
        [.. mean(step).Zip(mean(-step), (up, down) => (up - down) / (2 * step))];

    // Gauss and Jordan; information matrices are positive definite, so that no pivot is zero.
    private static void Invert(double[,] matrix)
    {
        for (int k = 0; k < Parameters; k++)
        {
            double pivot = matrix[k, k];
            for (int c = 0; c < 2 * Parameters; c++)
            {
                matrix[k, c] /= pivot;
            }

            for (int r = 0; r < Parameters; r++)
            {
                double factor = r == k ? 0 : matrix[r, k];
                for (int c = 0; c < 2 * Parameters && r != k; c++)
                {
                    matrix[r, c] -= factor * matrix[k, c];
                }
            }
        }
    }
}
