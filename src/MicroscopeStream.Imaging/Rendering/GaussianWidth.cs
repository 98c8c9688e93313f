namespace MicroscopeStream.Imaging.Rendering;

/// <summary>How wide a localization is drawn: always the same, or as uncertain as it is.</summary>
public readonly record struct GaussianWidth
{
    private GaussianWidth(bool ownPrecision, double minNm, double maxNm, double unknownNm)
    {
        OwnPrecision = ownPrecision;
        MinNm = minNm;
        MaxNm = maxNm;
        UnknownNm = unknownNm;
    }

    /// <summary>Whether each localization's own predicted standard deviation is used.</summary>
    public bool OwnPrecision { get; }

    /// <summary>Smallest σ, nm.</summary>
    public double MinNm { get; }

    /// <summary>Largest σ, nm.</summary>
    public double MaxNm { get; }

    /// <summary>σ of a localization that does not know its precision, nm.</summary>
    public double UnknownNm { get; }

    /// <summary>The same σ for all.</summary>
    /// <param name="sigmaNm">σ, nm, &gt; 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">σ is not positive and finite.</exception>
    public static GaussianWidth Constant(double sigmaNm)
    {
        Check(sigmaNm, nameof(sigmaNm));
        return new GaussianWidth(false, sigmaNm, sigmaNm, sigmaNm);
    }

    /// <summary>Each localization's own σ along x and y, kept within bounds.</summary>
    /// <param name="minNm">Smallest σ, nm, &gt; 0; half a pixel of the grid keeps dots visible.</param>
    /// <param name="maxNm">Largest σ, nm, ≥ <paramref name="minNm"/>.</param>
    /// <param name="unknownNm">σ where the precision is not known, nm, &gt; 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is not positive and finite, or the bounds are not in order.</exception>
    public static GaussianWidth FromPrecision(double minNm, double maxNm, double unknownNm)
    {
        Check(minNm, nameof(minNm));
        Check(maxNm, nameof(maxNm));
        Check(unknownNm, nameof(unknownNm));
        ArgumentOutOfRangeException.ThrowIfLessThan(maxNm, minNm);
        return new GaussianWidth(true, minNm, maxNm, unknownNm);
    }

    /// <summary>The σ to draw, given a localization's own.</summary>
    internal double Of(float predictedNm) =>
        !OwnPrecision ? MinNm : float.IsFinite(predictedNm) && predictedNm > 0 ? Math.Clamp(predictedNm, MinNm, MaxNm) : UnknownNm;

    private static void Check(double value, string name)
    {
        if (!(value > 0) || !double.IsFinite(value))
        {
            throw new ArgumentOutOfRangeException(name, value, "A width must be a positive number of nm.");
        }
    }
}
