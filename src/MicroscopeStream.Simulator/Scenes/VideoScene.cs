using System.Text.Json.Serialization;
using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Simulator.Scenes;

/// <summary>What lives.</summary>
public enum LivingStructure
{
    /// <summary>Filaments that drift and bend; half of them grow and shrink.</summary>
    Filaments = 0,

    /// <summary>A mesh like endoplasmic reticulum, whose corners wander.</summary>
    Network = 1,

    /// <summary>Vesicles on their ways.</summary>
    Vesicles = 2,
}

/// <summary>
/// A living sample under a localization microscope. Everything random follows from <see cref="Seed"/>; change a copy with <c>with</c>.
/// </summary>
public sealed record VideoScene
{
    /// <summary>Seed of everything random. Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Columns, 16…1024 px. Default 64.</summary>
    public int Width { get; init; } = 64;

    /// <summary>Rows, 16…1024 px. Default 64.</summary>
    public int Height { get; init; } = 64;

    /// <summary>Pixel size in the sample, nm, 20…1000. Default 100.</summary>
    public double PixelSizeNm { get; init; } = 100;

    /// <summary>Standard deviation of the Gaussian PSF, nm, &gt; 0. Default 120.</summary>
    public double PsfSigmaNm { get; init; } = 120;

    /// <summary>What lives. Default filaments.</summary>
    public LivingStructure Structure { get; init; } = LivingStructure.Filaments;

    /// <summary>Root mean square speed of the structure, nm/s, 0…10,000. Default 100.</summary>
    public double SpeedNmPerS { get; init; } = 100;

    /// <summary>Seconds for which a velocity lasts, &gt; 0. Default 3.</summary>
    public double MemoryS { get; init; } = 3;

    /// <summary>Camera frames per second, &gt; 0. Default 100.</summary>
    public double FrameRate { get; init; } = 100;

    /// <summary>Emitters that shine at a time, per µm of structure, &gt; 0. Default 0.12.</summary>
    public double EmittersPerUm { get; init; } = 0.12;

    /// <summary>Mean time that an emitter shines, frames, &gt; 0. Default 2.</summary>
    public double OnTimeFrames { get; init; } = 2;

    /// <summary>Share of the structure that carries a label, 0.01…1. Default 0.5.</summary>
    public double Labelled { get; init; } = 0.5;

    /// <summary>Mean photons of an emitter that shines for a whole frame, &gt; 0. Default 1500.</summary>
    public double Photons { get; init; } = 1500;

    /// <summary>Relative spread of the log-normal brightness from blink to blink, 0…3. Default 0.3.</summary>
    public double PhotonsSpread { get; init; } = 0.3;

    /// <summary>Mean background, photons per pixel and frame, ≥ 0. Default 20.</summary>
    public double BackgroundPhotons { get; init; } = 20;

    /// <summary>Camera frames per picture of the truth, 1…10,000. Default 10.</summary>
    public int SliceFrames { get; init; } = 10;

    /// <summary>Truth pixels per camera pixel along one axis, 1…8. Default 4.</summary>
    public int Finer { get; init; } = 4;

    /// <summary>The camera. Default: sCMOS, baseline 100 ADU, 1 e⁻/ADU, read noise 1.5 e⁻. Written to <c>camera.json</c>.</summary>
    [JsonIgnore]
    public CameraModel Camera { get; init; } = new();

    /// <summary>The camera's pixels.</summary>
    [JsonIgnore]
    public PixelGrid Grid => new(Width, Height, PixelSizeNm);

    /// <summary>The truth's pixels.</summary>
    [JsonIgnore]
    public PixelGrid TruthGrid => new(Width * Finer, Height * Finer, PixelSizeNm / Finer);

    /// <summary>Throws when a scene is impossible.</summary>
    /// <exception cref="ArgumentException">One or more options are out of their range; the message lists them.</exception>
    public void ThrowIfInvalid()
    {
        var problems = new List<string>();
        Range(Width, 16, 1024, "width", "px");
        Range(Height, 16, 1024, "height", "px");
        Range(PixelSizeNm, 20, 1000, "pixel_size_nm", "nm");
        Range(PsfSigmaNm, 0.1 * PixelSizeNm, 20 * PixelSizeNm, "psf_sigma_nm", "nm (0.1 to 20 pixels)");
        Range(SpeedNmPerS, 0, 10_000, "speed_nm_per_s", "nm/s");
        Range(MemoryS, 1e-3, 1e6, "memory_s", "s");
        Range(FrameRate, 0.01, 1e6, "frame_rate", "1/s");
        Range(EmittersPerUm, 1e-6, 100, "emitters_per_um", "emitters per µm");
        Range(OnTimeFrames, 1e-3, 1000, "on_time_frames", "frames");
        Range(Labelled, 0.01, 1, "labelled", "of the structure");
        Range(Photons, 1e-3, 1e7, "photons", "photons");
        Range(PhotonsSpread, 0, 3, "photons_spread", "of the mean");
        Range(BackgroundPhotons, 0, 1e6, "background_photons", "photons per pixel");
        Range(SliceFrames, 1, 10_000, "slice_frames", "frames");
        Range(Finer, 1, 8, "grid (finer)", "pixels per camera pixel");
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
                problems.Add(FormattableString.Invariant($"{option} is {value}, expected {low} to {high} {unit}."));
            }
        }
    }
}
