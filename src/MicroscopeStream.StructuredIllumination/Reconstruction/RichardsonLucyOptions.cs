namespace MicroscopeStream.StructuredIllumination.Reconstruction;

/// <summary>How a joint deconvolution goes. Immutable; change a copy with <c>with</c>.</summary>
public sealed record RichardsonLucyOptions
{
    /// <summary>Most iterations that are of any use.</summary>
    public const int MostIterations = 200;

    /// <summary>Iterations, 1…200: more bring finer detail and more noise. Default 10.</summary>
    public int Iterations { get; init; } = 10;

    /// <summary>Light that no pattern modulates and no structure made, photons per camera pixel and frame, ≥ 0. Default 0.</summary>
    public double Background { get; init; }

    /// <summary>
    /// Whether frames may differ in brightness, through bleaching and flicker: each is predicted with its own. Default true; wrong where so
    /// little fluoresces that the pattern itself changes a frame's mean.
    /// </summary>
    public bool EqualizeIntensity { get; init; } = true;

    /// <summary>
    /// Whether each step is prolonged along the one before it (Biggs and Andrews 1997, 10.1364/AO.36.001766): about as far in a third of
    /// the iterations. Default false.
    /// </summary>
    public bool Accelerated { get; init; }

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
