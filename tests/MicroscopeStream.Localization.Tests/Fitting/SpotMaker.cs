namespace MicroscopeStream.Localizations.Tests.Fitting;

/// <summary>Spots from the definition: an integrated Gaussian by double-precision error functions, Poisson and Gaussian noise.</summary>
internal static class SpotMaker
{
    public static double Share(int pixel, double centre, double sigma) =>
        0.5 * (Erf((pixel + 1 - centre) / (sigma * Math.Sqrt(2))) - Erf((pixel - centre) / (sigma * Math.Sqrt(2))));

    public static float[] Mean(int size, double x, double y, double photons, double background, double sigmaX, double sigmaY)
    {
        var pixels = new float[size * size];
        for (int j = 0; j < size; j++)
        {
            for (int i = 0; i < size; i++)
            {
                pixels[(j * size) + i] = (float)((photons * Share(i, x, sigmaX) * Share(j, y, sigmaY)) + background);
            }
        }

        return pixels;
    }

    public static void AddNoise(Random random, Span<float> pixels, double excess = 1, double readNoise = 0)
    {
        foreach (ref float pixel in pixels)
        {
            // Excess noise 2 is what an EM register leaves: counts that are twice a Poisson number of half the mean have it exactly.
            double value = excess * Poisson(random, pixel / excess);
            pixel = (float)(value + (readNoise * Normal(random)));
        }
    }

    public static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static int Poisson(Random random, double mean)
    {
        int k = 0;
        while (mean > 500)
        {
            // Poisson numbers add up, which keeps the product below from underflowing.
            k += Poisson(random, 500);
            mean -= 500;
        }

        double limit = Math.Exp(-mean), product = random.NextDouble();
        while (product > limit)
        {
            k++;
            product *= random.NextDouble();
        }

        return k;
    }

    // Series for small arguments, continued fraction for large ones: independent of the approximation under test.
    private static double Erf(double x)
    {
        double a = Math.Abs(x);
        double value;
        if (a < 3)
        {
            double term = a, sum = a;
            for (int n = 1; n < 80; n++)
            {
                term *= -a * a / n;
                sum += term / ((2 * n) + 1);
            }

            value = 2 / Math.Sqrt(Math.PI) * sum;
        }
        else
        {
            double fraction = 0;
            for (int n = 60; n > 0; n--)
            {
                fraction = n / 2.0 / (a + fraction);
            }

            value = 1 - (Math.Exp(-a * a) / Math.Sqrt(Math.PI) / (a + fraction));
        }

        return x < 0 ? -value : value;
    }
}
