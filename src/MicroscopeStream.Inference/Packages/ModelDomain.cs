using System.Text.Json;
using System.Text.Json.Serialization;

namespace MicroscopeStream.Inference.Packages;

/// <summary>What a model was trained for; null where the manifest does not say.</summary>
public sealed record ModelDomain
{
    /// <summary>Modalities, for example smlm.</summary>
    public IReadOnlyList<string>? Modality { get; init; }

    /// <summary>Edge of a camera pixel in the sample, nm.</summary>
    public ValueRange? PixelSizeNm { get; init; }

    /// <summary>Standard deviation of the PSF, camera pixels.</summary>
    public ValueRange? PsfSigmaPx { get; init; }

    /// <summary>Photons per emitter and frame.</summary>
    public ValueRange? Photons { get; init; }

    /// <summary>Background, photons per camera pixel.</summary>
    public ValueRange? BackgroundPhotons { get; init; }

    /// <summary>Emitters per µm² and frame.</summary>
    public ValueRange? DensityPerUm2 { get; init; }

    /// <summary>Video: lateral uncertainty of localizations, map pixels.</summary>
    public ValueRange? PrecisionPx { get; init; }

    /// <summary>Kinds of sensor: scmos, emccd.</summary>
    public IReadOnlyList<string>? Camera { get; init; }

    /// <summary>What was imaged or simulated, in words.</summary>
    public string Structures { get; set; } = "";
}

/// <summary>A closed range, written [from, to].</summary>
/// <param name="From">Lower end.</param>
/// <param name="To">Upper end.</param>
[JsonConverter(typeof(ValueRangeJsonConverter))]
public readonly record struct ValueRange(double From, double To)
{
    /// <summary>Whether the value lies in the range, ends included.</summary>
    public bool Contains(double value) => value >= From && value <= To;
}

internal sealed class ValueRangeJsonConverter : JsonConverter<ValueRange>
{
    public override ValueRange Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray || !reader.Read())
        {
            throw new JsonException("A range is written [from, to].");
        }

        double from = reader.GetDouble();
        reader.Read();
        double to = reader.GetDouble();
        reader.Read();
        return reader.TokenType == JsonTokenType.EndArray
            ? new ValueRange(from, to)
            : throw new JsonException("A range is written [from, to].");
    }

    public override void Write(Utf8JsonWriter writer, ValueRange value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue(value.From);
        writer.WriteNumberValue(value.To);
        writer.WriteEndArray();
    }
}
