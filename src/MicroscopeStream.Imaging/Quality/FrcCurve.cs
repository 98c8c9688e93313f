namespace MicroscopeStream.Imaging.Quality;

/// <summary>What became of the search for the frequency at which a Fourier ring correlation falls below its threshold.</summary>
public enum FrcOutcome
{
    /// <summary>The resolution was found.</summary>
    Found = 0,

    /// <summary>The images agree at no frequency: too few localizations, or nothing in common.</summary>
    NoAgreement = 1,

    /// <summary>The images agree up to the finest frequency of the grid: the resolution is finer than two of its pixels.</summary>
    FinerThanPixels = 2,
}

/// <summary>A Fourier ring correlation. Immutable.</summary>
public sealed class FrcCurve
{
    /// <summary>The threshold of the resolution: 1/7 (Nieuwenhuizen et al. 2013, 10.1038/nmeth.2448).</summary>
    public const double Threshold = 1.0 / 7;

    internal FrcCurve(double frequencyStep, double[] correlation, double[] samples)
    {
        FrequencyStep = frequencyStep;
        Correlation = correlation;
        Smoothed = Smooth(correlation, samples);
        (Outcome, ResolutionNm) = Search();
    }

    /// <summary>Distance between rings, 1/nm: entry i belongs to frequency (i + 1) × step.</summary>
    public double FrequencyStep { get; }

    /// <summary>Correlation on each ring, −1…1, from the lowest frequency but 0 up to half a cycle per pixel.</summary>
    public IReadOnlyList<double> Correlation { get; }

    /// <summary>The same, smoothed by local straight lines (LOESS, tricube weights over a twentieth of the rings, at least five).</summary>
    public IReadOnlyList<double> Smoothed { get; }

    /// <summary>Whether a resolution was found.</summary>
    public FrcOutcome Outcome { get; }

    /// <summary>Inverse of the frequency at which the smoothed curve first falls below the threshold, nm; NaN unless found.</summary>
    public double ResolutionNm { get; }

    /// <summary>Frequency of an entry, 1/nm.</summary>
    public double FrequencyAt(int index) => (index + 1) * FrequencyStep;

    private static double[] Smooth(double[] values, double[] samples)
    {
        double reach = Math.Max(values.Length / 20.0, 5) / 2 + 1;
        var smooth = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            double w = 0, wx = 0, wxx = 0, wy = 0, wxy = 0;
            for (int j = Math.Max(0, (int)(i - reach)); j <= Math.Min(values.Length - 1, i + reach); j++)
            {
                // Rings count by what they average over, or the innermost few would rule their neighbours.
                double x = j - i, distance = Math.Abs(x) / reach;
                double weight = Math.Pow(Math.Max(0, 1 - (distance * distance * distance)), 3) * samples[j];
                (w, wx, wxx, wy, wxy) = (w + weight, wx + (weight * x), wxx + (weight * x * x), wy + (weight * values[j]), wxy + (weight * x * values[j]));
            }

            double determinant = (w * wxx) - (wx * wx);
            smooth[i] = determinant > 1e-9 * w * w ? ((wxx * wy) - (wx * wxy)) / determinant : wy / w;
        }

        return smooth;
    }

    private (FrcOutcome Outcome, double ResolutionNm) Search()
    {
        if (!(Smoothed[0] >= Threshold))
        {
            return (FrcOutcome.NoAgreement, double.NaN);
        }

        for (int i = 1; i < Smoothed.Count; i++)
        {
            if (!(Smoothed[i] >= Threshold))
            {
                double t = (Smoothed[i - 1] - Threshold) / (Smoothed[i - 1] - Smoothed[i]);
                return (FrcOutcome.Found, 1 / (FrequencyAt(i - 1) + (t * FrequencyStep)));
            }
        }

        return (FrcOutcome.FinerThanPixels, double.NaN);
    }
}
