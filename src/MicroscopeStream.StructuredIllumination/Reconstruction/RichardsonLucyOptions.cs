using MicroscopeStream.StructuredIllumination.Trust;

namespace MicroscopeStream.StructuredIllumination.Reconstruction;

/// <summary>How a joint deconvolution goes. Immutable; change a copy with <c>with</c>.</summary>
public sealed record RichardsonLucyOptions
{
    /// <summary>Most iterations that are of any use.</summary>
    public const int MostIterations = 200;

    private const int FewestForLight = 4;
    private const int MostForLight = 12;

    /// <summary>Iterations, 1…200: more bring finer detail and more noise. Default 12.</summary>
    public int Iterations { get; init; } = MostForLight;

    /// <summary>Light that no pattern modulates and no structure made, photons per camera pixel and frame, ≥ 0. Default 0.</summary>
    public double Background { get; init; }

    /// <summary>
    /// Whether frames are brought to one mean, against bleaching and flicker. Default true; wrong where so little fluoresces that the
    /// pattern itself changes a frame's mean.
    /// </summary>
    public bool EqualizeIntensity { get; init; } = true;

    /// <summary>
    /// Whether each step is prolonged along the one before it (Biggs and Andrews 1997, 10.1364/AO.36.001766): as far in half the
    /// iterations, or less. Default true.
    /// </summary>
    public bool Accelerated { get; init; } = true;

    /// <summary>
    /// The same with as many iterations as the light bears, 4 (a regularization w of 0.5, see <see cref="WienerOptions.SuitedTo"/>) to 12
    /// (w of 0.05 and less), as its logarithm goes.
    /// </summary>
    /// <param name="frames">A group's frames one after the other, baseline taken off.</param>
    /// <param name="pixels">Pixels of a frame.</param>
    /// <param name="noise">Noise of the frames.</param>
    /// <exception cref="ArgumentException">Not a whole number of frames.</exception>
    public RichardsonLucyOptions SuitedTo(ReadOnlySpan<float> frames, int pixels, NoiseModel noise)
    {
        double w = new WienerOptions().SuitedTo(frames, pixels, noise).Wiener;
        double share = Math.Clamp(Math.Log10(0.5 / w), 0, 1);
        return this with { Iterations = (int)Math.Round(FewestForLight + ((MostForLight - FewestForLight) * share)) };
    }

    /// <summary>Throws when an option is outside its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is; the message names it.</exception>
    public void ThrowIfInvalid()
    {
        if (Iterations is < 1 or > MostIterations)
        {
            throw new ArgumentOutOfRangeException(nameof(Iterations), Iterations, $"Iterations must be 1 to {MostIterations}.");
        }

        if (!(Background >= 0 && double.IsFinite(Background)))
        {
            throw new ArgumentOutOfRangeException(nameof(Background), Background, "Background must be finite and not negative.");
        }
    }
}
