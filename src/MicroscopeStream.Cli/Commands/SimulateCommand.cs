using System.CommandLine;
using System.Globalization;
using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Localizations.EmpiricalPsf;
using MicroscopeStream.Localizations.Tables;
using MicroscopeStream.Simulator.Output;
using MicroscopeStream.Simulator.Scenes;

namespace MicroscopeStream.Cli.Commands;

/// <summary><c>mstream simulate smlm</c>: writes a simulated acquisition with its ground truth.</summary>
internal static class SimulateCommand
{
    private static readonly Option<string> Out = SimulateOutput.Folder("frames.tif, ground-truth.csv, camera.json and description.json; with drift, ground-truth-drift.csv");
    private static readonly Option<int?> Seed = SimulateOutput.Seed();
    private static readonly Option<int?> Frames = Numbers.Whole("--frames", "Number of frames. [default: 500]", 1);
    private static readonly Option<int?> Width = Numbers.Whole("--width", "Columns. [default: 128]", 8, "PX");
    private static readonly Option<int?> Height = Numbers.Whole("--height", "Rows. [default: the width]", 8, "PX");
    private static readonly Option<double?> PixelSize = Numbers.Real(
        "--pixel-size", "Edge of a pixel in the sample. [default: 100]", 0, exclusive: true);

    private static readonly Option<double?> PsfSigma = Numbers.Real(
        "--psf-sigma", "Standard deviation of the Gaussian PSF. [default: 120]", 0, exclusive: true);
    private static readonly Option<string?> Psf = PsfOption.Create(
        "PSF calibration that 'mstream calibrate psf' wrote: emitters lie in three dimensions, and look like the beads.");

    private static readonly Option<(double Min, double Max)?> ZRange = Numbers.Range(
        "--z-range", "Depths of the emitters, with --psf. [default: -500:500, as far as the calibration reaches]");

    private static readonly Option<double?> Density = Numbers.Real(
        "--density", "Shining emitters per µm² and frame. [default: 0.5]", 0, exclusive: true, unit: "N");

    private static readonly Option<double?> Photons = Numbers.Real(
        "--photons", "Mean photons of an emitter in a whole frame. [default: 1500]", 0, exclusive: true, unit: "N");
    private static readonly Option<double?> Background = Numbers.Real(
        "--background", "Mean background photons per pixel and frame. [default: 20]", 0, unit: "N");

    private static readonly Option<bool> WholeFrames = new("--whole-frames")
    {
        Description = "Emitters switch between frames only, never within one.",
    };

    private static readonly Option<CameraKind?> Camera = Numbers.Choice(
        "--camera", "Noise of the camera. [default: scmos]", ("scmos", CameraKind.Scmos), ("emccd", CameraKind.Emccd));

    private static readonly Option<SmlmStructure?> Structure = Numbers.Choice(
        "--structure",
        "What the emitters sit on. [default: filaments]",
        ("filaments", SmlmStructure.Filaments),
        ("uniform", SmlmStructure.Uniform),
        ("grid", SmlmStructure.Grid),
        ("star", SmlmStructure.SiemensStar));

    private static readonly Option<double?> Drift = Numbers.Real(
        "--drift", "Drift of the sample, a random walk: root mean square distance at the last frame. [default: 0]", 0);

    private static readonly Option<int?> DriftJumps = Numbers.Whole(
        "--drift-jumps", "Jumps of the stage by 60 nm, evenly over the acquisition. [default: 0]", 0);

    internal static Command Create(CommandContext context)
    {
        var smlm = new Command("smlm", "Blinking emitters through a PSF onto a camera, as in STORM and PALM.")
        {
            Out, Seed, Frames, Width, Height, PixelSize, PsfSigma, Psf, ZRange, Density, Photons, Background, Camera, Structure, WholeFrames, Drift, DriftJumps,
        };
        smlm.SetAction((parsed, cancellationToken) => Task.FromResult(Run(parsed, context, cancellationToken)));
        return new Command("simulate", "Simulate an acquisition: frames, ground truth and camera description.")
        {
            smlm, SimulateSimCommand.Create(context), SimulateBeadsCommand.Create(context), SimulateVideoCommand.Create(context),
        };
    }

    private static int Run(ParseResult parsed, CommandContext context, CancellationToken cancellationToken)
    {
        SmlmScene scene = Scene(parsed);
        int frames = parsed.GetValue(Frames) ?? 500;
        return SimulateOutput.Write(parsed.GetValue(Out)!, context, folder =>
        {
            SimulationDescription made = SimulationWriter.Write(
                folder, scene, frames, scene.Psf is null ? LocalizationFormat.ThunderStorm2D : LocalizationFormat.ThunderStorm3D, progress: new Reporter(frames, context), cancellationToken: cancellationToken);
            return string.Create(CultureInfo.InvariantCulture, $"{frames} frames of {scene.Width} × {scene.Height} px with {made.TruthRows} emitters");
        });
    }

    private static SmlmScene Scene(ParseResult parsed)
    {
        var defaults = new SmlmScene();
        CameraKind kind = parsed.GetValue(Camera) ?? CameraKind.Scmos;
        int width = parsed.GetValue(Width) ?? 128, frames = parsed.GetValue(Frames) ?? 500;
        PsfCalibration? psf = PsfOption.Read(parsed, Psf);
        (double low, double high) = Depths(parsed.GetValue(ZRange), psf);
        return defaults with
        {
            Seed = (ulong)(parsed.GetValue(Seed) ?? 1),
            Width = width,
            Height = parsed.GetValue(Height) ?? width,
            PixelSizeNm = parsed.GetValue(PixelSize) ?? psf?.PixelSizeNm ?? defaults.PixelSizeNm,
            Psf = psf,
            MinimumZNm = low,
            MaximumZNm = high,
            PsfSigmaNm = parsed.GetValue(PsfSigma) ?? defaults.PsfSigmaNm,
            DensityPerUm2 = parsed.GetValue(Density) ?? defaults.DensityPerUm2,
            Photons = parsed.GetValue(Photons) ?? defaults.Photons,
            BackgroundPhotons = parsed.GetValue(Background) ?? defaults.BackgroundPhotons,
            WholeFrames = parsed.GetValue(WholeFrames),

            // n moves with a deviation of σ along each axis lead σ √(2 n) away.
            DriftStepNm = (parsed.GetValue(Drift) ?? 0) / Math.Sqrt(2.0 * frames),
            DriftJumpFrames = parsed.GetValue(DriftJumps) is > 0 and { } jumps ? Math.Max(1, frames / (jumps + 1)) : 0,
            Structure = parsed.GetValue(Structure) ?? SmlmStructure.Filaments,

            // The numbers of a common EMCCD; its QE is 1 as for the sCMOS, so that photons stay photo-electrons.
            Camera = kind == CameraKind.Emccd
                ? new CameraModel { Kind = kind, BaselineAdu = 100, ElectronsPerAdu = 45, EmGain = 300, ReadNoiseElectrons = 74.4 }
                : defaults.Camera,
        };
    }

    private static (double Low, double High) Depths((double Min, double Max)? asked, PsfCalibration? psf)
    {
        if (psf is null)
        {
            return asked is null ? (0, 0) : throw new CommandException(ExitCodes.Usage, "--z-range says nothing without --psf: a Gaussian PSF knows no depth.");
        }

        return asked ?? (Math.Max(-500, psf.MinimumZNm), Math.Min(500, psf.MaximumZNm));
    }

    /// <summary>Says every tenth how far it is.</summary>
    private sealed class Reporter(int frames, CommandContext context) : IProgress<int>
    {
        private readonly long _started = context.Time.GetTimestamp();
        private int _tenths;

        public void Report(int value)
        {
            int tenths = (int)(10L * value / frames);
            if (tenths > _tenths)
            {
                _tenths = tenths;
                context.Console.Error.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{value} of {frames} frames, {context.Time.GetElapsedTime(_started).TotalSeconds:f1} s"));
            }
        }
    }
}
