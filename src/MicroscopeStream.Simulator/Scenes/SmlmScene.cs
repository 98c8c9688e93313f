using System.Text.Json.Serialization;
using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Localizations.EmpiricalPsf;

namespace MicroscopeStream.Simulator.Scenes;

/// <summary>
/// A localization-microscopy acquisition to simulate. Everything random follows from <see cref="Seed"/>; change a copy with
/// <c>with</c>. Positions are nm from the field's corner, intensities photons, times frames.
/// </summary>
public sealed record SmlmScene
{
    /// <summary>Seed of everything random. Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Columns, 8…4096 px. Default 256.</summary>
    public int Width { get; init; } = 256;

    /// <summary>Rows, 8…4096 px. Default 256.</summary>
    public int Height { get; init; } = 256;

    /// <summary>Pixel size in the sample, nm, 1…10,000. Default 100.</summary>
    public double PixelSizeNm { get; init; } = 100;

    /// <summary>Standard deviation of the Gaussian PSF, nm, &gt; 0. Default 120.</summary>
    public double PsfSigmaNm { get; init; } = 120;

    /// <summary>Relative spread of the PSF's width from molecule to molecule, 0…0.3. Default 0: all alike.</summary>
    public double PsfSigmaSpread { get; init; }

    /// <summary>
    /// A measured PSF, for emitters in three dimensions; null (default): the Gaussian of <see cref="PsfSigmaNm"/>, all emitters in
    /// focus. Written to <c>psf-calibration.json</c>.
    /// </summary>
    [JsonIgnore]
    public PsfCalibration? Psf { get; init; }

    /// <summary>Least depth of an emitter, nm, within the range of <see cref="Psf"/>. Default 0; meaningless without a PSF.</summary>
    public double MinimumZNm { get; init; }

    /// <summary>Largest depth of an emitter, nm, within the range of <see cref="Psf"/>. Default 0; meaningless without a PSF.</summary>
    public double MaximumZNm { get; init; }

    /// <summary>Mean photons of an emitter that shines for a whole frame, &gt; 0. Default 1500.</summary>
    public double Photons { get; init; } = 1500;

    /// <summary>Relative spread of the log-normal brightness from blink to blink, 0…3. Default 0.3.</summary>
    public double PhotonsSpread { get; init; } = 0.3;

    /// <summary>Mean background, photons per pixel and frame, ≥ 0. Default 20.</summary>
    public double BackgroundPhotons { get; init; } = 20;

    /// <summary>Relative spread of the background over the field, in smooth patches of micrometres, 0…1. Default 0.2.</summary>
    public double BackgroundSpread { get; init; } = 0.2;

    /// <summary>
    /// Emitters that give light in a frame, be it for a part of it only, per µm² of the field, before bleaching, &gt; 0. Default 0.5.
    /// </summary>
    public double DensityPerUm2 { get; init; } = 0.5;

    /// <summary>Mean time that an emitter shines, frames, &gt; 0 (≥ 1 with <see cref="WholeFrames"/>). Default 2.</summary>
    public double OnTimeFrames { get; init; } = 2;

    /// <summary>Mean time that a molecule stays dark between two blinks, frames, ≥ 1. Default 200; longer means more molecules.</summary>
    public double OffTimeFrames { get; init; } = 200;

    /// <summary>
    /// Whether emitters switch between frames only (times are geometric), instead of at any time (times are exponential and
    /// most emitters shine for a part of their first and last frame). Default false.
    /// </summary>
    public bool WholeFrames { get; init; }

    /// <summary>Mean number of blinks until a molecule bleaches, ≥ 1; null: never. Default null.</summary>
    public double? BlinksUntilBleached { get; init; }

    /// <summary>What the molecules sit on. Default filaments.</summary>
    public SmlmStructure Structure { get; init; } = SmlmStructure.Filaments;

    /// <summary>Length of filaments per area, µm per µm², &gt; 0. Default 1. Other structures ignore it.</summary>
    public double FilamentUmPerUm2 { get; init; } = 1;

    /// <summary>Radius of a filament, on whose surface the molecules sit, nm, ≥ 0. Default 12.5, a microtubule.</summary>
    public double FilamentRadiusNm { get; init; } = 12.5;

    /// <summary>Distance of the grid's lines, nm, ≥ 10. Default 800. Other structures ignore it.</summary>
    public double GridPeriodNm { get; init; } = 800;

    /// <summary>Wedges of the Siemens star, 2…360. Default 18. Other structures ignore it.</summary>
    public int StarWedges { get; init; } = 18;

    /// <summary>Standard deviation of the sample's move from frame to frame along each axis, nm, 0…100: a random walk. Default 0.</summary>
    public double DriftStepNm { get; init; }

    /// <summary>Frames between two jumps of the stage, ≥ 0; 0: none. Default 0.</summary>
    public int DriftJumpFrames { get; init; }

    /// <summary>Length of a jump, in a random direction, nm, 0…1000. Default 60; only with <see cref="DriftJumpFrames"/>.</summary>
    public double DriftJumpNm { get; init; } = 60;

    /// <summary>ADU at which the converter saturates, 1…65535. Default 65535.</summary>
    public int SaturationAdu { get; init; } = ushort.MaxValue;

    /// <summary>The camera. Default: sCMOS, baseline 100 ADU, 1 e⁻/ADU, read noise 1.5 e⁻. Written to <c>camera.json</c>.</summary>
    [JsonIgnore]
    public CameraModel Camera { get; init; } = new();

    /// <summary>The camera's pixels.</summary>
    [JsonIgnore]
    public PixelGrid Grid => new(Width, Height, PixelSizeNm);

    /// <summary>Share of the molecules that give light in a frame, before bleaching.</summary>
    [JsonIgnore]
    public double VisibleShare
    {
        get
        {
            double duty = OnTimeFrames / (OnTimeFrames + OffTimeFrames);
            return WholeFrames ? duty : duty + ((1 - duty) * (1 - Math.Exp(-1 / OffTimeFrames)));
        }
    }

    /// <summary>Molecules in the field: density × area ÷ <see cref="VisibleShare"/>.</summary>
    [JsonIgnore]
    public double MoleculesInField => DensityPerUm2 * Grid.AreaUm2 / VisibleShare;
}
