namespace MicroscopeStream.Localizations.Fitting;

/// <summary>A small symmetric positive definite matrix, its Cholesky factor, and what that solves. Only the lower triangle is kept.</summary>
/// <remarks>Not thread-safe. Allocates nothing after construction.</remarks>
internal sealed class PositiveMatrix(int most)
{
    private readonly double[] _values = new double[most * most];
    private readonly double[] _factor = new double[most * most];
    private readonly double[] _unit = new double[most];
    private readonly double[] _column = new double[most];
    private int _count;

    /// <summary>An element on or below the diagonal.</summary>
    public double this[int row, int column]
    {
        set => _values[(row * most) + column] = value;
    }

    /// <summary>Factors the first <paramref name="count"/> rows, the diagonal enlarged by a share of itself; false: not positive definite.</summary>
    public bool Factor(int count, double damping)
    {
        _count = count;
        for (int a = 0; a < count; a++)
        {
            for (int b = 0; b <= a; b++)
            {
                double sum = _values[(a * most) + b] * (a == b ? 1 + damping : 1);
                for (int k = 0; k < b; k++)
                {
                    sum -= _factor[(a * most) + k] * _factor[(b * most) + k];
                }

                if (a != b)
                {
                    _factor[(a * most) + b] = sum / _factor[(b * most) + b];
                }
                else if (sum > 1e-12)
                {
                    _factor[(a * most) + a] = Math.Sqrt(sum);
                }
                else
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Solves for what the factored matrix times the solution is <paramref name="right"/>.</summary>
    public void Solve(ReadOnlySpan<double> right, Span<double> solution)
    {
        for (int a = 0; a < _count; a++)
        {
            double sum = right[a];
            for (int k = 0; k < a; k++)
            {
                sum -= _factor[(a * most) + k] * solution[k];
            }

            solution[a] = sum / _factor[(a * most) + a];
        }

        for (int a = _count - 1; a >= 0; a--)
        {
            double sum = solution[a];
            for (int k = a + 1; k < _count; k++)
            {
                sum -= _factor[(k * most) + a] * solution[k];
            }

            solution[a] = sum / _factor[(a * most) + a];
        }
    }

    /// <summary>A diagonal element of the factored matrix's inverse.</summary>
    public double InverseAt(int index)
    {
        Array.Clear(_unit);
        _unit[index] = 1;
        Solve(_unit, _column);
        return _column[index];
    }
}
