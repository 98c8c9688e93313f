namespace MicroscopeStream.Simulator.Sampling;

/// <summary>
/// Poisson deviates. Up to a mean of 48, a look-up for the next lower multiple of ½ (<see cref="PoissonTables"/>) plus a
/// sequential search for the rest: the sum of Poisson numbers is one. Above, the transformed rejection PTRS (Hörmann 1993,
/// 10.1016/0167-6687(93)90997-4). All are exact up to rounding.
/// </summary>
public static class PoissonSampler
{
    private static readonly double[] LogFactorials = MakeLogFactorials();

    /// <summary>A number of the Poisson distribution.</summary>
    /// <param name="random">Where randomness comes from.</param>
    /// <param name="mean">Its mean, ≥ 0; below it (or NaN) gives 0.</param>
    public static int NextPoisson(this ref RandomStream random, double mean)
    {
        if (mean >= PoissonTables.LargestMean)
        {
            return Rejection(ref random, mean);
        }

        if (!(mean > 0))
        {
            return 0;
        }

        int row = (int)(mean * PoissonTables.RowsPerUnit);
        double rest = mean - (row * (1.0 / PoissonTables.RowsPerUnit));
        int count = row == 0 ? 0 : PoissonTables.Draw(row, random.NextBits());

        // e^(−r) ≥ 1 − r settles most cases without an exponential.
        double u = random.NextUnit();
        if (u < 1 - rest)
        {
            return count;
        }

        double p = Math.Exp(-rest);
        for (int k = 1; u >= p && k < 30; k++)
        {
            u -= p;
            p *= rest / k;
            count++;
        }

        return count;
    }

    private static int Rejection(ref RandomStream random, double mean)
    {
        double b = 0.931 + (2.53 * Math.Sqrt(mean));
        double a = -0.059 + (0.02483 * b);
        double accept = 0.9277 - (3.6224 / (b - 2));
        while (true)
        {
            double u = random.NextUnit() - 0.5, v = random.NextUnit();
            double s = 0.5 - Math.Abs(u);
            double k = Math.Floor((((2 * a / s) + b) * u) + mean + 0.43);
            if (s >= 0.07 && v <= accept)
            {
                return (int)k;
            }

            if (k < 0 || (s < 0.013 && v > s) || k > int.MaxValue)
            {
                continue;
            }

            double inverseAlpha = 1.1239 + (1.1328 / (b - 3.4));
            if (Math.Log(v * inverseAlpha / ((a / (s * s)) + b)) <= (k * Math.Log(mean)) - mean - LogFactorial((int)k))
            {
                return (int)k;
            }
        }
    }

    private static double LogFactorial(int k)
    {
        if (k < LogFactorials.Length)
        {
            return LogFactorials[k];
        }

        // Stirling's series: with k ≥ 16 its next term is below 1e-9.
        double n = k + 1.0, r = 1 / n;
        return ((n - 0.5) * Math.Log(n)) - n + (0.5 * Math.Log(2 * Math.PI)) + (r * ((1.0 / 12) - (r * r * (1.0 / 360))));
    }

    private static double[] MakeLogFactorials()
    {
        var logs = new double[16];
        for (int i = 1; i < logs.Length; i++)
        {
            logs[i] = logs[i - 1] + Math.Log(i);
        }

        return logs;
    }
}
