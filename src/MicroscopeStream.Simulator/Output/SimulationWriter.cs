using System.Runtime.InteropServices;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Calibration;
using MicroscopeStream.Imaging.Tiff;
using MicroscopeStream.Localizations.EmpiricalPsf;
using MicroscopeStream.Localizations.Tables;
using MicroscopeStream.Simulator.Scenes;

namespace MicroscopeStream.Simulator.Output;

/// <summary>
/// Writes a simulated acquisition to a folder: <c>frames.tif</c> (uint16, with pixel size), <c>ground-truth.csv</c>,
/// <c>camera.json</c> and <c>description.json</c>. The same scene and seed give the same bytes.
/// </summary>
/// <remarks>Stateless and thread-safe for different folders.</remarks>
public static class SimulationWriter
{
    /// <summary>Name of the frames' file.</summary>
    public const string FramesFile = "frames.tif";

    /// <summary>Name of the ground truth's file.</summary>
    public const string TruthFile = "ground-truth.csv";

    /// <summary>Name of the true drift's file, only of a sample that moves: <c>"frame","x [nm]","y [nm]"</c>, frames from 1.</summary>
    public const string DriftFile = "ground-truth-drift.csv";

    /// <summary>Name of the camera description's file.</summary>
    public const string CameraDescriptionFile = "camera.json";

    /// <summary>Name of the PSF calibration's file; only there when the scene has one.</summary>
    public const string PsfFile = "psf-calibration.json";

    /// <summary>Name of the simulation description's file, written last.</summary>
    public const string DescriptionFile = "description.json";

    /// <summary>Simulates and writes.</summary>
    /// <param name="folder">Where; created if it is not there, files in it replaced.</param>
    /// <param name="scene">What to simulate.</param>
    /// <param name="frames">How many frames, ≥ 1.</param>
    /// <param name="truthFormat">Format of the ground truth. ThunderSTORM's 2D table also tells background and PSF width.</param>
    /// <param name="progress">Told the number of frames written, after each; or null.</param>
    /// <param name="cancellationToken">Ends the simulation between two frames; what is written by then can be read.</param>
    /// <returns>What was written to <c>description.json</c>.</returns>
    /// <exception cref="ArgumentException">The scene is impossible.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one frame.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; <c>description.json</c> is missing then.</exception>
    public static SimulationDescription Write(
        string folder,
        SmlmScene scene,
        int frames,
        LocalizationFormat truthFormat = LocalizationFormat.ThunderStorm2D,
        IProgress<int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(frames, 1);
        var microscope = new SmlmMicroscope(scene);
        Directory.CreateDirectory(folder);

        // A description that is there says that the folder is complete: one of an earlier run must not say so of this one.
        string description = Path.Combine(folder, DescriptionFile);
        File.Delete(description);
        File.Delete(Path.Combine(folder, DriftFile));
        if (microscope.Drift.Moves)
        {
            WriteDrift(Path.Combine(folder, DriftFile), microscope.Drift, frames);
        }

        CameraFile.Write(Path.Combine(folder, CameraDescriptionFile), scene.Camera, scene.Width, scene.Height);
        if (scene.Psf is { } psf)
        {
            PsfCalibrationFile.Write(Path.Combine(folder, PsfFile), psf);
        }

        var told = new SimulationDescription
        {
            Frames = frames,
            Scene = scene,
            TruthFormat = truthFormat,
            TruthRows = WriteFrames(folder, microscope, frames, truthFormat, progress, cancellationToken),
        };
        File.WriteAllText(description, told.ToJson());
        return told;
    }

    private static void WriteDrift(string path, SampleDrift drift, int frames)
    {
        using var text = new StreamWriter(path) { NewLine = "\n" };
        text.WriteLine("\"frame\",\"x [nm]\",\"y [nm]\"");
        for (int frame = 0; frame < frames; frame++)
        {
            (double x, double y) = drift.At(frame);
            text.WriteLine(FormattableString.Invariant($"{frame + 1},{x:f3},{y:f3}"));
        }
    }

    private static long WriteFrames(
        string folder,
        SmlmMicroscope microscope,
        int frames,
        LocalizationFormat truthFormat,
        IProgress<int>? progress,
        CancellationToken cancellationToken)
    {
        var options = new TiffWriterOptions
        {
            Width = microscope.Grid.Width,
            Height = microscope.Grid.Height,
            PixelType = PixelType.UInt16,
            PixelSizeNm = microscope.Grid.PixelSizeNm,
            ExpectedPages = frames,
        };
        using TiffWriter tiff = TiffWriter.Create(Path.Combine(folder, FramesFile), options);
        using var table = new LocalizationWriter(Path.Combine(folder, TruthFile), truthFormat);
        var pixels = new ushort[microscope.Grid.PixelCount];
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

        return table.Count;
    }
}
