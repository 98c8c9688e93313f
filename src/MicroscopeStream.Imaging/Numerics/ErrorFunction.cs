namespace MicroscopeStream.Imaging.Numerics;

/// <summary>The error function.</summary>
public static class ErrorFunction
{
    /// <summary>
    /// erf(x) to 1.5e-7 absolute: Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26 (after Hastings 1955).
    /// As exact as float32 images need, in five multiplications and an exponential.
    /// </summary>
    public static double Erf(double x)
    {
        double t = 1 / (1 + (0.3275911 * Math.Abs(x)));
        double polynomial = ((((((((1.061405429 * t) - 1.453152027) * t) + 1.421413741) * t) - 0.284496736) * t) + 0.254829592) * t;
        return Math.CopySign(1 - (polynomial * Math.Exp(-x * x)), x);
    }
}
