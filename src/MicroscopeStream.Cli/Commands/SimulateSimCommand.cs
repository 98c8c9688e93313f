using System.CommandLine;
using System.Globalization;
using MicroscopeStream.Simulator.Output;
using MicroscopeStream.Simulator.Scenes;

namespace MicroscopeStream.Cli.Commands;

/// <summary><c>mstream simulate sim</c>: writes a simulated structured-illumination acquisition with its ground truth.</summary>
internal static class SimulateSimCommand
{
    private static readonly Option<string> Out = SimulateOutput.Folder("frames.tif, truth.tif, camera.json and description.json");
    private static readonly Option<int?> Seed = SimulateOutput.Seed();
    private static readonly Option<int?> Groups = Numbers.Whole("--groups", "Number of groups of frames. [default: 1]", 1);
    private static readonly Option<int?> Width = Numbers.Whole("--width", "Columns. [default: 256]", 32, "PX");
    private static readonly Option<int?> Height = Numbers.Whole("--height", "Rows. [default: the width]", 32, "PX");
    private static readonly Option<double?> PixelSize = Numbers.Real("--pixel-size", "Edge of a pixel in the sample. [default: 80]", 0, exclusive: true);
    private static readonly Option<double?> Wavelength = Numbers.Real("--wavelength", "Wavelength of emission. [default: 525]", 0, exclusive: true);
    private static readonly Option<double?> Na = Numbers.Real("--na", "Numerical aperture. [default: 1.4]", 0, exclusive: true, unit: "X");
    private static readonly Option<double?> Photons = Numbers.Real(
        "--photons", "Expected photons of the brightest widefield pixel in a frame. [default: 1000]", 0, exclusive: true, unit: "N");
    private static readonly Option<double?> Background = Numbers.Real(
        "--background", "Photons of an even background per pixel and frame. [default: 10]", 0, unit: "N");
    private static readonly Option<double?> Modulation = Numbers.Real("--modulation", "Modulation depth of order 1, 0 to 1. [default: 0.8]", 0, unit: "X");
    private static readonly Option<double?> PhaseError = Numbers.Real(
        "--phase-error", "Standard deviation of the error of each phase. [default: 0]", 0, unit: "RAD");

    private static readonly Option<string?> Order = new("--order")
    {
        Description = "Frame order: hex7, 3x3, 3x5, omx, elyra, fairsim, or axes such as phase=5,angle=3. [default: 3x3]",
        HelpName = "ORDER",
    };

    private static readonly Option<SimStructure?> Structure = Numbers.Choice(
        "--structure",
        "What fluoresces. [default: filaments]",
        ("filaments", SimStructure.Filaments),
        ("tubes", SimStructure.Tubes),
        ("vesicles", SimStructure.Vesicles),
        ("points", SimStructure.Points),
        ("grid", SimStructure.Grid),
        ("star", SimStructure.SiemensStar));

    internal static Command Create(CommandContext context)
    {
        var sim = new Command("sim", "Structured illumination: an object under moving patterns, with the truth at twice the resolution.")
        {
            Out, Seed, Groups, Width, Height, PixelSize, Wavelength, Na, Order, Structure, Photons, Background, Modulation, PhaseError,
        };
        sim.SetAction((parsed, cancellationToken) => Task.FromResult(Run(parsed, context, cancellationToken)));
        return sim;
    }

    private static int Run(ParseResult parsed, CommandContext context, CancellationToken cancellationToken) =>
        SimulateOutput.Write(parsed.GetValue(Out)!, context, folder =>
        {
            SimDescription made = SimSimulationWriter.Write(folder, Scene(parsed), parsed.GetValue(Groups) ?? 1, cancellationToken);
            return string.Create(
                CultureInfo.InvariantCulture, $"{made.Frames} frames of {made.Scene.Width} × {made.Scene.Height} px, order {made.Scene.Order}");
        });

    private static SimScene Scene(ParseResult parsed)
    {
        var defaults = new SimScene();
        int width = parsed.GetValue(Width) ?? defaults.Width;
        return defaults with
        {
            Seed = (ulong)(parsed.GetValue(Seed) ?? 1),
            Width = width,
            Height = parsed.GetValue(Height) ?? width,
            PixelSizeNm = parsed.GetValue(PixelSize) ?? defaults.PixelSizeNm,
            WavelengthNm = parsed.GetValue(Wavelength) ?? defaults.WavelengthNm,
            NumericalAperture = parsed.GetValue(Na) ?? defaults.NumericalAperture,
            Order = parsed.GetValue(Order) ?? defaults.Order,
            Structure = parsed.GetValue(Structure) ?? defaults.Structure,
            Photons = parsed.GetValue(Photons) ?? defaults.Photons,
            BackgroundPhotons = parsed.GetValue(Background) ?? defaults.BackgroundPhotons,
            Modulation = parsed.GetValue(Modulation) ?? defaults.Modulation,
            PhaseErrorRad = parsed.GetValue(PhaseError) ?? defaults.PhaseErrorRad,
        };
    }
}
