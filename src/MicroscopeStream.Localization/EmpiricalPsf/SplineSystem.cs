namespace MicroscopeStream.Localizations.EmpiricalPsf;

/// <summary>
/// Gradient and Fisher information of one spot (x, y, photons, background, z) and the systems that are solved with them. What was
/// last kept is used; what was last set may be thrown away. Matrices are lower triangles, row by row.
/// </summary>
internal sealed class SplineSystem
{
    public const int Parameters = 5;
    private const int Elements = Parameters * (Parameters + 1) / 2;
    private readonly double[] _gradient = new double[Parameters];
    private readonly double[] _fisher = new double[Elements];
    private readonly double[] _keptGradient = new double[Parameters];
    private readonly double[] _keptFisher = new double[Elements];

    public void Set(ReadOnlySpan<float> gradient, ReadOnlySpan<float> fisher)
    {
        for (int k = 0; k < Parameters; k++)
        {
            _gradient[k] = gradient[k];
        }

        for (int k = 0; k < Elements; k++)
        {
            _fisher[k] = fisher[k];
        }
    }

    public void Keep()
    {
        _gradient.CopyTo(_keptGradient, 0);
        _fisher.CopyTo(_keptFisher, 0);
    }

    /// <summary>The step of Levenberg and Marquardt from the kept point.</summary>
    /// <returns>Whether the damped matrix is positive definite.</returns>
    public bool Solve(double damping, Span<double> step)
    {
        Span<double> factor = stackalloc double[Elements];
        if (!Factor(damping, factor))
        {
            return false;
        }

        for (int r = 0; r < Parameters; r++)
        {
            double sum = _keptGradient[r];
            for (int k = 0; k < r; k++)
            {
                sum -= factor[(r * (r + 1) / 2) + k] * step[k];
            }

            step[r] = sum / factor[(r * (r + 3)) / 2];
        }

        for (int r = Parameters - 1; r >= 0; r--)
        {
            double sum = step[r];
            for (int k = r + 1; k < Parameters; k++)
            {
                sum -= factor[(k * (k + 1) / 2) + r] * step[k];
            }

            step[r] = sum / factor[(r * (r + 3)) / 2];
        }

        return true;
    }

    /// <summary>Variances at the Cramér–Rao bound: the diagonal of the kept matrix's inverse; NaN where there is none.</summary>
    public bool Bound(Span<double> variances)
    {
        Span<double> factor = stackalloc double[Elements], column = stackalloc double[Parameters];
        if (!Factor(0, factor))
        {
            variances.Fill(double.NaN);
            return false;
        }

        for (int c = 0; c < Parameters; c++)
        {
            double norm = 0;
            for (int r = c; r < Parameters; r++)
            {
                double sum = r == c ? 1 : 0;
                for (int k = c; k < r; k++)
                {
                    sum -= factor[(r * (r + 1) / 2) + k] * column[k];
                }

                column[r] = sum / factor[(r * (r + 3)) / 2];
                norm += column[r] * column[r];
            }

            variances[c] = norm;
        }

        return true;
    }

    private bool Factor(double damping, Span<double> factor)
    {
        for (int r = 0; r < Parameters; r++)
        {
            int row = r * (r + 1) / 2;
            for (int c = 0; c <= r; c++)
            {
                int other = c * (c + 1) / 2;
                double sum = _keptFisher[row + c] * (r == c ? 1 + damping : 1);
                for (int k = 0; k < c; k++)
                {
                    sum -= factor[row + k] * factor[other + k];
                }

                if (r == c && !(sum > 1e-12 * _keptFisher[row + c]))
                {
                    return false;
                }

                factor[row + c] = r == c ? Math.Sqrt(sum) : sum / factor[other + c];
            }
        }

        return true;
    }
}
