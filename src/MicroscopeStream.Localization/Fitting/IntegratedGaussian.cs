using System.Numerics;

namespace MicroscopeStream.Localizations.Fitting;

/// <summary>
/// One axis of a Gaussian integrated over pixels, for as many spots at once as a vector has lanes: the share of photons per pixel
/// and its derivatives (Smith et al. 2010, 10.1038/nmeth.1449).
/// </summary>
internal static class IntegratedGaussian
{
    private const float InverseSqrtTwoPi = 0.39894228f;
    private const float InverseSqrtTwo = 0.70710678f;

    /// <summary>Fills the three profiles, each <c>size</c> long.</summary>
    /// <param name="centre">Position, px from the region's corner.</param>
    /// <param name="sigma">Width, px.</param>
    /// <param name="share">Share of photons that fall on pixel i.</param>
    /// <param name="byCentre">Derivative of the share by position, 1/px.</param>
    /// <param name="bySigma">Derivative of the share by width, 1/px.</param>
    public static void Evaluate(
        Vector<float> centre, Vector<float> sigma, Span<Vector<float>> share, Span<Vector<float>> byCentre, Span<Vector<float>> bySigma)
    {
        Vector<float> inverseSigma = Vector<float>.One / sigma;
        (Vector<float> lastCdf, Vector<float> lastDensity) = Edge(-centre * inverseSigma, inverseSigma);
        Vector<float> lastMoment = -centre * lastDensity;
        for (int i = 0; i < share.Length; i++)
        {
            Vector<float> distance = new Vector<float>(i + 1) - centre;
            (Vector<float> cdf, Vector<float> density) = Edge(distance * inverseSigma, inverseSigma);
            Vector<float> moment = distance * density;
            share[i] = cdf - lastCdf;
            byCentre[i] = lastDensity - density;
            bySigma[i] = (lastMoment - moment) * inverseSigma;
            (lastCdf, lastDensity, lastMoment) = (cdf, density, moment);
        }
    }

    // Half the error function and the density at z standard deviations. The rational approximation (Abramowitz & Stegun 7.1.26,
    // error below 1.5e-7) shares its exponential with the density.
    private static (Vector<float> Cdf, Vector<float> Density) Edge(Vector<float> z, Vector<float> inverseSigma)
    {
        Vector<float> u = Vector.Abs(z) * InverseSqrtTwo;
        Vector<float> gauss = Vector.Exp(-(u * u));
        Vector<float> t = Vector<float>.One / (Vector<float>.One + (u * 0.3275911f));
        Vector<float> polynomial = t * (new Vector<float>(0.254829592f)
            + (t * (new Vector<float>(-0.284496736f)
            + (t * (new Vector<float>(1.421413741f)
            + (t * (new Vector<float>(-1.453152027f)
            + (t * 1.061405429f))))))));
        Vector<float> half = (Vector<float>.One - (polynomial * gauss)) * 0.5f;
        Vector<float> cdf = Vector.ConditionalSelect(Vector.LessThan(z, Vector<float>.Zero), -half, half);
        return (cdf, gauss * inverseSigma * InverseSqrtTwoPi);
    }
}
