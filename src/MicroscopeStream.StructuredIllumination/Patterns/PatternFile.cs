using System.Text;
using System.Text.Json;
using MicroscopeStream.StructuredIllumination.Orders;

namespace MicroscopeStream.StructuredIllumination.Patterns;

/// <summary>A pattern as it is kept in a file, with what it was measured at.</summary>
/// <param name="Pattern">The pattern.</param>
/// <param name="WavelengthNm">Wavelength of emission, nm.</param>
/// <param name="NumericalAperture">Numerical aperture.</param>
public sealed record SavedPattern(IlluminationPattern Pattern, double WavelengthNm, double NumericalAperture);

/// <summary>
/// Reads and writes a pattern as JSON: <c>kind</c> ("sim-pattern"), <c>version</c> (1), <c>order</c> (a name or an axis string),
/// <c>wavelength_nm</c>, <c>numerical_aperture</c>, <c>frame_angles</c> (the angle of each frame of a group, from 0) and
/// <c>components</c>: objects of <c>angle</c>, <c>order</c> (1 or 2), <c>carrier_per_um</c> ([x, y]), <c>modulation</c> and
/// <c>phases_rad</c> (per frame of a group, at the centre of pixel (0, 0); null where the component does not light the frame).
/// </summary>
/// <remarks>Stateless and thread-safe.</remarks>
public static class PatternFile
{
    /// <summary>Longest text that is read, characters.</summary>
    public const int LongestText = 1 << 20;

    private const string Kind = "sim-pattern";
    private const int Version = 1;

    /// <summary>The text of a pattern's file.</summary>
    public static string Format(SavedPattern saved)
    {
        IlluminationPattern pattern = saved.Pattern;
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("kind", Kind);
            json.WriteNumber("version", Version);
            json.WriteString("order", pattern.Order.Name);
            json.WriteNumber("wavelength_nm", saved.WavelengthNm);
            json.WriteNumber("numerical_aperture", saved.NumericalAperture);
            json.WriteStartArray("frame_angles");
            for (int n = 0; n < pattern.Frames; n++)
            {
                json.WriteNumberValue(pattern.AngleOf(n));
            }

            json.WriteEndArray();
            json.WriteStartArray("components");
            for (int c = 0; c < pattern.Components.Count; c++)
            {
                WriteComponent(json, pattern, c);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length) + "\n";
    }

    /// <summary>Reads a pattern from its file's text.</summary>
    /// <exception cref="FormatException">It is no pattern; the message names the field.</exception>
    public static SavedPattern Parse(string text)
    {
        if (text.Length > LongestText)
        {
            throw new FormatException($"A pattern's file has at most {LongestText} characters; this one has {text.Length}.");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException($"This is no pattern of structured illumination: {e.Message}", e);
        }
    }

    private static SavedPattern Read(JsonElement root)
    {
        if (root.GetProperty("kind").GetString() != Kind || root.GetProperty("version").GetInt32() != Version)
        {
            throw new FormatException($"This is no pattern of structured illumination: kind must be \"{Kind}\" and version {Version}.");
        }

        FrameOrder order = FrameOrder.Parse(root.GetProperty("order").GetString() ?? string.Empty);
        int[] angles = [.. root.GetProperty("frame_angles").EnumerateArray().Select(angle => angle.GetInt32())];
        JsonElement[] entries = [.. root.GetProperty("components").EnumerateArray()];
        var components = new PatternComponent[entries.Length];
        var phases = new double[entries.Length * order.FramesPerImage];
        for (int c = 0; c < entries.Length; c++)
        {
            double[] carrier = [.. entries[c].GetProperty("carrier_per_um").EnumerateArray().Select(Finite)];
            double?[] measured = [.. entries[c].GetProperty("phases_rad").EnumerateArray().Select(phase => phase.ValueKind == JsonValueKind.Null ? (double?)null : Finite(phase))];
            if (carrier.Length != 2 || measured.Length != order.FramesPerImage)
            {
                throw new FormatException($"Component {c}: carrier_per_um needs 2 numbers and phases_rad {order.FramesPerImage}; they have {carrier.Length} and {measured.Length}.");
            }

            components[c] = new PatternComponent(
                entries[c].GetProperty("angle").GetInt32(), entries[c].GetProperty("order").GetInt32(), carrier[0], carrier[1], Finite(entries[c].GetProperty("modulation")));
            if (components[c].Modulation < 0 || components[c].Order is not (1 or 2) || components[c].Angle < 0 || components[c].Angle >= order.Angles || !(components[c].K > 0))
            {
                throw new FormatException($"Component {c}: angle, order, carrier or modulation is impossible.");
            }

            for (int n = 0; n < measured.Length; n++)
            {
                bool lit = n < angles.Length && angles[n] == components[c].Angle;
                phases[(n * components.Length) + c] = lit == measured[n].HasValue
                    ? measured[n] ?? double.NaN
                    : throw new FormatException($"Component {c}: phases_rad must have a number for each frame of its angle, and null for the others.");
            }
        }

        return new SavedPattern(
            new IlluminationPattern(order, components, phases, angles), Finite(root.GetProperty("wavelength_nm")), Finite(root.GetProperty("numerical_aperture")));
    }

    private static double Finite(JsonElement element) =>
        element.GetDouble() is var value && double.IsFinite(value) ? value : throw new FormatException("A number is not finite.");

    private static void WriteComponent(Utf8JsonWriter json, IlluminationPattern pattern, int c)
    {
        PatternComponent component = pattern.Components[c];
        json.WriteStartObject();
        json.WriteNumber("angle", component.Angle);
        json.WriteNumber("order", component.Order);
        json.WriteStartArray("carrier_per_um");
        json.WriteNumberValue(component.Kx);
        json.WriteNumberValue(component.Ky);
        json.WriteEndArray();
        json.WriteNumber("modulation", component.Modulation);
        json.WriteStartArray("phases_rad");
        for (int n = 0; n < pattern.Frames; n++)
        {
            if (double.IsNaN(pattern.Phase(n, c)))
            {
                json.WriteNullValue();
            }
            else
            {
                json.WriteNumberValue(pattern.Phase(n, c));
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
