using System.Numerics;
using MicroscopeStream.StructuredIllumination.Patterns;

namespace MicroscopeStream.StructuredIllumination.Reconstruction;

/// <summary>
/// Which weighted sums of an angle's frames are its bands: frame n = C₀ + Σ_c 2 Re(e^{iφ_nc} C_c), so that C₀ = Σ_n m_n D_n and
/// C_c = Σ_n μ_nc D_n by least squares.
/// </summary>
internal sealed class BandSeparation
{
    private readonly double[] _centre;
    private readonly Complex[,] _side;

    public BandSeparation(IlluminationPattern pattern)
    {
        _centre = new double[pattern.Frames];
        _side = new Complex[pattern.Frames, pattern.Components.Count];
        for (int angle = 0; angle < pattern.Order.Angles; angle++)
        {
            Separate(pattern, [.. pattern.FramesOf(angle)], [.. pattern.ComponentsOf(angle)]);
        }
    }

    /// <summary>Whether the phases of every angle differ enough.</summary>
    public static bool IsPossible(IlluminationPattern pattern)
    {
        try
        {
            _ = new BandSeparation(pattern);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Share of a frame in the unshifted band of its angle.</summary>
    public double Centre(int frame) => _centre[frame];

    /// <summary>Weight of a frame in the band at +k of a component; 0 for frames of other angles.</summary>
    public Complex Side(int frame, int component) => _side[frame, component];

    private void Separate(IlluminationPattern pattern, int[] frames, int[] components)
    {
        int unknowns = 1 + (2 * components.Length);
        if (frames.Length < unknowns)
        {
            throw new ArgumentException($"{frames.Length} frames of one angle cannot be separated into {unknowns} bands.", nameof(pattern));
        }

        var model = new double[frames.Length, unknowns];
        for (int i = 0; i < frames.Length; i++)
        {
            model[i, 0] = 1;
            for (int c = 0; c < components.Length; c++)
            {
                (model[i, 2 + (2 * c)], model[i, 1 + (2 * c)]) = Math.SinCos(pattern.Phase(frames[i], components[c]));
            }
        }

        double[,] inverse = PseudoInverse(model);
        for (int i = 0; i < frames.Length; i++)
        {
            _centre[frames[i]] = inverse[0, i];
            for (int c = 0; c < components.Length; c++)
            {
                // 2 Re(e^{iφ} C) = cos φ · 2 Re C − sin φ · 2 Im C.
                _side[frames[i], components[c]] = new Complex(inverse[1 + (2 * c), i], -inverse[2 + (2 * c), i]) / 2;
            }
        }
    }

    // (AᵀA)⁻¹Aᵀ by elimination with pivots.
    private static double[,] PseudoInverse(double[,] a)
    {
        int rows = a.GetLength(0), n = a.GetLength(1);
        var left = new double[n, n];
        var right = new double[n, rows];
        for (int i = 0; i < n; i++)
        {
            for (int r = 0; r < rows; r++)
            {
                right[i, r] = a[r, i];
                for (int j = 0; j < n; j++)
                {
                    left[i, j] += a[r, i] * a[r, j];
                }
            }
        }

        for (int column = 0; column < n; column++)
        {
            int pivot = Enumerable.Range(column, n - column).MaxBy(r => Math.Abs(left[r, column]));
            if (Math.Abs(left[pivot, column]) < 1e-3 * rows)
            {
                throw new ArgumentException("The phases of one angle are too much alike for its bands to be separated.");
            }

            SwapRows(left, pivot, column);
            SwapRows(right, pivot, column);
            for (int r = 0; r < n; r++)
            {
                double factor = r == column ? 0 : left[r, column] / left[column, column];
                for (int j = column; factor != 0 && j < n; j++)
                {
                    left[r, j] -= factor * left[column, j];
                }

                for (int j = 0; factor != 0 && j < rows; j++)
                {
                    right[r, j] -= factor * right[column, j];
                }
            }
        }

        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < rows; j++)
            {
                right[i, j] /= left[i, i];
            }
        }

        return right;
    }

    private static void SwapRows(double[,] matrix, int a, int b)
    {
        for (int j = 0; a != b && j < matrix.GetLength(1); j++)
        {
            (matrix[a, j], matrix[b, j]) = (matrix[b, j], matrix[a, j]);
        }
    }
}
