namespace MicroscopeStream.Simulator.Tests;

/// <summary>Moments of samples, and the tolerances that they deserve.</summary>
internal static class Statistics
{
    public static (double Mean, double Variance) Moments(IReadOnlyCollection<double> values)
    {
        double mean = values.Average();
        return (mean, values.Average(value => (value - mean) * (value - mean)));
    }

    /// <summary>Pearson's χ² of counts against expected counts, cells of fewer than five expected pooled, per degree of freedom.</summary>
    public static double ChiSquarePerCell(IReadOnlyList<long> counts, IReadOnlyList<double> expected)
    {
        double sum = 0, rare = 0, rareExpected = 0;
        int cells = 0;
        for (int i = 0; i < counts.Count; i++)
        {
            if (expected[i] < 5)
            {
                rare += counts[i];
                rareExpected += expected[i];
                continue;
            }

            sum += (counts[i] - expected[i]) * (counts[i] - expected[i]) / expected[i];
            cells++;
        }

        if (rareExpected > 1)
        {
            sum += (rare - rareExpected) * (rare - rareExpected) / rareExpected;
            cells++;
        }

        return sum / (cells - 1);
    }

    /// <summary>The error function by Simpson's rule: slow and independent of the product's table.</summary>
    public static double Erf(double x)
    {
        const int Steps = 2000;
        double h = x / Steps, sum = 1 + Math.Exp(-x * x);
        for (int i = 1; i < Steps; i++)
        {
            sum += (i % 2 == 0 ? 2 : 4) * Math.Exp(-(i * h) * (i * h));
        }

        return 2 / Math.Sqrt(Math.PI) * sum * h / 3;
    }
}
