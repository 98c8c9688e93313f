namespace MicroscopeStream.Localizations.Astigmatism;

/// <summary>
/// How the PSF's widths tell the depth of an emitter behind a cylindrical lens. Depth 0 is where both widths are equal; it rises
/// with the stage positions of the bead stack.
/// </summary>
/// <remarks>Immutable and thread-safe; a lookup allocates nothing.</remarks>
public sealed class AstigmatismCalibration
{
    private const int Samples = 128;
    private readonly double[] _z = new double[Samples + 1];
    private readonly double[] _rootX = new double[Samples + 1];
    private readonly double[] _rootY = new double[Samples + 1];

    /// <summary>Makes a calibration from its curves.</summary>
    /// <param name="x">Width along columns.</param>
    /// <param name="y">Width along rows.</param>
    /// <param name="minimumZNm">Least depth that can be told, nm.</param>
    /// <param name="maximumZNm">Largest depth that can be told, nm.</param>
    /// <exception cref="ArgumentException">The range is empty, or a curve has no positive width or depth.</exception>
    public AstigmatismCalibration(DefocusCurve x, DefocusCurve y, double minimumZNm, double maximumZNm)
    {
        if (!(minimumZNm < maximumZNm) || !double.IsFinite(maximumZNm - minimumZNm))
        {
            throw new ArgumentException($"A range of depths from {minimumZNm} to {maximumZNm} nm is empty.", nameof(minimumZNm));
        }

        Check(x, nameof(x));
        Check(y, nameof(y));
        (X, Y, MinimumZNm, MaximumZNm) = (x, y, minimumZNm, maximumZNm);
        for (int i = 0; i <= Samples; i++)
        {
            _z[i] = minimumZNm + ((maximumZNm - minimumZNm) * i / Samples);
            (_rootX[i], _rootY[i]) = (Math.Sqrt(x.At(_z[i])), Math.Sqrt(y.At(_z[i])));
        }
    }

    /// <summary>Width along columns against depth.</summary>
    public DefocusCurve X { get; }

    /// <summary>Width along rows against depth.</summary>
    public DefocusCurve Y { get; }

    /// <summary>Least depth that can be told, nm.</summary>
    public double MinimumZNm { get; }

    /// <summary>Largest depth that can be told, nm.</summary>
    public double MaximumZNm { get; }

    /// <summary>Beads it was measured on; 0 when not known.</summary>
    public int Beads { get; init; }

    /// <summary>How far the beads' widths lie from the curves, root mean square, as a fraction of the width; NaN when not known.</summary>
    public double RelativeResidual { get; init; } = double.NaN;

    /// <summary>The depth that a spot's widths tell.</summary>
    /// <param name="sigmaXNm">Width along columns, nm.</param>
    /// <param name="sigmaYNm">Width along rows, nm.</param>
    /// <param name="deviationXNm">Standard deviation of the first, nm; NaN when not known.</param>
    /// <param name="deviationYNm">Standard deviation of the second, nm; NaN when not known.</param>
    /// <returns>Depth and its standard deviation, nm; both NaN when a width is not a positive number.</returns>
    /// <remarks>
    /// Least distance in (√σx, √σy) as in Huang et al. 2008; each axis by its precision when both are known, which makes it maximum
    /// likelihood. The deviation is propagated from those of the widths. Spots beyond the range get the depth at its end, and the
    /// distance tells.
    /// </remarks>
    public AxialEstimate Depth(double sigmaXNm, double sigmaYNm, double deviationXNm = double.NaN, double deviationYNm = double.NaN)
    {
        if (!(sigmaXNm > 0) || !(sigmaYNm > 0) || !double.IsFinite(sigmaXNm + sigmaYNm))
        {
            return new AxialEstimate(double.NaN, double.NaN, double.NaN);
        }

        bool precise = deviationXNm > 0 && deviationYNm > 0 && double.IsFinite(deviationXNm + deviationYNm);
        double rootX = Math.Sqrt(sigmaXNm), rootY = Math.Sqrt(sigmaYNm);

        // d√σ = dσ / (2√σ)
        double weightX = precise ? 4 * sigmaXNm / (deviationXNm * deviationXNm) : 1;
        double weightY = precise ? 4 * sigmaYNm / (deviationYNm * deviationYNm) : 1;
        int best = 0;
        double least = double.PositiveInfinity;
        for (int i = 0; i <= Samples; i++)
        {
            double dx = rootX - _rootX[i], dy = rootY - _rootY[i], distance = (weightX * dx * dx) + (weightY * dy * dy);
            (best, least) = distance < least ? (i, distance) : (best, least);
        }

        double z = Refine(_z[best], rootX, rootY, weightX, weightY);
        double offX = rootX - Math.Sqrt(X.At(z)), offY = rootY - Math.Sqrt(Y.At(z));
        double deviation = double.NaN;
        if (precise)
        {
            double slopeX = X.Slope(z) / deviationXNm, slopeY = Y.Slope(z) / deviationYNm;
            deviation = 1 / Math.Sqrt((slopeX * slopeX) + (slopeY * slopeY));
        }

        return new AxialEstimate(z, deviation, Math.Sqrt((offX * offX) + (offY * offY)));
    }

    private static void Check(DefocusCurve curve, string name)
    {
        bool finite = double.IsFinite(curve.Sigma0Nm + curve.FocusNm + curve.DepthNm + curve.A + curve.B);
        if (!finite || curve.Sigma0Nm <= 0 || curve.DepthNm <= 0)
        {
            throw new ArgumentException($"{curve} is no curve of widths: width and depth of focus must be positive numbers.", name);
        }
    }

    // Gauss–Newton steps from the best sample, never farther than its neighbours.
    private double Refine(double start, double rootX, double rootY, double weightX, double weightY)
    {
        double spacing = (MaximumZNm - MinimumZNm) / Samples, z = start;
        for (int step = 0; step < 6; step++)
        {
            double modelX = Math.Sqrt(X.At(z)), modelY = Math.Sqrt(Y.At(z));
            double slopeX = X.Slope(z) / (2 * modelX), slopeY = Y.Slope(z) / (2 * modelY);
            double curvature = (weightX * slopeX * slopeX) + (weightY * slopeY * slopeY);
            if (!(curvature > 0))
            {
                break;
            }

            double move = ((weightX * slopeX * (rootX - modelX)) + (weightY * slopeY * (rootY - modelY))) / curvature;
            z = Math.Clamp(z + move, Math.Max(MinimumZNm, start - spacing), Math.Min(MaximumZNm, start + spacing));
        }

        return z;
    }
}

/// <summary>A depth as widths tell it.</summary>
/// <param name="ZNm">Depth, nm.</param>
/// <param name="SigmaZNm">Its standard deviation, nm; NaN when those of the widths are not known.</param>
/// <param name="Distance">How far the widths lie from the curves, √nm: large for what is no single emitter in range.</param>
public readonly record struct AxialEstimate(double ZNm, double SigmaZNm, double Distance);
