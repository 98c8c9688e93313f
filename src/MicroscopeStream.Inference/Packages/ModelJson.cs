using System.Text.Json.Serialization;

namespace MicroscopeStream.Inference.Packages;

/// <summary>Reads and writes manifests without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true)]
[JsonSerializable(typeof(ModelManifest))]
public sealed partial class ModelJson : JsonSerializerContext;
