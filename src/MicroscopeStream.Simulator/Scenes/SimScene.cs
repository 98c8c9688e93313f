using System.Text.Json.Serialization;
using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.StructuredIllumination.Optics;
using MicroscopeStream.StructuredIllumination.Orders;

namespace MicroscopeStream.Simulator.Scenes;

/// <summary>What fluoresces in a simulated structured-illumination acquisition.</summary>
public enum SimStructure
{
    /// <summary>Thin bent filaments, like microtubules.</summary>
    Filaments = 0,

    /// <summary>Surfaces of bent tubes 300 nm wide, like the outer membrane of mitochondria.</summary>
    Tubes = 1,

    /// <summary>Rings of 100 to 500 nm radius, like vesicles.</summary>
    Vesicles = 2,

    /// <summary>Single points anywhere.</summary>
    Points = 3,

    /// <summary>A square lattice of straight lines 800 nm apart.</summary>
    Grid = 4,

    /// <summary>A Siemens star, for reading the resolution off.</summary>
    SiemensStar = 5,
}

/// <summary>
/// A structured-illumination acquisition to simulate. Everything random follows from <see cref="Seed"/>; change a copy with <c>with</c>.
/// </summary>
public sealed record SimScene
{
    /// <summary>Seed of everything random. Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Columns of the camera, 32…2048 px. Default 256.</summary>
    public int Width { get; init; } = 256;

    /// <summary>Rows of the camera, 32…2048 px. Default 256.</summary>
    public int Height { get; init; } = 256;

    /// <summary>Pixel size in the sample, nm, 10…1000. Default 80.</summary>
    public double PixelSizeNm { get; init; } = 80;

    /// <summary>Numerical aperture, 0.05…1.7. Default 1.4.</summary>
    public double NumericalAperture { get; init; } = 1.4;

    /// <summary>Wavelength of emission, nm, 200…2000. Default 525.</summary>
    public double WavelengthNm { get; init; } = 525;

    /// <summary>Loss at the highest frequency as a factor, 0.01…1 (<see cref="OpticalTransfer.Damping"/>). Default 1.</summary>
    public double Damping { get; init; } = 1;

    /// <summary>Frame order by name or axis string (<see cref="FrameOrder.Parse"/>). Default <c>3x3</c>.</summary>
    public string Order { get; init; } = "3x3";

    /// <summary>
    /// Highest carrier as a share of the cutoff 2·NA/λ, 0.2…1.1 (order 2 of three beams has it, order 1 half of it). Default 0.85.
    /// </summary>
    public double CarrierShare { get; init; } = 0.85;

    /// <summary>Direction of the first carrier, degrees from x towards y. Default 20.</summary>
    public double FirstAngleDegrees { get; init; } = 20;

    /// <summary>Modulation depth of order 1 (of each carrier of the hexagonal pattern: two thirds of it), 0…1. Default 0.8.</summary>
    public double Modulation { get; init; } = 0.8;

    /// <summary>Modulation depth of order 2 of three beams, 0…1. Default 0.5.</summary>
    public double SecondModulation { get; init; } = 0.5;

    /// <summary>Standard deviation of the error of each phase, rad, 0…1. Default 0.</summary>
    public double PhaseErrorRad { get; init; }

    /// <summary>Expected photons of the brightest pixel of the widefield image, in one frame, &gt; 0. Default 1000.</summary>
    public double Photons { get; init; } = 1000;

    /// <summary>Photons of an even background that the pattern does not modulate, per pixel and frame, ≥ 0. Default 10.</summary>
    public double BackgroundPhotons { get; init; } = 10;

    /// <summary>What fluoresces. Default filaments.</summary>
    public SimStructure Structure { get; init; } = SimStructure.Filaments;

    /// <summary>Molecules drawn per µm² of the field, 1…10,000: how finely the structure is filled. Default 1500.</summary>
    public double MoleculesPerUm2 { get; init; } = 1500;

    /// <summary>Share of the light that is left after each frame, 0.5…1. Default 1: no bleaching.</summary>
    public double LightKeptPerFrame { get; init; } = 1;

    /// <summary>The camera. Default: sCMOS, baseline 100 ADU, 1 e⁻/ADU, read noise 1.5 e⁻. Written to <c>camera.json</c>.</summary>
    [JsonIgnore]
    public CameraModel Camera { get; init; } = new();

    /// <summary>The camera's pixels.</summary>
    [JsonIgnore]
    public PixelGrid Grid => new(Width, Height, PixelSizeNm);

    /// <summary>The grid of the truth, twice as fine.</summary>
    [JsonIgnore]
    public PixelGrid TruthGrid => new(2 * Width, 2 * Height, PixelSizeNm / 2);

    /// <summary>Throws when the scene is impossible.</summary>
    /// <exception cref="ArgumentException">One or more options are out of their range; the message lists them.</exception>
    public void ThrowIfInvalid()
    {
        var problems = new List<string>();
        Range(Width, 32, 2048, "width", "px");
        Range(Height, 32, 2048, "height", "px");
        Range(PixelSizeNm, 10, 1000, "pixel_size_nm", "nm");
        Range(NumericalAperture, 0.05, 1.7, "numerical_aperture", "");
        Range(WavelengthNm, 200, 2000, "wavelength_nm", "nm");
        Range(Damping, 0.01, 1, "damping", "");
        Range(CarrierShare, 0.2, 1.1, "carrier_share", "of the cutoff");
        Range(FirstAngleDegrees, -360, 360, "first_angle_degrees", "degrees");
        Range(Modulation, 0, 1, "modulation", "");
        Range(SecondModulation, 0, 1, "second_modulation", "");
        Range(PhaseErrorRad, 0, 1, "phase_error_rad", "rad");
        Range(Photons, 1e-3, 1e6, "photons", "photons");
        Range(BackgroundPhotons, 0, 1e6, "background_photons", "photons");
        Range(MoleculesPerUm2, 1, 10_000, "molecules_per_um2", "per µm²");
        Range(LightKeptPerFrame, 0.5, 1, "light_kept_per_frame", "");
        if (!Enum.IsDefined(Structure))
        {
            problems.Add($"structure is {Structure}, expected one of {string.Join(", ", Enum.GetNames<SimStructure>())}.");
        }

        try
        {
            FrameOrder order = FrameOrder.Parse(Order);
            if (order.Slices != 1 || order.IsTiled)
            {
                problems.Add($"order is {Order}, expected one of single slices in frames of their own.");
            }
        }
        catch (FormatException e)
        {
            problems.Add(e.Message);
        }

        foreach (CameraProblem problem in Camera.Validate(Grid.PixelCount))
        {
            problems.Add($"camera {problem.Field} is {problem.Value}, expected {problem.Expected}.");
        }

        if (problems.Count > 0)
        {
            throw new ArgumentException("The scene cannot be simulated: " + string.Join(" ", problems));
        }

        void Range(double value, double low, double high, string option, string unit)
        {
            if (!(value >= low && value <= high))
            {
                problems.Add(FormattableString.Invariant($"{option} is {value}, expected {low} to {high} {unit}").TrimEnd() + ".");
            }
        }
    }
}
