using System.CommandLine;
using System.Globalization;
using MicroscopeStream.Simulator.Output;
using MicroscopeStream.Simulator.Scenes;

namespace MicroscopeStream.Cli.Commands;

/// <summary><c>mstream simulate video</c>: writes a simulated living sample with its true density over time.</summary>
internal static class SimulateVideoCommand
{
    private static readonly Option<string> Out = SimulateOutput.Folder("frames.tif, truth.tif, ground-truth.csv, camera.json and description.json");
    private static readonly Option<int?> Seed = SimulateOutput.Seed();
    private static readonly Option<int?> Frames = Numbers.Whole("--frames", "Number of camera frames. [default: 600]", 1);
    private static readonly Option<int?> Width = Numbers.Whole("--width", "Columns. [default: 64]", 16, "PX");
    private static readonly Option<int?> Height = Numbers.Whole("--height", "Rows. [default: the width]", 16, "PX");
    private static readonly Option<double?> PixelSize = Numbers.Real("--pixel-size", "Edge of a pixel in the sample. [default: 100]", 0, exclusive: true);
    private static readonly Option<double?> Rate = Numbers.Real("--rate", "Camera frames per second. [default: 100]", 0, exclusive: true, unit: "N");
    private static readonly Option<double?> Speed = Numbers.Real("--speed", "Root mean square speed of the structure, nm/s. [default: 100]", 0, unit: "X");
    private static readonly Option<double?> Emitters = Numbers.Real(
        "--emitters-per-um", "Emitters that shine at a time, per µm of structure. [default: 0.12]", 0, exclusive: true, unit: "X");
    private static readonly Option<double?> Photons = Numbers.Real(
        "--photons", "Mean photons of an emitter that shines for a whole frame. [default: 1500]", 0, exclusive: true, unit: "N");
    private static readonly Option<double?> Background = Numbers.Real(
        "--background", "Mean background, photons per pixel and frame. [default: 20]", 0, unit: "N");
    private static readonly Option<int?> SliceFrames = Numbers.Whole("--slice-frames", "Camera frames per page of truth.tif. [default: 10]", 1);
    private static readonly Option<int?> Grid = Numbers.Whole("--grid", "Pixels of truth.tif per camera pixel along each axis, at most 8. [default: 4]", 1, "N");
    private static readonly Option<LivingStructure?> Structure = Numbers.Choice(
        "--structure",
        "What lives: filaments that drift, bend, grow and shrink; a network whose corners wander; vesicles. [default: filaments]",
        ("filaments", LivingStructure.Filaments),
        ("network", LivingStructure.Network),
        ("vesicles", LivingStructure.Vesicles));

    internal static Command Create(CommandContext context)
    {
        var video = new Command("video", "A living sample under a localization microscope, with its true density over time.")
        {
            Out, Seed, Frames, Width, Height, PixelSize, Rate, Structure, Speed, Emitters, Photons, Background, SliceFrames, Grid,
        };
        video.SetAction((parsed, cancellationToken) => Task.FromResult(Run(parsed, context, cancellationToken)));
        return video;
    }

    private static int Run(ParseResult parsed, CommandContext context, CancellationToken cancellationToken) =>
        SimulateOutput.Write(parsed.GetValue(Out)!, context, folder =>
        {
            VideoDescription made = VideoSimulationWriter.Write(folder, Scene(parsed), parsed.GetValue(Frames) ?? 600, null, cancellationToken);
            return string.Create(
                CultureInfo.InvariantCulture, $"{made.Frames} frames of {made.Scene.Width} × {made.Scene.Height} px, {made.Slices} slices of truth");
        });

    private static VideoScene Scene(ParseResult parsed)
    {
        var defaults = new VideoScene();
        int width = parsed.GetValue(Width) ?? defaults.Width;
        return defaults with
        {
            Seed = (ulong)(parsed.GetValue(Seed) ?? 1),
            Width = width,
            Height = parsed.GetValue(Height) ?? width,
            PixelSizeNm = parsed.GetValue(PixelSize) ?? defaults.PixelSizeNm,
            FrameRate = parsed.GetValue(Rate) ?? defaults.FrameRate,
            Structure = parsed.GetValue(Structure) ?? defaults.Structure,
            SpeedNmPerS = parsed.GetValue(Speed) ?? defaults.SpeedNmPerS,
            EmittersPerUm = parsed.GetValue(Emitters) ?? defaults.EmittersPerUm,
            Photons = parsed.GetValue(Photons) ?? defaults.Photons,
            BackgroundPhotons = parsed.GetValue(Background) ?? defaults.BackgroundPhotons,
            SliceFrames = parsed.GetValue(SliceFrames) ?? defaults.SliceFrames,
            Finer = parsed.GetValue(Grid) ?? defaults.Finer,
        };
    }
}
