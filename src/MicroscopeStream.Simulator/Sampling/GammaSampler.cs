namespace MicroscopeStream.Simulator.Sampling;

/// <summary>Gamma deviates (Marsaglia &amp; Tsang 2000, 10.1145/358407.358414).</summary>
public static class GammaSampler
{
    /// <summary>A number of the gamma distribution of scale 1.</summary>
    /// <param name="random">Where randomness comes from.</param>
    /// <param name="shape">Its shape (and mean), ≥ 1.</param>
    public static double NextGamma(this ref RandomStream random, double shape)
    {
        if (shape == 1)
        {
            return random.NextExponential(1);
        }

        double d = shape - (1.0 / 3), c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double x = random.NextNormal();
            double v = 1 + (c * x);
            if (v <= 0)
            {
                continue;
            }

            v *= v * v;
            double u = random.NextPositiveUnit(), x2 = x * x;
            if (u < 1 - (0.0331 * x2 * x2) || Math.Log(u) < (0.5 * x2) + (d * (1 - v + Math.Log(v))))
            {
                return d * v;
            }
        }
    }
}
