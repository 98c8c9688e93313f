using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Calibration;
using MicroscopeStream.Imaging.Tiff;
using MicroscopeStream.Localizations.Tables;

namespace MicroscopeStream.Simulator.Beads;

/// <summary>
/// Writes a simulated bead stack to a folder: <c>beads.tif</c> (uint16, one page per slice, with pixel size), <c>ground-truth.csv</c>
/// (ThunderSTORM in 3D: every bead in every slice with its depth there), <c>camera.json</c> and <c>description.json</c>.
/// </summary>
/// <remarks>Stateless and thread-safe for different folders.</remarks>
public static class BeadStackWriter
{
    /// <summary>Name of the stack's file.</summary>
    public const string StackFile = "beads.tif";

    /// <summary>Name of the ground truth's file.</summary>
    public const string TruthFile = "ground-truth.csv";

    /// <summary>Name of the camera description's file.</summary>
    public const string CameraDescriptionFile = "camera.json";

    /// <summary>Name of the description's file, written last.</summary>
    public const string DescriptionFile = "description.json";

    /// <summary>Simulates and writes.</summary>
    /// <param name="folder">Where; created if it is not there, files in it replaced.</param>
    /// <param name="scene">What to simulate.</param>
    /// <param name="progress">Told the number of slices written, after each; or null.</param>
    /// <param name="cancellationToken">Ends it between two slices.</param>
    /// <returns>Beads in the stack.</returns>
    /// <exception cref="ArgumentException">The scene is impossible.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; <c>description.json</c> is missing then.</exception>
    public static int Write(string folder, BeadScene scene, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        var stack = new BeadStack(scene);
        Directory.CreateDirectory(folder);
        string description = Path.Combine(folder, DescriptionFile);
        File.Delete(description);
        CameraFile.Write(Path.Combine(folder, CameraDescriptionFile), scene.Camera, scene.Width, scene.Height);
        var options = new TiffWriterOptions
        {
            Width = scene.Width,
            Height = scene.Height,
            PixelType = PixelType.UInt16,
            PixelSizeNm = scene.PixelSizeNm,
            Slices = scene.Slices,
            ExpectedPages = scene.Slices,
        };
        using (TiffWriter tiff = TiffWriter.Create(Path.Combine(folder, StackFile), options))
        using (var table = new LocalizationWriter(Path.Combine(folder, TruthFile), LocalizationFormat.ThunderStorm3D))
        {
            var pixels = new ushort[scene.Grid.PixelCount];
            for (int slice = 0; slice < scene.Slices; slice++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                stack.Expose(slice, pixels);
                tiff.WritePage<ushort>(pixels);
                table.Write(CollectionsMarshal.AsSpan((List<Localization>)[.. stack.Truth(slice)]));
                progress?.Report(slice + 1);
            }
        }

        File.WriteAllText(description, JsonSerializer.Serialize(scene, BeadJson.Default.BeadScene) + "\n");
        return stack.Beads;
    }
}

[JsonSourceGenerationOptions(WriteIndented = true, NewLine = "\n", PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(BeadScene))]
internal sealed partial class BeadJson : JsonSerializerContext;
