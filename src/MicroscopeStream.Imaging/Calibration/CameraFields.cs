using System.Text.Json;
using MicroscopeStream.Core.Cameras;

namespace MicroscopeStream.Imaging.Calibration;

/// <summary>The fields of one camera description, noting which were asked for.</summary>
internal sealed class CameraFields(JsonElement camera, string file, string folder)
{
    private readonly List<string> _known = [];

    public CameraKind Kind()
    {
        const string Expected = "\"scmos\" or \"emccd\"";
        if (!TryGet("kind", out JsonElement value))
        {
            throw Missing("kind", Expected);
        }

        return (value.ValueKind == JsonValueKind.String ? value.GetString() : null) switch
        {
            "scmos" => CameraKind.Scmos,
            "emccd" => CameraKind.Emccd,
            _ => throw new CameraFileException(file, "kind", Short(value), Expected),
        };
    }

    public double? Number(string field)
    {
        if (!TryGet(field, out JsonElement value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number)
            ? number
            : throw new CameraFileException(file, field, Short(value), "a number");
    }

    public float[]? Map(string field, float minimum)
    {
        if (!TryGet(field, out JsonElement value))
        {
            return null;
        }

        string path = value.ValueKind == JsonValueKind.String ? value.GetString()! : string.Empty;
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new CameraFileException(file, field, Short(value), "the path of a float32 TIFF image");
        }

        return CameraMaps.Read(Path.Combine(folder, path), file, field, minimum);
    }

    public void ThrowIfUnknown()
    {
        foreach (JsonProperty property in camera.EnumerateObject())
        {
            // Editors put a reference to a schema at the top.
            if (property.Name != "$schema" && !_known.Contains(property.Name))
            {
                throw new CameraFileException(file, property.Name, "an unknown field", $"one of {string.Join(", ", _known)}");
            }
        }
    }

    public CameraFileException Missing(string field, string expected) => new(file, field, "nothing", expected);

    private bool TryGet(string field, out JsonElement value)
    {
        _known.Add(field);
        return camera.TryGetProperty(field, out value) && value.ValueKind != JsonValueKind.Null;
    }

    private static string Short(JsonElement value)
    {
        string text = value.GetRawText();
        return text.Length <= 60 ? text : string.Concat(text.AsSpan(0, 60), "…");
    }
}
