using System.Text.Json;
using System.Text.Json.Serialization;
using MicroscopeStream.Localizations.Tables;
using MicroscopeStream.Simulator.Scenes;

namespace MicroscopeStream.Simulator.Output;

/// <summary>What <c>description.json</c> says of a simulation: all that is needed to make it again.</summary>
public sealed record SimulationDescription
{
    /// <summary>What made it: <c>MicroscopeStream.Simulator</c>.</summary>
    public string Generator { get; init; } = "MicroscopeStream.Simulator";

    /// <summary>Version of the simulator; another one may make other noise of the same seed.</summary>
    public string Version { get; init; } = typeof(SimulationDescription).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>Number of frames.</summary>
    public required int Frames { get; init; }

    /// <summary>All options, defaults included.</summary>
    public required SmlmScene Scene { get; init; }

    /// <summary>Format of the ground truth's file.</summary>
    public required LocalizationFormat TruthFormat { get; init; }

    /// <summary>Emitters in the ground truth: rows of its file.</summary>
    public long TruthRows { get; init; }

    /// <summary>The description as indented JSON with snake_case names, a line end last.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, SimulationJson.Default.SimulationDescription) + "\n";

    /// <summary>Reads a description back; <see cref="SmlmScene.Camera"/> is its default, being kept in <c>camera.json</c>.</summary>
    /// <exception cref="JsonException">The text is no description.</exception>
    public static SimulationDescription FromJson(string json) =>
        JsonSerializer.Deserialize(json, SimulationJson.Default.SimulationDescription) ?? throw new JsonException("The description is null.");
}

[JsonSourceGenerationOptions(
    WriteIndented = true, NewLine = "\n", PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(SimulationDescription))]
internal sealed partial class SimulationJson : JsonSerializerContext;
