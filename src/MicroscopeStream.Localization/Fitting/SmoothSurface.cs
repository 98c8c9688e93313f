namespace MicroscopeStream.Localizations.Fitting;

/// <summary>
/// How well a region is explained by light that is there, but no emitter: a surface of second order. On a hill of background, several
/// emitters would explain much.
/// </summary>
/// <remarks>Belongs to one thread at a time. Allocates nothing after construction.</remarks>
internal sealed class SmoothSurface
{
    /// <summary>Parameters of the surface.</summary>
    public const int Parameters = 6;

    private readonly int _size;
    private readonly float _excess;
    private readonly double[] _basis;
    private readonly double[] _right = new double[Parameters];
    private readonly double[] _weights = new double[Parameters];
    private readonly double[] _sums = new double[Parameters * Parameters];
    private readonly PositiveMatrix _normal = new(Parameters);

    /// <param name="size">Edge of the region, px.</param>
    /// <param name="excess">Excess noise factor of the camera.</param>
    public SmoothSurface(int size, float excess)
    {
        (_size, _excess) = (size, excess);
        _basis = new double[size * size * Parameters];
        for (int p = 0; p < size * size; p++)
        {
            double x = (2.0 * ((p % size) + 0.5) / size) - 1, y = (2.0 * ((p / size) + 0.5) / size) - 1;
            double[] values = [1, x, y, x * x, x * y, y * y];
            values.CopyTo(_basis, p * Parameters);
        }
    }

    /// <summary>Squared residuals of the best surface over the variances expected; about the pixels less 6 where it explains them.</summary>
    /// <param name="photons">The region, photons, row-major (y, x).</param>
    /// <param name="readVariance">Variance of its read noise, photons²: one for all or one per pixel.</param>
    public double Misfit(ReadOnlySpan<float> photons, ReadOnlySpan<float> readVariance)
    {
        double mean = 0;
        foreach (float value in photons)
        {
            mean += value;
        }

        // First with one variance for all, then with those of the surface found.
        _weights.AsSpan().Clear();
        _weights[0] = Math.Max(mean / photons.Length, 0.5);
        double misfit = 0;
        for (int pass = 0; pass < 3; pass++)
        {
            misfit = Solve(photons, readVariance, only: pass == 2);
        }

        return misfit;
    }

    private double Solve(ReadOnlySpan<float> photons, ReadOnlySpan<float> readVariance, bool only)
    {
        Array.Clear(_right);
        Array.Clear(_sums);
        double misfit = 0;
        for (int p = 0; p < photons.Length; p++)
        {
            ReadOnlySpan<double> basis = _basis.AsSpan(p * Parameters, Parameters);
            double surface = 0;
            for (int a = 0; a < Parameters; a++)
            {
                surface += basis[a] * _weights[a];
            }

            double weight = 1 / ((Math.Max(surface, 0.5) * _excess) + readVariance[readVariance.Length == 1 ? 0 : p]);
            misfit += weight * (photons[p] - surface) * (photons[p] - surface);
            for (int a = 0; a < Parameters; a++)
            {
                _right[a] += weight * basis[a] * photons[p];
                for (int b = 0; b <= a; b++)
                {
                    _sums[(a * Parameters) + b] += weight * basis[a] * basis[b];
                }
            }
        }

        for (int a = 0; a < Parameters; a++)
        {
            for (int b = 0; b <= a; b++)
            {
                _normal[a, b] = _sums[(a * Parameters) + b];
            }
        }

        if (!only && _normal.Factor(Parameters, 0))
        {
            _normal.Solve(_right, _weights);
        }

        return misfit;
    }
}
