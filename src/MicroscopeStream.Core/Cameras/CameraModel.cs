namespace MicroscopeStream.Core.Cameras;

/// <summary>
/// How a camera turns photons into ADU, and so how to turn them back:
/// photons = (ADU − baseline) × e⁻/ADU ÷ EM gain ÷ quantum efficiency.
/// </summary>
public sealed record CameraModel
{
    /// <summary>Noise family. Default: sCMOS.</summary>
    public CameraKind Kind { get; init; } = CameraKind.Scmos;

    /// <summary>ADU of a pixel that received no light, ≥ 0. Default 100.</summary>
    public double BaselineAdu { get; init; } = 100;

    /// <summary>Electrons per ADU at the converter, &gt; 0. Default 1.</summary>
    public double ElectronsPerAdu { get; init; } = 1;

    /// <summary>Gain of the electron-multiplying register, ≥ 1; 1 for sCMOS.</summary>
    public double EmGain { get; init; } = 1;

    /// <summary>Share of photons that become electrons, in (0, 1]. Default 1: photon counts are then photo-electrons.</summary>
    public double QuantumEfficiency { get; init; } = 1;

    /// <summary>Root-mean-square read noise, electrons, ≥ 0 (before division by the EM gain).</summary>
    public double ReadNoiseElectrons { get; init; } = 1.5;

    /// <summary>Baseline per pixel, ADU, row-major (y, x) like the frames; null: the same everywhere.</summary>
    public float[]? BaselineMap { get; init; }

    /// <summary>Electrons per ADU per pixel, row-major (y, x); null: the same everywhere.</summary>
    public float[]? ElectronsPerAduMap { get; init; }

    /// <summary>Read noise variance per pixel, electrons², row-major (y, x); null: the same everywhere.</summary>
    public float[]? ReadVarianceMap { get; init; }

    /// <summary>Whether baseline and gain were estimated from the frames rather than stated by the user.</summary>
    public bool Estimated { get; init; }

    /// <summary>Photons per ADU above the baseline: e⁻/ADU ÷ EM gain ÷ quantum efficiency.</summary>
    public double PhotonsPerAdu => ElectronsPerAdu / EmGain / QuantumEfficiency;

    /// <summary>The factor by which the variance of the signal exceeds Poisson's: 2 for EMCCD, else 1 (Ulbrich &amp; Isacoff 2007, 10.1038/nmeth1024).</summary>
    public double ExcessNoiseFactor => Kind == CameraKind.Emccd ? 2 : 1;

    /// <summary>Photons that gave <paramref name="adu"/>, ignoring maps.</summary>
    public double ToPhotons(double adu) => (adu - BaselineAdu) * PhotonsPerAdu;

    /// <summary>Mean ADU that <paramref name="photons"/> give, ignoring maps and saturation.</summary>
    public double ToAdu(double photons) => BaselineAdu + (photons / PhotonsPerAdu);

    /// <summary>Lists what is impossible about the description: one message per field, empty when all is well.</summary>
    /// <param name="pixelCount">Pixels of a frame, to check maps against; 0 to skip.</param>
    public IReadOnlyList<CameraProblem> Validate(int pixelCount = 0)
    {
        var problems = new List<CameraProblem>();
        Check(BaselineAdu >= 0 && double.IsFinite(BaselineAdu), "baseline_adu", BaselineAdu, "a number ≥ 0");
        Check(ElectronsPerAdu > 0 && double.IsFinite(ElectronsPerAdu), "electrons_per_adu", ElectronsPerAdu, "a number > 0");
        Check(EmGain >= 1 && double.IsFinite(EmGain), "em_gain", EmGain, "a number ≥ 1 (1 without an EM register)");
        Check(QuantumEfficiency is > 0 and <= 1, "quantum_efficiency", QuantumEfficiency, "a share in (0, 1]");
        Check(ReadNoiseElectrons >= 0 && double.IsFinite(ReadNoiseElectrons), "read_noise_electrons", ReadNoiseElectrons, "a number ≥ 0");
        CheckMap(BaselineMap, "baseline_map");
        CheckMap(ElectronsPerAduMap, "electrons_per_adu_map");
        CheckMap(ReadVarianceMap, "read_variance_map");
        return problems;

        void Check(bool good, string field, object value, string expected)
        {
            if (!good)
            {
                problems.Add(new CameraProblem(field, FormattableString.Invariant($"{value}"), expected));
            }
        }

        void CheckMap(float[]? map, string field)
        {
            if (map is not null && pixelCount > 0)
            {
                Check(map.Length == pixelCount, field, $"{map.Length} pixels", $"one value per pixel of the frame ({pixelCount})");
            }
        }
    }
}

/// <summary>One impossible value of a camera description.</summary>
/// <param name="Field">The field as it is named in camera.json and in the protocol.</param>
/// <param name="Value">What it held.</param>
/// <param name="Expected">What would be possible.</param>
public readonly record struct CameraProblem(string Field, string Value, string Expected);
