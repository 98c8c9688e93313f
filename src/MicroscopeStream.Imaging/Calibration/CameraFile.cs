using System.Text.Json;
using MicroscopeStream.Core.Cameras;

namespace MicroscopeStream.Imaging.Calibration;

/// <summary>
/// Reads and writes <c>camera.json</c>: one object with the fields <c>kind</c> (<c>scmos</c> or <c>emccd</c>),
/// <c>baseline_adu</c>, <c>electrons_per_adu</c>, <c>em_gain</c>, <c>quantum_efficiency</c>, <c>read_noise_electrons</c>, and
/// optionally <c>baseline_map</c>, <c>electrons_per_adu_map</c>, <c>read_variance_map</c>: paths, relative to the file, of
/// float32 TIFF images with one value per pixel.
/// </summary>
/// <remarks>Stateless and thread-safe. A field of another name is an error, because a misspelt one would be lost silently.</remarks>
public static class CameraFile
{
    private static readonly JsonDocumentOptions Tolerant = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Reads a description and the maps that it names.</summary>
    /// <param name="path">The JSON file.</param>
    /// <exception cref="CameraFileException">It is no JSON, lacks or misspells a field, holds an impossible value, or a map cannot be read.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static CameraModel Read(string path)
    {
        string file = Path.GetFileName(path);
        try
        {
            return ReadFields(path, file);
        }
        catch (InvalidOperationException error)
        {
            // JSON can hold escapes that are no character, found only when the text is asked for.
            throw new CameraFileException(file, null, "a text that is no Unicode", "names and paths in Unicode", error);
        }
    }

    /// <summary>Writes a description, and its maps beside it as <c>&lt;name&gt;-baseline.tif</c> and so on.</summary>
    /// <param name="path">The JSON file, replaced if it is there.</param>
    /// <param name="camera">What to write.</param>
    /// <param name="width">Columns of the maps; needed only when there are any.</param>
    /// <param name="height">Rows of the maps.</param>
    /// <exception cref="ArgumentException">A map has another size than <paramref name="width"/> × <paramref name="height"/>.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be written.</exception>
    public static void Write(string path, CameraModel camera, int width = 0, int height = 0)
    {
        var maps = new CameraMaps(path, width, height);
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read);
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteString("kind", camera.Kind == CameraKind.Emccd ? "emccd" : "scmos");
        json.WriteNumber("baseline_adu", camera.BaselineAdu);
        json.WriteNumber("electrons_per_adu", camera.ElectronsPerAdu);
        json.WriteNumber("em_gain", camera.EmGain);
        json.WriteNumber("quantum_efficiency", camera.QuantumEfficiency);
        json.WriteNumber("read_noise_electrons", camera.ReadNoiseElectrons);
        WriteMap("baseline_map", "baseline", camera.BaselineMap);
        WriteMap("electrons_per_adu_map", "electrons-per-adu", camera.ElectronsPerAduMap);
        WriteMap("read_variance_map", "read-variance", camera.ReadVarianceMap);
        json.WriteEndObject();

        void WriteMap(string field, string suffix, float[]? map)
        {
            if (map is not null)
            {
                json.WriteString(field, maps.Write(suffix, map));
            }
        }
    }

    private static CameraModel ReadFields(string path, string file)
    {
        using JsonDocument document = Parse(path, file);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new CameraFileException(file, null, document.RootElement.ValueKind.ToString(), "an object with the fields of a camera");
        }

        var fields = new CameraFields(document.RootElement, file, Path.GetDirectoryName(Path.GetFullPath(path))!);
        CameraKind kind = fields.Kind();
        var camera = new CameraModel
        {
            Kind = kind,
            BaselineAdu = fields.Number("baseline_adu") ?? throw fields.Missing("baseline_adu", "ADU of a pixel without light"),
            ElectronsPerAdu = fields.Number("electrons_per_adu") ?? throw fields.Missing("electrons_per_adu", "a number > 0"),
            EmGain = fields.Number("em_gain") ?? (kind == CameraKind.Scmos ? 1 : throw fields.Missing("em_gain", "the gain of the EM register")),
            QuantumEfficiency = fields.Number("quantum_efficiency") ?? 1,
            ReadNoiseElectrons = fields.Number("read_noise_electrons") ?? new CameraModel().ReadNoiseElectrons,
            BaselineMap = fields.Map("baseline_map", float.MinValue),
            ElectronsPerAduMap = fields.Map("electrons_per_adu_map", float.Epsilon),
            ReadVarianceMap = fields.Map("read_variance_map", 0),
        };
        fields.ThrowIfUnknown();
        foreach (CameraProblem problem in camera.Validate())
        {
            throw new CameraFileException(file, problem.Field, problem.Value, problem.Expected);
        }

        return camera;
    }

    private static JsonDocument Parse(string path, string file)
    {
        try
        {
            return JsonDocument.Parse(File.ReadAllBytes(path), Tolerant);
        }
        catch (JsonException error)
        {
            throw new CameraFileException(
                file, null, $"text that is no JSON at line {(error.LineNumber ?? 0) + 1}, byte {(error.BytePositionInLine ?? 0) + 1}", "a JSON object", error);
        }
    }
}
