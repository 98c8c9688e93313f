namespace MicroscopeStream.Simulator.Optics;

/// <summary>An objective behind a cylindrical lens, as <see cref="PupilPsf"/> needs it.</summary>
public sealed record PupilOptics
{
    /// <summary>Numerical aperture, 0.5…1.49, below the refractive index. Default 1.4.</summary>
    public double NumericalAperture { get; init; } = 1.4;

    /// <summary>Wavelength of emission in vacuum, nm, 300…1200. Default 680.</summary>
    public double WavelengthNm { get; init; } = 680;

    /// <summary>Refractive index of the medium, 1…1.6. Default 1.515, oil.</summary>
    public double RefractiveIndex { get; init; } = 1.515;

    /// <summary>Astigmatism (Noll's Z6) over the pupil, nm root mean square, −300…300. Default 70.</summary>
    public double AstigmatismNm { get; init; } = 70;

    /// <summary>Coma along x (Noll's Z8), nm root mean square, −300…300. Default 15: no objective is perfect.</summary>
    public double ComaNm { get; init; } = 15;

    /// <summary>Spherical aberration (Noll's Z11), nm root mean square, −300…300. Default 20.</summary>
    public double SphericalNm { get; init; } = 20;

    /// <summary>Throws when a value is outside its range.</summary>
    /// <exception cref="ArgumentException">The message names it.</exception>
    public void ThrowIfInvalid()
    {
        Check(NumericalAperture, 0.5, 1.49, "numerical aperture");
        Check(WavelengthNm, 300, 1200, "wavelength");
        Check(RefractiveIndex, 1, 1.6, "refractive index");
        Check(AstigmatismNm, -300, 300, "astigmatism");
        Check(ComaNm, -300, 300, "coma");
        Check(SphericalNm, -300, 300, "spherical aberration");
        if (NumericalAperture >= RefractiveIndex)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"The numerical aperture {NumericalAperture} must be below the refractive index {RefractiveIndex}."));
        }

        static void Check(double value, double low, double high, string name)
        {
            if (!(value >= low && value <= high))
            {
                throw new ArgumentException(FormattableString.Invariant($"The {name} is {value}; expected {low} to {high}."));
            }
        }
    }
}
