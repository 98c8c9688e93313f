using System.Globalization;

namespace MicroscopeStream.Inference.Packages;

/// <summary>What is known of an acquisition; null where it is not known.</summary>
public sealed record AcquisitionConditions
{
    /// <summary>Modality, for example smlm.</summary>
    public string? Modality { get; init; }

    /// <summary>Edge of a camera pixel in the sample, nm.</summary>
    public double? PixelSizeNm { get; init; }

    /// <summary>Standard deviation of the PSF, camera pixels.</summary>
    public double? PsfSigmaPx { get; init; }

    /// <summary>Photons per emitter and frame.</summary>
    public double? Photons { get; init; }

    /// <summary>Background, photons per camera pixel.</summary>
    public double? BackgroundPhotons { get; init; }

    /// <summary>Emitters per µm² and frame.</summary>
    public double? DensityPerUm2 { get; init; }

    /// <summary>Kind of sensor: scmos or emccd.</summary>
    public string? Camera { get; init; }
}

/// <summary>Compares an acquisition with what a model was trained for.</summary>
public static class DomainCheck
{
    private const string Advice = "do not trust its results without checking them";

    /// <summary>What lies outside the model's training, one sentence each; empty when nothing does.</summary>
    public static IReadOnlyList<string> Check(ModelPackage model, AcquisitionConditions conditions) =>
        Check(model.Id, model.Manifest.Domain, conditions);

    /// <summary>What lies outside a domain, one sentence each; empty when nothing does.</summary>
    /// <param name="id">The model's id, for the sentences.</param>
    /// <param name="domain">What it was trained for.</param>
    /// <param name="conditions">The acquisition.</param>
    public static IReadOnlyList<string> Check(string id, ModelDomain domain, AcquisitionConditions conditions)
    {
        var warnings = new List<string>();
        Number("pixel size", " nm", conditions.PixelSizeNm, domain.PixelSizeNm);
        Number("PSF width (σ)", " px", conditions.PsfSigmaPx, domain.PsfSigmaPx);
        Number("emitter brightness", " photons per frame", conditions.Photons, domain.Photons);
        Number("background", " photons per pixel", conditions.BackgroundPhotons, domain.BackgroundPhotons);
        Number("emitter density", " per µm²", conditions.DensityPerUm2, domain.DensityPerUm2);
        Word("modality", conditions.Modality, domain.Modality);
        Word("camera", conditions.Camera, domain.Camera);
        return warnings;

        void Number(string what, string unit, double? value, ValueRange? range)
        {
            if (value is double number && range is ValueRange trained && !trained.Contains(number))
            {
                warnings.Add(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{what} {number:0.###}{unit} outside {trained.From:0.###}–{trained.To:0.###}{unit}, the range that model '{id}' was trained for: {Advice}"));
            }
        }

        void Word(string what, string? value, IReadOnlyList<string>? known)
        {
            if (value is not null && known is { Count: > 0 } && !known.Contains(value, StringComparer.OrdinalIgnoreCase))
            {
                warnings.Add(
                    $"{what} '{value}' is not among those that model '{id}' was trained for ({string.Join(", ", known)}): {Advice}");
            }
        }
    }
}
