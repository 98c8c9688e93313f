namespace MicroscopeStream.Localizations.Astigmatism;

/// <summary>
/// Width of the PSF along one axis against depth:
/// σ(z) = σ₀ √(1 + u² + A u³ + B u⁴) with u = (z − focus) / depth (Huang et al. 2008, 10.1126/science.1153529).
/// </summary>
/// <param name="Sigma0Nm">Width in focus (standard deviation), nm, &gt; 0.</param>
/// <param name="FocusNm">Where this axis is in focus, nm.</param>
/// <param name="DepthNm">Depth of focus, nm, &gt; 0: there the width has grown by √2 if A = B = 0.</param>
/// <param name="A">Cubic term of the aberrations.</param>
/// <param name="B">Quartic term.</param>
public readonly record struct DefocusCurve(double Sigma0Nm, double FocusNm, double DepthNm, double A, double B)
{
    /// <summary>Width at a depth, nm.</summary>
    public double At(double zNm) => Sigma0Nm * Math.Sqrt(Growth((zNm - FocusNm) / DepthNm));

    /// <summary>Change of the width with depth, nm per nm.</summary>
    public double Slope(double zNm)
    {
        double u = (zNm - FocusNm) / DepthNm;
        return Sigma0Nm * GrowthSlope(u) / (2 * Math.Sqrt(Growth(u)) * DepthNm);
    }

    /// <summary>Derivatives of <see cref="At"/> by σ₀, focus, depth, A and B.</summary>
    internal void Derivatives(double zNm, Span<double> derivatives)
    {
        double u = (zNm - FocusNm) / DepthNm, root = Math.Sqrt(Growth(u));
        double half = Sigma0Nm / (2 * root), slope = half * GrowthSlope(u);
        derivatives[0] = root;
        derivatives[1] = -slope / DepthNm;
        derivatives[2] = -slope * u / DepthNm;
        derivatives[3] = half * u * u * u;
        derivatives[4] = half * u * u * u * u;
    }

    // Far outside the range that was fitted the polynomial may fall below zero; a width cannot.
    private double Growth(double u) => Math.Max(1 + (u * u * (1 + (u * (A + (B * u))))), 0.01);

    private double GrowthSlope(double u) => u * (2 + (u * ((3 * A) + (4 * B * u))));
}
