using MicroscopeStream.StructuredIllumination.Trust;

namespace MicroscopeStream.StructuredIllumination.Reconstruction;

/// <summary>How a structured-illumination image is put together. Immutable; change a copy with <c>with</c>.</summary>
public sealed record WienerOptions
{
    /// <summary>Regularization w, 10⁻⁴…1: bands are divided by Σ|c·O|² + w². Larger: less noise, less contrast of fine detail. Default 0.03.</summary>
    public double Wiener { get; init; } = 0.03;

    /// <summary>
    /// How much of the shifted bands' centres is left out, 0…1: there lies what is out of focus, and what would show as stripes.
    /// Default 0.99.
    /// </summary>
    public double SideNotch { get; init; } = 0.99;

    /// <summary>
    /// How much of the unshifted band's centre is left out, 0…1: above 0 the image is sectioned, and even areas lose intensity. Default 0.
    /// </summary>
    public double CentreNotch { get; init; }

    /// <summary>Full width at half maximum of both notches as a share of the lens's cutoff, 0.02…1. Default 0.35.</summary>
    public double NotchWidth { get; init; } = 0.35;

    /// <summary>
    /// Where the apodization reaches zero, as a share of cutoff + highest carrier, 0.5…1.2. Default 1: just what the bands cover.
    /// </summary>
    public double ApodizationReach { get; init; } = 1;

    /// <summary>Exponent of the apodization's shape, that of an ideal transfer function, 0…4. Default 0.7. 0: a sharp edge.</summary>
    public double ApodizationExponent { get; init; } = 0.7;

    /// <summary>
    /// Whether frames are brought to one mean, against bleaching and flicker. Default true; wrong where so little fluoresces that the
    /// pattern itself changes a frame's mean.
    /// </summary>
    public bool EqualizeIntensity { get; init; } = true;

    /// <summary>Modulation depths below this count as this, 0.01…1, lest noise be taken for a weak band. Default 0.05.</summary>
    public double LeastModulation { get; init; } = 0.05;

    /// <summary>
    /// Frequencies that are left out because parasitic fringes put a sharp peak there (<see cref="FringeFinder"/>). Default none.
    /// </summary>
    public IReadOnlyList<SpectralLine> Lines { get; init; } = [];

    /// <summary>
    /// The same with a regularization that suits the light: w = noise ÷ signal (0.02…0.5) of one pixel where the sample is brightest
    /// (mean of the brightest fiftieth of the field above the median of all).
    /// </summary>
    /// <param name="frames">A group's frames one after the other, baseline taken off.</param>
    /// <param name="pixels">Pixels of a frame.</param>
    /// <param name="noise">Noise of the frames.</param>
    /// <exception cref="ArgumentException">Not a whole number of frames.</exception>
    public WienerOptions SuitedTo(ReadOnlySpan<float> frames, int pixels, NoiseModel noise)
    {
        if (pixels < 1 || frames.IsEmpty || frames.Length % pixels != 0)
        {
            throw new ArgumentException($"{frames.Length} values are no whole number of frames of {pixels} pixels.", nameof(frames));
        }

        var mean = new float[pixels];
        for (int i = 0; i < frames.Length; i++)
        {
            mean[i % pixels] += frames[i] * pixels / frames.Length;
        }

        Array.Sort(mean);
        ReadOnlySpan<float> brightest = mean.AsSpan((int)(0.98 * pixels));
        double level = 0;
        foreach (float value in brightest)
        {
            level += value / brightest.Length;
        }

        double signal = level - mean[pixels / 2];
        return this with { Wiener = signal > 0 ? Math.Clamp(noise.DeviationAt((float)level) / signal, 0.02, 0.5) : 0.5 };
    }

    /// <summary>Throws when an option is outside its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is; the message names it.</exception>
    public void ThrowIfInvalid()
    {
        Check(Wiener, 1e-4, 1, nameof(Wiener));
        Check(SideNotch, 0, 1, nameof(SideNotch));
        Check(CentreNotch, 0, 1, nameof(CentreNotch));
        Check(NotchWidth, 0.02, 1, nameof(NotchWidth));
        Check(ApodizationReach, 0.5, 1.2, nameof(ApodizationReach));
        Check(ApodizationExponent, 0, 4, nameof(ApodizationExponent));
        Check(LeastModulation, 0.01, 1, nameof(LeastModulation));

        static void Check(double value, double low, double high, string name)
        {
            if (!(value >= low && value <= high))
            {
                throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant($"{name} must be {low} to {high}."));
            }
        }
    }
}
