using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using MicroscopeStream.Localizations.Astigmatism;

namespace MicroscopeStream.Localizations.EmpiricalPsf;

/// <summary>
/// Reads and writes a calibration as JSON: <c>kind</c> ("psf"), <c>version</c> (1), <c>pixel_size_nm</c>, <c>z_step_nm</c>,
/// <c>curves</c> (<c>z_range_nm</c>: [least, largest]; <c>x</c> and <c>y</c>: objects of <c>sigma0_nm</c>, <c>focus_nm</c>,
/// <c>depth_nm</c>, <c>a</c>, <c>b</c> as <see cref="DefocusCurve"/>; <c>beads</c>; <c>relative_residual</c>) and, unless only curves are
/// known, <c>psf</c> (<c>kind</c> "cubic_b_spline", <c>size</c>, <c>planes</c>, <c>first_knot_nm</c>, <c>knot_step_nm</c>, <c>beads</c>,
/// <c>coefficients</c>: little-endian float32, (plane, y, x), in Base64).
/// </summary>
/// <remarks>Stateless and thread-safe.</remarks>
public static class PsfCalibrationFile
{
    private const int Version = 1;

    /// <summary>Longest text that is read, characters: a PSF of 41 × 41 × 250 knots takes less.</summary>
    public const int LongestText = 4 << 20;

    /// <summary>Writes a calibration.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Write(string path, PsfCalibration calibration) => File.WriteAllText(path, Format(calibration));

    /// <summary>The text of a calibration's file.</summary>
    public static string Format(PsfCalibration calibration)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("kind", "psf");
            json.WriteNumber("version", Version);
            json.WriteNumber("pixel_size_nm", calibration.PixelSizeNm);
            WriteKnown(json, "z_step_nm", calibration.ZStepNm);
            WriteCurves(json, calibration.Curves);
            if (calibration.Psf is { } psf)
            {
                json.WriteStartObject("psf");
                json.WriteString("kind", "cubic_b_spline");
                json.WriteNumber("size", psf.Size);
                json.WriteNumber("planes", psf.Planes);
                json.WriteNumber("first_knot_nm", psf.FirstKnotNm);
                json.WriteNumber("knot_step_nm", psf.KnotStepNm);
                json.WriteNumber("beads", calibration.PsfBeads);
                json.WriteBase64String("coefficients", MemoryMarshal.AsBytes(psf.Coefficients));
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length) + "\n";
    }

    /// <summary>Reads a calibration.</summary>
    /// <exception cref="FormatException">It is no calibration; the message names file and field.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static PsfCalibration Read(string path)
    {
        string name = Path.GetFileName(path);
        return new FileInfo(path).Length > LongestText
            ? throw new FormatException($"{name}: larger than {LongestText >> 20} MiB; this is no calibration. Make one with: mstream calibrate psf")
            : Parse(File.ReadAllText(path), name);
    }

    /// <summary>Reads the text of a calibration's file.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="FormatException">It is no calibration; the message names the field.</exception>
    public static PsfCalibration Parse(string text, string name)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text.Length <= LongestText
                ? text
                : throw new FormatException($"longer than {LongestText >> 20} Mi characters; this is no calibration."));
            return new CalibrationReader(document.RootElement).Calibration();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException or FormatException or OverflowException)
        {
            throw new FormatException($"{name}: {error.Message}", error);
        }
    }

    private static void WriteCurves(Utf8JsonWriter json, AstigmatismCalibration curves)
    {
        json.WriteStartObject("curves");
        json.WriteStartArray("z_range_nm");
        json.WriteNumberValue(curves.MinimumZNm);
        json.WriteNumberValue(curves.MaximumZNm);
        json.WriteEndArray();
        WriteCurve(json, "x", curves.X);
        WriteCurve(json, "y", curves.Y);
        json.WriteNumber("beads", curves.Beads);
        WriteKnown(json, "relative_residual", curves.RelativeResidual);
        json.WriteEndObject();
    }

    private static void WriteCurve(Utf8JsonWriter json, string name, DefocusCurve curve)
    {
        json.WriteStartObject(name);
        json.WriteNumber("sigma0_nm", curve.Sigma0Nm);
        json.WriteNumber("focus_nm", curve.FocusNm);
        json.WriteNumber("depth_nm", curve.DepthNm);
        json.WriteNumber("a", curve.A);
        json.WriteNumber("b", curve.B);
        json.WriteEndObject();
    }

    private static void WriteKnown(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
    }

    /// <summary>The way from JSON to a calibration, field by field.</summary>
    private readonly ref struct CalibrationReader(JsonElement root)
    {
        public PsfCalibration Calibration()
        {
            if (root.ValueKind != JsonValueKind.Object || Field(root, "kind", "").GetString() != "psf")
            {
                throw new FormatException("\"kind\" is not \"psf\"; this is another kind of file. Make one with: mstream calibrate psf");
            }

            int version = Field(root, "version", "").GetInt32();
            if (version != Version)
            {
                throw new FormatException($"version {version}; this program reads version {Version}. Calibrate anew, or use the program that wrote it.");
            }

            double pixel = Field(root, "pixel_size_nm", "").GetDouble();
            if (!(pixel > 0) || !double.IsFinite(pixel))
            {
                throw new FormatException($"\"pixel_size_nm\" is {pixel}; expected a number of nm > 0.");
            }

            bool has = root.TryGetProperty("psf", out JsonElement psf) && psf.ValueKind != JsonValueKind.Null;
            return new PsfCalibration
            {
                Curves = Curves(Field(root, "curves", "")),
                Psf = has ? Psf(psf, pixel) : null,
                PixelSizeNm = pixel,
                ZStepNm = root.TryGetProperty("z_step_nm", out JsonElement step) ? step.GetDouble() : double.NaN,
                PsfBeads = has && psf.TryGetProperty("beads", out JsonElement beads) ? beads.GetInt32() : 0,
            };
        }

        private static AstigmatismCalibration Curves(JsonElement curves)
        {
            JsonElement range = Field(curves, "z_range_nm", "curves.");
            if (range.ValueKind != JsonValueKind.Array || range.GetArrayLength() != 2)
            {
                throw new FormatException("\"curves.z_range_nm\" must be two numbers, least and largest depth.");
            }

            return new AstigmatismCalibration(Curve(curves, "x"), Curve(curves, "y"), range[0].GetDouble(), range[1].GetDouble())
            {
                Beads = curves.TryGetProperty("beads", out JsonElement beads) ? beads.GetInt32() : 0,
                RelativeResidual = curves.TryGetProperty("relative_residual", out JsonElement residual) ? residual.GetDouble() : double.NaN,
            };
        }

        private static DefocusCurve Curve(JsonElement curves, string axis)
        {
            JsonElement curve = Field(curves, axis, "curves.");
            return new DefocusCurve(Number("sigma0_nm"), Number("focus_nm"), Number("depth_nm"), Number("a"), Number("b"));

            double Number(string name) => Field(curve, name, $"curves.{axis}.").GetDouble();
        }

        private static SplinePsf Psf(JsonElement psf, double pixel)
        {
            if (Field(psf, "kind", "psf.").GetString() != "cubic_b_spline")
            {
                throw new FormatException("\"psf.kind\" is not \"cubic_b_spline\", the only one that is known.");
            }

            int size = Field(psf, "size", "psf.").GetInt32(), planes = Field(psf, "planes", "psf.").GetInt32();
            byte[] bytes = Field(psf, "coefficients", "psf.").GetBytesFromBase64();
            if (size <= 0 || planes <= 0 || bytes.Length != 4L * size * size * planes)
            {
                throw new FormatException($"\"psf.coefficients\" holds {bytes.Length} bytes; expected {4L * size * size * planes}: {planes} planes of {size} × {size} numbers.");
            }

            float[] coefficients = MemoryMarshal.Cast<byte, float>(bytes).ToArray();
            return Array.TrueForAll(coefficients, float.IsFinite)
                ? new SplinePsf(coefficients, size, pixel, Field(psf, "first_knot_nm", "psf.").GetDouble(), Field(psf, "knot_step_nm", "psf.").GetDouble())
                : throw new FormatException("\"psf.coefficients\" holds values that are no numbers.");
        }

        private static JsonElement Field(JsonElement from, string name, string parent) =>
            from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out JsonElement field)
                ? field
                : throw new FormatException($"the field \"{parent}{name}\" is missing.");
    }
}
