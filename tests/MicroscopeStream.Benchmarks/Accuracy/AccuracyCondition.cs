using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Simulator.Scenes;

namespace MicroscopeStream.Benchmarks.Accuracy;

/// <summary>One simulated sample on which methods are scored.</summary>
internal sealed record AccuracyCondition(string Name, SmlmScene Scene, int Frames)
{
    /// <summary>Emitters that are on for one whole frame, every molecule alike: what the Cramér–Rao bound is stated for.</summary>
    public static AccuracyCondition WholeFrames(double density, double photons, double background, int frames) => new(
        $"whole frames, {photons:F0} photons, {background:F0} background, {density:0.0#}/µm²",
        Sample(density, photons, background) with { OnTimeFrames = 1, WholeFrames = true, PhotonsSpread = 0 },
        frames);

    /// <summary>Emitters that go on and off within frames, 2 frames on average, of log-normal brightness.</summary>
    public static AccuracyCondition Blinking(double density, int frames) => new(
        $"blinking, 2500 photons, 20 background, {density:0.0#}/µm²",
        Sample(density, 2500, 20) with { OnTimeFrames = 2, PhotonsSpread = 0.3 },
        frames);

    // Seeds are apart from the demo's and the tests'; nothing is trained on this simulator.
    private static SmlmScene Sample(double density, double photons, double background) => new()
    {
        Seed = 20261122,
        Width = 64,
        Height = 64,
        PixelSizeNm = 100,
        PsfSigmaNm = 120,
        DensityPerUm2 = density,
        Photons = photons,
        BackgroundPhotons = background,
        BackgroundSpread = 0,
        Structure = SmlmStructure.Uniform,
        Camera = new CameraModel { BaselineAdu = 100, ElectronsPerAdu = 1, ReadNoiseElectrons = 1.5 },
    };
}
