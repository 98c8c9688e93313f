using System.Numerics;

namespace MicroscopeStream.Localizations.Fitting;

/// <summary>
/// Small symmetric positive definite systems, one per vector lane: Cholesky factorization, solution and diagonal of the inverse.
/// Matrices are lower triangles, row by row: element (r, c ≤ r) at r(r+1)/2 + c.
/// </summary>
internal static class LaneCholesky
{
    /// <summary>Number of elements of a lower triangle of order <paramref name="n"/>.</summary>
    public static int Length(int n) => n * (n + 1) / 2;

    /// <summary>Replaces the matrix by its Cholesky factor. Pivots are held above a floor: a singular lane gives huge, finite steps.</summary>
    public static void Factor(Span<Vector<float>> a, int n)
    {
        Vector<float> floor = new(1e-12f);
        for (int r = 0; r < n; r++)
        {
            int row = r * (r + 1) / 2;
            for (int c = 0; c <= r; c++)
            {
                int other = c * (c + 1) / 2;
                Vector<float> sum = a[row + c];
                for (int k = 0; k < c; k++)
                {
                    sum -= a[row + k] * a[other + k];
                }

                a[row + c] = r == c ? Vector.SquareRoot(Vector.Max(sum, floor)) : sum / a[other + c];
            }
        }
    }

    /// <summary>Solves in place for one right-hand side, given the factor.</summary>
    public static void Solve(ReadOnlySpan<Vector<float>> factor, int n, Span<Vector<float>> b)
    {
        for (int r = 0; r < n; r++)
        {
            int row = r * (r + 1) / 2;
            Vector<float> sum = b[r];
            for (int k = 0; k < r; k++)
            {
                sum -= factor[row + k] * b[k];
            }

            b[r] = sum / factor[row + r];
        }

        for (int r = n - 1; r >= 0; r--)
        {
            Vector<float> sum = b[r];
            for (int k = r + 1; k < n; k++)
            {
                sum -= factor[(k * (k + 1) / 2) + r] * b[k];
            }

            b[r] = sum / factor[(r * (r + 1) / 2) + r];
        }
    }

    /// <summary>Diagonal of the inverse, given the factor.</summary>
    public static void InverseDiagonal(ReadOnlySpan<Vector<float>> factor, int n, Span<Vector<float>> scratch, Span<Vector<float>> diagonal)
    {
        for (int column = 0; column < n; column++)
        {
            // Column of L⁻¹ by forward substitution; (LLᵀ)⁻¹ has the squared norms of these columns on its diagonal.
            Vector<float> norm = Vector<float>.Zero;
            for (int r = column; r < n; r++)
            {
                int row = r * (r + 1) / 2;
                Vector<float> sum = r == column ? Vector<float>.One : Vector<float>.Zero;
                for (int k = column; k < r; k++)
                {
                    sum -= factor[row + k] * scratch[k];
                }

                scratch[r] = sum / factor[row + r];
                norm += scratch[r] * scratch[r];
            }

            diagonal[column] = norm;
        }
    }
}
