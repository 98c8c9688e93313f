using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Calibration;
using MicroscopeStream.Imaging.Tiff;
using MicroscopeStream.Localizations.Tables;
using MicroscopeStream.Simulator.Scenes;

namespace MicroscopeStream.Simulator.Output;

/// <summary>What <c>description.json</c> says of a simulated living sample.</summary>
public sealed record VideoDescription
{
    /// <summary>What made it: <c>MicroscopeStream.Simulator</c>.</summary>
    public string Generator { get; init; } = "MicroscopeStream.Simulator";

    /// <summary>Version of the simulator; another one may make other noise of the same seed.</summary>
    public string Version { get; init; } = typeof(VideoDescription).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>Number of camera frames.</summary>
    public required int Frames { get; init; }

    /// <summary>Pages of <c>truth.tif</c>: page k shows the middle of the camera frames k·slice_frames … (k + 1)·slice_frames − 1.</summary>
    public required int Slices { get; init; }

    /// <summary>Pixel of <c>truth.tif</c>, nm.</summary>
    public required double TruthPixelNm { get; init; }

    /// <summary>All options, defaults included.</summary>
    public required VideoScene Scene { get; init; }

    /// <summary>The description as indented JSON with snake_case names, a line end last.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, VideoJson.Default.VideoDescription) + "\n";

    /// <summary>Reads a description back; the scene's camera is its default, being kept in <c>camera.json</c>.</summary>
    /// <exception cref="JsonException">The text is no description.</exception>
    public static VideoDescription FromJson(string json) =>
        JsonSerializer.Deserialize(json, VideoJson.Default.VideoDescription) ?? throw new JsonException("The description is null.");
}

[JsonSourceGenerationOptions(
    WriteIndented = true, NewLine = "\n", PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(VideoDescription))]
internal sealed partial class VideoJson : JsonSerializerContext;

/// <summary>
/// Writes a simulated living sample to a folder: <c>frames.tif</c> (uint16), <c>truth.tif</c> (OME-TIFF, float32, one page per slice on
/// the video's grid), <c>ground-truth.csv</c>, <c>camera.json</c> and <c>description.json</c>. The same scene gives the same bytes.
/// </summary>
/// <remarks>Stateless and thread-safe for different folders.</remarks>
public static class VideoSimulationWriter
{
    /// <summary>Name of the truth's file.</summary>
    public const string TruthFile = "truth.tif";

    /// <summary>Simulates and writes.</summary>
    /// <param name="folder">Where; created if it is not there, files in it replaced.</param>
    /// <param name="scene">What to simulate.</param>
    /// <param name="frames">Camera frames, ≥ 1.</param>
    /// <param name="progress">Told the number of frames written, after each; or null.</param>
    /// <param name="cancellationToken">Ends the simulation between two frames.</param>
    /// <returns>What was written to <c>description.json</c>.</returns>
    /// <exception cref="ArgumentException">The scene is impossible.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one frame.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; <c>description.json</c> is missing then.</exception>
    public static VideoDescription Write(
        string folder, VideoScene scene, int frames, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(frames, 1);
        var microscope = new VideoMicroscope(scene);
        Directory.CreateDirectory(folder);
        string description = Path.Combine(folder, SimulationWriter.DescriptionFile);
        File.Delete(description);
        CameraFile.Write(Path.Combine(folder, SimulationWriter.CameraDescriptionFile), scene.Camera, scene.Width, scene.Height);
        WriteFrames(folder, microscope, frames, progress, cancellationToken);
        int slices = (frames + scene.SliceFrames - 1) / scene.SliceFrames;
        WriteTruth(folder, microscope, slices, cancellationToken);
        var told = new VideoDescription { Frames = frames, Slices = slices, TruthPixelNm = scene.TruthGrid.PixelSizeNm, Scene = scene };
        File.WriteAllText(description, told.ToJson());
        return told;
    }

    private static void WriteFrames(string folder, VideoMicroscope microscope, int frames, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        VideoScene scene = microscope.Scene;
        using TiffWriter tiff = TiffWriter.Create(Path.Combine(folder, SimulationWriter.FramesFile), new TiffWriterOptions
        {
            Width = scene.Width,
            Height = scene.Height,
            PixelType = PixelType.UInt16,
            PixelSizeNm = scene.PixelSizeNm,
            FrameIntervalMs = 1000 / scene.FrameRate,
            ExpectedPages = frames,
        });
        using var table = new LocalizationWriter(Path.Combine(folder, SimulationWriter.TruthFile), LocalizationFormat.ThunderStorm2D);
        var pixels = new ushort[scene.Grid.PixelCount];
        var truth = new List<Localization>();
        for (int frame = 0; frame < frames; frame++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            truth.Clear();
            microscope.Expose(frame, pixels, truth);
            tiff.WritePage<ushort>(pixels);
            table.Write(CollectionsMarshal.AsSpan(truth));
            progress?.Report(frame + 1);
        }
    }

    private static void WriteTruth(string folder, VideoMicroscope microscope, int slices, CancellationToken cancellationToken)
    {
        VideoScene scene = microscope.Scene;
        using TiffWriter tiff = TiffWriter.Create(Path.Combine(folder, TruthFile), new TiffWriterOptions
        {
            Width = scene.TruthGrid.Width,
            Height = scene.TruthGrid.Height,
            PixelType = PixelType.Float32,
            PixelSizeNm = scene.TruthGrid.PixelSizeNm,
            FrameIntervalMs = 1000 * scene.SliceFrames / scene.FrameRate,
            Compression = TiffCompression.Deflate,
            Ome = true,
        });
        var density = new float[scene.TruthGrid.PixelCount];
        for (int slice = 0; slice < slices; slice++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            microscope.Truth(slice, density);
            tiff.WritePage<float>(density);
        }
    }
}
