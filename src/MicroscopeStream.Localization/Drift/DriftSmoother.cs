namespace MicroscopeStream.Localizations.Drift;

/// <summary>
/// Takes out of a curve what is only the slices' uncertainty. Drift is taken for a random walk, a slice's value for the drift plus
/// noise; how far the walk goes beside the noise is found by maximum likelihood from the values themselves, and the curve is the most
/// likely walk (local level model: Kalman filter and Rauch–Tung–Striebel smoother; Durbin and Koopman 2012, chapter 2). A sample that
/// does not move gets a curve that hardly does; one that moves fast keeps every slice's value.
/// </summary>
internal static class DriftSmoother
{
    /// <summary>Values of one axis between two jumps.</summary>
    /// <param name="Times">When, frames, rising.</param>
    /// <param name="Noise">Variance of each value's noise, relative to the others.</param>
    /// <param name="Values">The values, nm; smoothed in place.</param>
    internal sealed record Series(double[] Times, double[] Noise, double[] Values);

    /// <summary>Smooths all series with one ratio of walk to noise, found from all of them.</summary>
    public static void Smooth(IReadOnlyList<Series> all)
    {
        int count = all.Sum(one => one.Values.Length), steps = count - all.Count;
        double span = all.Sum(one => one.Times[^1] - one.Times[0]);
        if (steps < 4 || !(span > 0))
        {
            return;
        }

        double step = span / steps, best = 0, least = Unlikelihood(all, 0, steps);
        for (double exponent = -5; exponent <= 3; exponent += 0.1)
        {
            double ratio = Math.Pow(10, exponent), value = Unlikelihood(all, ratio / step, steps);
            if (value < least)
            {
                (best, least) = (ratio / step, value);
            }
        }

        foreach (Series one in all)
        {
            Smooth(one, best);
        }
    }

    // −2 log-likelihood but for constants, the noise's variance being the one that suits the ratio best.
    private static double Unlikelihood(IReadOnlyList<Series> all, double ratio, int steps)
    {
        double squares = 0, logs = 0;
        foreach (Series one in all)
        {
            double level = one.Values[0], variance = one.Noise[0];
            for (int k = 1; k < one.Values.Length; k++)
            {
                variance += ratio * (one.Times[k] - one.Times[k - 1]);
                double surprise = one.Values[k] - level, expected = variance + one.Noise[k], gain = variance / expected;
                squares += surprise * surprise / expected;
                logs += Math.Log(expected);
                level += gain * surprise;
                variance *= 1 - gain;
            }
        }

        return (steps * Math.Log(Math.Max(squares / steps, 1e-12))) + logs;
    }

    private static void Smooth(Series one, double ratio)
    {
        int n = one.Values.Length;
        var filtered = new double[n];
        var variances = new double[n];
        (filtered[0], variances[0]) = (one.Values[0], one.Noise[0]);
        for (int k = 1; k < n; k++)
        {
            double variance = variances[k - 1] + (ratio * (one.Times[k] - one.Times[k - 1]));
            double gain = variance / (variance + one.Noise[k]);
            filtered[k] = filtered[k - 1] + (gain * (one.Values[k] - filtered[k - 1]));
            variances[k] = variance * (1 - gain);
        }

        one.Values[n - 1] = filtered[n - 1];
        for (int k = n - 2; k >= 0; k--)
        {
            double walked = ratio * (one.Times[k + 1] - one.Times[k]);
            double back = variances[k] / (variances[k] + walked);
            one.Values[k] = filtered[k] + (back * (one.Values[k + 1] - filtered[k]));
        }
    }
}
