namespace MicroscopeStream.Localizations.EmpiricalPsf;

/// <summary>
/// Cubic B-splines on whole-numbered knots (Unser 1999, 10.1109/79.799930): what the four knots around a position weigh, and the
/// coefficients that make a spline pass through samples.
/// </summary>
internal static class CubicBSpline
{
    /// <summary>Knots that bear on one position.</summary>
    public const int Taps = 4;

    /// <summary>Weights of the knots floor(u) − 1 … floor(u) + 2.</summary>
    /// <param name="f">u − floor(u), in [0, 1).</param>
    /// <param name="weights">Receives the four weights; their sum is 1.</param>
    public static void Weights(double f, Span<float> weights)
    {
        double g = 1 - f;
        weights[0] = (float)(g * g * g / 6);
        weights[1] = (float)((2.0 / 3) - (f * f * (1 - (f / 2))));
        weights[2] = (float)((2.0 / 3) - (g * g * (1 - (g / 2))));
        weights[3] = (float)(f * f * f / 6);
    }

    /// <summary>Derivatives of <see cref="Weights"/> by u; their sum is 0.</summary>
    public static void Slopes(double f, Span<float> slopes)
    {
        double g = 1 - f;
        slopes[0] = (float)(-g * g / 2);
        slopes[1] = (float)(f * ((1.5 * f) - 2));
        slopes[2] = (float)(g * (2 - (1.5 * g)));
        slopes[3] = (float)(f * f / 2);
    }

    /// <summary>
    /// Turns samples at the knots into the coefficients of the spline that passes through them, in place. Beyond both ends
    /// coefficients are zero, as befits what fades out there.
    /// </summary>
    /// <param name="values">Samples; every <paramref name="stride"/>-th element counts.</param>
    /// <param name="count">How many, ≥ 1.</param>
    /// <param name="stride">Distance between two of them.</param>
    /// <param name="scratch">At least <paramref name="count"/> long.</param>
    public static void Interpolate(Span<float> values, int count, int stride, Span<double> scratch)
    {
        // (c[i−1] + 4 c[i] + c[i+1]) / 6 = s[i]: a tridiagonal system, by elimination.
        double carried = 6 * values[0] / 4;
        scratch[0] = 1.0 / 4;
        values[0] = (float)carried;
        for (int i = 1; i < count; i++)
        {
            double pivot = 1 / (4 - scratch[i - 1]);
            scratch[i] = pivot;
            carried = ((6 * values[i * stride]) - carried) * pivot;
            values[i * stride] = (float)carried;
        }

        for (int i = count - 2; i >= 0; i--)
        {
            values[i * stride] -= (float)(scratch[i] * values[(i + 1) * stride]);
        }
    }
}
