namespace MicroscopeStream.Localizations.Astigmatism;

/// <summary>One measured width.</summary>
/// <param name="Z">Depth, nm.</param>
/// <param name="Width">Width, nm.</param>
/// <param name="Variance">Variance of the width, nm².</param>
internal readonly record struct WidthSample(double Z, double Width, double Variance);

/// <summary>Fits <see cref="DefocusCurve"/> to measured widths by the method of Levenberg and Marquardt, weighted.</summary>
internal static class DefocusCurveFit
{
    private const int Parameters = 5;
    private const int Steps = 200;

    public static DefocusCurve Fit(IReadOnlyList<WidthSample> samples)
    {
        DefocusCurve curve = Start(samples);
        double cost = Cost(curve, samples), damping = 1e-3;
        var normal = new double[Parameters, Parameters];
        var gradient = new double[Parameters];
        for (int step = 0; step < Steps && damping < 1e12; step++)
        {
            Accumulate(curve, samples, normal, gradient);
            double[]? move = Solve(normal, gradient, damping);
            DefocusCurve next = move is null ? curve : new DefocusCurve(
                curve.Sigma0Nm + move[0], curve.FocusNm + move[1], curve.DepthNm + move[2], curve.A + move[3], curve.B + move[4]);
            double nextCost = move is null || next.Sigma0Nm <= 1 || next.DepthNm <= 10 ? double.PositiveInfinity : Cost(next, samples);
            if (nextCost < cost)
            {
                bool settled = cost - nextCost < 1e-9 * cost;
                (curve, cost, damping) = (next, nextCost, damping / 10);
                if (settled)
                {
                    break;
                }
            }
            else
            {
                damping *= 10;
            }
        }

        return curve;
    }

    private static DefocusCurve Start(IReadOnlyList<WidthSample> samples)
    {
        WidthSample[] narrowest = [.. samples.OrderBy(s => s.Width).Take(Math.Max(1, samples.Count / 10))];
        double focus = narrowest.Average(s => s.Z), least = narrowest.Average(s => s.Width);

        // σ²/σ₀² − 1 = u² without aberrations.
        double sum = 0, squares = 0;
        foreach (WidthSample s in samples)
        {
            double growth = Math.Max((s.Width * s.Width / (least * least)) - 1, 0), distance = (s.Z - focus) * (s.Z - focus);
            (sum, squares) = (sum + (growth * distance), squares + (distance * distance));
        }

        return new DefocusCurve(least, focus, Math.Clamp(Math.Sqrt(squares / Math.Max(sum, 1e-9)), 100, 2000), 0, 0);
    }

    private static double Cost(DefocusCurve curve, IReadOnlyList<WidthSample> samples) =>
        samples.Sum(s => (s.Width - curve.At(s.Z)) * (s.Width - curve.At(s.Z)) / s.Variance);

    private static void Accumulate(DefocusCurve curve, IReadOnlyList<WidthSample> samples, double[,] normal, double[] gradient)
    {
        Array.Clear(normal);
        Array.Clear(gradient);
        Span<double> d = stackalloc double[Parameters];
        foreach (WidthSample s in samples)
        {
            curve.Derivatives(s.Z, d);
            double residual = s.Width - curve.At(s.Z);
            for (int i = 0; i < Parameters; i++)
            {
                gradient[i] += d[i] * residual / s.Variance;
                for (int j = 0; j < Parameters; j++)
                {
                    normal[i, j] += d[i] * d[j] / s.Variance;
                }
            }
        }
    }

    // Gaussian elimination with pivots; null when the damped normal matrix is singular.
    private static double[]? Solve(double[,] normal, double[] gradient, double damping)
    {
        var m = (double[,])normal.Clone();
        var x = (double[])gradient.Clone();
        for (int i = 0; i < Parameters; i++)
        {
            m[i, i] += damping * Math.Max(m[i, i], 1e-12);
        }

        for (int i = 0; i < Parameters; i++)
        {
            int pivot = i;
            for (int r = i + 1; r < Parameters; r++)
            {
                pivot = Math.Abs(m[r, i]) > Math.Abs(m[pivot, i]) ? r : pivot;
            }

            if (!(Math.Abs(m[pivot, i]) > 1e-300))
            {
                return null;
            }

            for (int c = 0; c < Parameters; c++)
            {
                (m[i, c], m[pivot, c]) = (m[pivot, c], m[i, c]);
            }

            (x[i], x[pivot]) = (x[pivot], x[i]);
            for (int r = 0; r < Parameters; r++)
            {
                double factor = r == i ? 0 : m[r, i] / m[i, i];
                for (int c = i; c < Parameters && r != i; c++)
                {
                    m[r, c] -= factor * m[i, c];
                }

                x[r] -= factor * x[i];
            }
        }

        return [.. Enumerable.Range(0, Parameters).Select(i => x[i] / m[i, i])];
    }
}
