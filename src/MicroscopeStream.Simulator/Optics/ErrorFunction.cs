namespace MicroscopeStream.Simulator.Optics;

/// <summary>The error function from a table with cubic Hermite interpolation: within 1e-9, and several times faster than a series.</summary>
internal static class ErrorFunction
{
    private const int PerUnit = 128;

    // erf(5) differs from 1 by 1.5e-12.
    private const int Last = 5 * PerUnit;

    private static readonly (double Value, double Slope)[] Table = MakeTable();

    public static double Erf(double x)
    {
        double at = Math.Abs(x) * PerUnit;
        if (!(at < Last))
        {
            return double.IsNaN(x) ? x : Math.Sign(x);
        }

        int i = (int)at;
        double t = at - i;
        (double f0, double d0) = Table[i];
        (double f1, double d1) = Table[i + 1];
        double rise = f1 - f0;
        double y = f0 + (t * (d0 + (t * ((3 * rise) - (2 * d0) - d1 + (t * (d0 + d1 - (2 * rise)))))));
        return x < 0 ? -y : y;
    }

    private static (double Value, double Slope)[] MakeTable()
    {
        var table = new (double, double)[Last + 1];
        for (int i = 0; i <= Last; i++)
        {
            double x = i / (double)PerUnit;
            double gauss = 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x);

            // erf x = 2/√π e^(−x²) Σ 2ⁿ x^(2n+1) / (2n+1)!!: all terms positive, so nothing cancels.
            double term = x, sum = x;
            for (int n = 1; term > 1e-17 * sum; n++)
            {
                term *= 2 * x * x / ((2 * n) + 1);
                sum += term;
            }

            table[i] = (gauss * sum, gauss / PerUnit);
        }

        return table;
    }
}
