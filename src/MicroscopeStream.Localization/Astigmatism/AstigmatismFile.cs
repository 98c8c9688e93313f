using System.Text.Json;

namespace MicroscopeStream.Localizations.Astigmatism;

/// <summary>
/// Reads and writes a calibration as JSON: <c>kind</c> ("astigmatism"), <c>z_range_nm</c> ([least, largest]), <c>x</c> and <c>y</c>
/// (objects of <c>sigma0_nm</c>, <c>focus_nm</c>, <c>depth_nm</c>, <c>a</c>, <c>b</c>: <see cref="DefocusCurve"/>), and optionally
/// <c>beads</c> and <c>relative_residual</c>.
/// </summary>
/// <remarks>Stateless and thread-safe.</remarks>
public static class AstigmatismFile
{
    /// <summary>Writes a calibration.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Write(string path, AstigmatismCalibration calibration)
    {
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read);
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteString("kind", "astigmatism");
        json.WriteStartArray("z_range_nm");
        json.WriteNumberValue(calibration.MinimumZNm);
        json.WriteNumberValue(calibration.MaximumZNm);
        json.WriteEndArray();
        WriteCurve("x", calibration.X);
        WriteCurve("y", calibration.Y);
        json.WriteNumber("beads", calibration.Beads);
        if (double.IsFinite(calibration.RelativeResidual))
        {
            json.WriteNumber("relative_residual", calibration.RelativeResidual);
        }

        json.WriteEndObject();

        void WriteCurve(string name, DefocusCurve curve)
        {
            json.WriteStartObject(name);
            json.WriteNumber("sigma0_nm", curve.Sigma0Nm);
            json.WriteNumber("focus_nm", curve.FocusNm);
            json.WriteNumber("depth_nm", curve.DepthNm);
            json.WriteNumber("a", curve.A);
            json.WriteNumber("b", curve.B);
            json.WriteEndObject();
        }
    }

    /// <summary>Reads a calibration.</summary>
    /// <exception cref="FormatException">It is no calibration; the message names file and field.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static AstigmatismCalibration Read(string path)
    {
        string file = Path.GetFileName(path);
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Field(root, "kind", "").GetString() != "astigmatism")
            {
                throw new FormatException($"{file}: \"kind\" is not \"astigmatism\"; this is another kind of file. Make one with: mstream calibrate psf");
            }

            JsonElement range = Field(root, "z_range_nm", "");
            if (range.ValueKind != JsonValueKind.Array || range.GetArrayLength() != 2)
            {
                throw new FormatException($"{file}: \"z_range_nm\" must be two numbers, least and largest depth.");
            }

            return new AstigmatismCalibration(Curve("x"), Curve("y"), range[0].GetDouble(), range[1].GetDouble())
            {
                Beads = root.TryGetProperty("beads", out JsonElement beads) ? beads.GetInt32() : 0,
                RelativeResidual = root.TryGetProperty("relative_residual", out JsonElement residual) ? residual.GetDouble() : double.NaN,
            };

            DefocusCurve Curve(string axis)
            {
                JsonElement curve = Field(root, axis, "");
                return new DefocusCurve(Number("sigma0_nm"), Number("focus_nm"), Number("depth_nm"), Number("a"), Number("b"));

                double Number(string name) => Field(curve, name, axis + ".").GetDouble();
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException($"{file}: {error.Message}", error);
        }

        JsonElement Field(JsonElement from, string name, string parent) =>
            from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out JsonElement field)
                ? field
                : throw new FormatException($"{file}: the field \"{parent}{name}\" is missing.");
    }
}
