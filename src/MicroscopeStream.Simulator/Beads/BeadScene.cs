using System.Text.Json.Serialization;
using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Simulator.Optics;

namespace MicroscopeStream.Simulator.Beads;

/// <summary>
/// A z-stack of beads to simulate, as one takes to calibrate a PSF. Everything random follows from <see cref="Seed"/>. Positions are
/// nm from the field's corner, intensities photons.
/// </summary>
public sealed record BeadScene
{
    /// <summary>Seed of everything random. Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Columns, 32…2048 px. Default 200.</summary>
    public int Width { get; init; } = 200;

    /// <summary>Rows, 32…2048 px. Default 200.</summary>
    public int Height { get; init; } = 200;

    /// <summary>Pixel size in the sample, nm, 20…400. Default 100.</summary>
    public double PixelSizeNm { get; init; } = 100;

    /// <summary>Beads, 1…500; fewer where they find no room <see cref="SpacingNm"/> apart. Default 16.</summary>
    public int Beads { get; init; } = 16;

    /// <summary>Least distance of two beads, nm, ≥ 0. Default 3000.</summary>
    public double SpacingNm { get; init; } = 3000;

    /// <summary>How far beads lie above or below the glass at most, nm, 0…1000. Default 100.</summary>
    public double HeightSpreadNm { get; init; } = 100;

    /// <summary>Mean photons of a bead in a slice, &gt; 0. Default 40,000.</summary>
    public double Photons { get; init; } = 40_000;

    /// <summary>Relative spread of the beads' brightness, 0…1. Default 0.2.</summary>
    public double PhotonsSpread { get; init; } = 0.2;

    /// <summary>Background, photons per pixel and slice, ≥ 0. Default 20.</summary>
    public double BackgroundPhotons { get; init; } = 20;

    /// <summary>Depth of a bead on the glass in the first slice, nm. Default −800.</summary>
    public double FirstZNm { get; init; } = -800;

    /// <summary>Depth of it in the last slice, nm. Default 800.</summary>
    public double LastZNm { get; init; } = 800;

    /// <summary>From slice to slice, nm, &gt; 0. Default 20.</summary>
    public double ZStepNm { get; init; } = 20;

    /// <summary>ADU at which the converter saturates, 1…65535. Default 65535.</summary>
    public int SaturationAdu { get; init; } = ushort.MaxValue;

    /// <summary>The objective.</summary>
    public PupilOptics Optics { get; init; } = new();

    /// <summary>The camera. Written to <c>camera.json</c>.</summary>
    [JsonIgnore]
    public CameraModel Camera { get; init; } = new();

    /// <summary>The camera's pixels.</summary>
    [JsonIgnore]
    public PixelGrid Grid => new(Width, Height, PixelSizeNm);

    /// <summary>Slices.</summary>
    [JsonIgnore]
    public int Slices => (int)Math.Floor(((LastZNm - FirstZNm) / ZStepNm) + 1e-9) + 1;

    /// <summary>Throws when a value is outside its range.</summary>
    /// <exception cref="ArgumentException">The message names each one.</exception>
    public void ThrowIfInvalid()
    {
        var problems = new List<string>();
        Range(Width, 32, 2048, "width", "px");
        Range(Height, 32, 2048, "height", "px");
        Range(PixelSizeNm, 20, 400, "pixel_size_nm", "nm");
        Range(Beads, 1, 500, "beads", "beads");
        Range(SpacingNm, 0, 1e5, "spacing_nm", "nm");
        Range(HeightSpreadNm, 0, 1000, "height_spread_nm", "nm");
        Range(Photons, 1, 1e7, "photons", "photons");
        Range(PhotonsSpread, 0, 1, "photons_spread", "of the mean");
        Range(BackgroundPhotons, 0, 1e5, "background_photons", "photons per pixel");
        Range(FirstZNm, -5000, 5000, "first_z_nm", "nm");
        Range(LastZNm, FirstZNm, 5000, "last_z_nm", "nm, at or above the first");
        Range(ZStepNm, 1, 500, "z_step_nm", "nm");
        Range(SaturationAdu, 1, ushort.MaxValue, "saturation_adu", "ADU");
        problems.AddRange(Camera.Validate(Grid.PixelCount).Select(p => $"camera {p.Field} is {p.Value}, expected {p.Expected}."));
        if (problems.Count > 0)
        {
            throw new ArgumentException("The beads cannot be simulated: " + string.Join(" ", problems));
        }

        Optics.ThrowIfInvalid();

        void Range(double value, double low, double high, string option, string unit)
        {
            if (!(value >= low && value <= high))
            {
                problems.Add(FormattableString.Invariant($"{option} is {value}, expected {low} to {high} {unit}."));
            }
        }
    }
}
