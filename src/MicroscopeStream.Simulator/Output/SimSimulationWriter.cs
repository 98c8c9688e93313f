using System.Text.Json;
using System.Text.Json.Serialization;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Calibration;
using MicroscopeStream.Imaging.Tiff;
using MicroscopeStream.Simulator.Scenes;

namespace MicroscopeStream.Simulator.Output;

/// <summary>A component of the simulated pattern, as it truly is.</summary>
/// <param name="Angle">Direction to which it belongs.</param>
/// <param name="Order">1 or 2.</param>
/// <param name="CarrierPerUm">Carrier (x, y), 1/µm.</param>
/// <param name="Modulation">Depth.</param>
/// <param name="PhasesRad">Phase in each frame of the group at the centre of pixel (0, 0), rad; null where it does not light the frame.</param>
public sealed record SimComponentDescription(int Angle, int Order, double[] CarrierPerUm, double Modulation, double?[] PhasesRad);

/// <summary>What <c>description.json</c> says of a simulated structured-illumination acquisition.</summary>
public sealed record SimDescription
{
    /// <summary>What made it: <c>MicroscopeStream.Simulator</c>.</summary>
    public string Generator { get; init; } = "MicroscopeStream.Simulator";

    /// <summary>Version of the simulator; another one may make other noise of the same seed.</summary>
    public string Version { get; init; } = typeof(SimDescription).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>Number of frames.</summary>
    public required int Frames { get; init; }

    /// <summary>All options, defaults included.</summary>
    public required SimScene Scene { get; init; }

    /// <summary>Cutoff of the lens, 1/µm.</summary>
    public required double CutoffPerUm { get; init; }

    /// <summary>The pattern.</summary>
    public required IReadOnlyList<SimComponentDescription> Pattern { get; init; }

    /// <summary>The description as indented JSON with snake_case names, a line end last.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, SimJson.Default.SimDescription) + "\n";

    /// <summary>Reads a description back; the scene's camera is its default, being kept in <c>camera.json</c>.</summary>
    /// <exception cref="JsonException">The text is no description.</exception>
    public static SimDescription FromJson(string json) =>
        JsonSerializer.Deserialize(json, SimJson.Default.SimDescription) ?? throw new JsonException("The description is null.");
}

[JsonSourceGenerationOptions(
    WriteIndented = true, NewLine = "\n", PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(SimDescription))]
internal sealed partial class SimJson : JsonSerializerContext;

/// <summary>
/// Writes a simulated structured-illumination acquisition to a folder: <c>frames.tif</c> (uint16), <c>truth.tif</c> (float32, twice as
/// fine, photons per camera pixel's area), <c>camera.json</c> and <c>description.json</c>. The same scene gives the same bytes.
/// </summary>
/// <remarks>Stateless and thread-safe for different folders.</remarks>
public static class SimSimulationWriter
{
    /// <summary>Name of the truth's file.</summary>
    public const string TruthFile = "truth.tif";

    /// <summary>Simulates and writes.</summary>
    /// <param name="folder">Where; created if it is not there, files in it replaced.</param>
    /// <param name="scene">What to simulate.</param>
    /// <param name="groups">How many groups of frames, ≥ 1.</param>
    /// <param name="cancellationToken">Ends the simulation between two frames.</param>
    /// <returns>What was written to <c>description.json</c>.</returns>
    /// <exception cref="ArgumentException">The scene is impossible.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one group.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; <c>description.json</c> is missing then.</exception>
    public static SimDescription Write(string folder, SimScene scene, int groups = 1, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        var microscope = new SimMicroscope(scene);
        Directory.CreateDirectory(folder);
        string description = Path.Combine(folder, SimulationWriter.DescriptionFile);
        File.Delete(description);
        CameraFile.Write(Path.Combine(folder, SimulationWriter.CameraDescriptionFile), scene.Camera, scene.Width, scene.Height);
        int frames = groups * microscope.Pattern.Frames;
        var options = new TiffWriterOptions
        {
            Width = scene.Width,
            Height = scene.Height,
            PixelType = PixelType.UInt16,
            PixelSizeNm = scene.PixelSizeNm,
            ExpectedPages = frames,
        };
        using (TiffWriter tiff = TiffWriter.Create(Path.Combine(folder, SimulationWriter.FramesFile), options))
        {
            var pixels = new ushort[scene.Grid.PixelCount];
            for (int frame = 0; frame < frames; frame++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                microscope.Expose(frame, pixels);
                tiff.WritePage<ushort>(pixels);
            }
        }

        TiffWriter.WriteImage(Path.Combine(folder, TruthFile), scene.TruthGrid, microscope.Truth());
        SimDescription told = Describe(microscope, frames);
        File.WriteAllText(description, told.ToJson());
        return told;
    }

    private static SimDescription Describe(SimMicroscope microscope, int frames) => new()
    {
        Frames = frames,
        Scene = microscope.Scene,
        CutoffPerUm = microscope.Transfer.CutoffPerUm,
        Pattern = [.. microscope.Pattern.Components.Select((c, index) => new SimComponentDescription(
            c.Angle,
            c.Order,
            [c.Kx, c.Ky],
            c.Modulation,
            [.. Enumerable.Range(0, microscope.Pattern.Frames).Select(n =>
                double.IsNaN(microscope.Pattern.Phase(n, index)) ? (double?)null : microscope.Pattern.Phase(n, index))]))],
    };
}
