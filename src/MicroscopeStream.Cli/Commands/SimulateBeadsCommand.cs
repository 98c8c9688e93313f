using System.CommandLine;
using System.Globalization;
using MicroscopeStream.Simulator.Beads;
using MicroscopeStream.Simulator.Optics;

namespace MicroscopeStream.Cli.Commands;

/// <summary><c>mstream simulate beads</c>: writes a simulated bead stack with its ground truth.</summary>
internal static class SimulateBeadsCommand
{
    private static readonly Option<string> Out = SimulateOutput.Folder("beads.tif, ground-truth.csv, camera.json and description.json");
    private static readonly Option<int?> Seed = SimulateOutput.Seed();
    private static readonly Option<int?> Width = Numbers.Whole("--width", "Columns. [default: 200]", 32, "PX");
    private static readonly Option<int?> Height = Numbers.Whole("--height", "Rows. [default: the width]", 32, "PX");
    private static readonly Option<double?> PixelSize = Numbers.Real("--pixel-size", "Edge of a pixel in the sample. [default: 100]", 0, exclusive: true);
    private static readonly Option<int?> Beads = Numbers.Whole("--beads", "Beads, as far as they find room. [default: 16]", 1);
    private static readonly Option<double?> Photons = Numbers.Real("--photons", "Mean photons of a bead in a slice. [default: 40000]", 0, exclusive: true, unit: "N");
    private static readonly Option<double?> Background = Numbers.Real("--background", "Background photons per pixel. [default: 20]", 0, unit: "N");
    private static readonly Option<double?> ZStep = Numbers.Real("--z-step", "From slice to slice. [default: 20]", 0, exclusive: true);

    private static readonly Option<(double Min, double Max)?> ZRange = Numbers.Range(
        "--z-range", "Depths of the first and the last slice. [default: -800:800]");

    private static readonly Option<double?> Astigmatism = Numbers.Real(
        "--astigmatism", "Strength of the cylindrical lens, nm of wavefront, root mean square. [default: 70]", 0);

    private static readonly Option<double?> NumericalAperture = Numbers.Real("--na", "Numerical aperture. [default: 1.4]", 0, exclusive: true, unit: "N");
    private static readonly Option<double?> Wavelength = Numbers.Real("--wavelength", "Wavelength of emission. [default: 680]", 0, exclusive: true);
    private static readonly Option<int?> Saturation = Numbers.Whole("--saturation", "Level at which the camera saturates. [default: 65535]", 1, "ADU");

    internal static Command Create(CommandContext context)
    {
        var beads = new Command("beads", "Beads on glass, focused through behind a cylindrical lens, for calibrating a PSF. From wave optics: no Gaussian.")
        {
            Out, Seed, Width, Height, PixelSize, Beads, Photons, Background, ZRange, ZStep, Astigmatism, NumericalAperture, Wavelength, Saturation,
        };
        beads.SetAction((parsed, cancellationToken) => Task.FromResult(Run(parsed, context, cancellationToken)));
        return beads;
    }

    private static int Run(ParseResult parsed, CommandContext context, CancellationToken cancellationToken) =>
        SimulateOutput.Write(parsed.GetValue(Out)!, context, folder =>
        {
            BeadScene scene = Scene(parsed);
            int beads = BeadStackWriter.Write(folder, scene, cancellationToken: cancellationToken);
            if (beads < scene.Beads)
            {
                context.Console.Error.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"warning: {beads} of {scene.Beads} beads found room {scene.SpacingNm} nm apart; a larger field holds more."));
            }

            return string.Create(
                CultureInfo.InvariantCulture, $"{scene.Slices} slices of {scene.Width} × {scene.Height} px, {scene.ZStepNm} nm apart, with {beads} beads");
        });

    private static BeadScene Scene(ParseResult parsed)
    {
        var defaults = new BeadScene();
        var optics = new PupilOptics();
        int width = parsed.GetValue(Width) ?? defaults.Width;
        (double first, double last) = parsed.GetValue(ZRange) ?? (defaults.FirstZNm, defaults.LastZNm);
        return defaults with
        {
            Seed = (ulong)(parsed.GetValue(Seed) ?? 1),
            Width = width,
            Height = parsed.GetValue(Height) ?? width,
            PixelSizeNm = parsed.GetValue(PixelSize) ?? defaults.PixelSizeNm,
            Beads = parsed.GetValue(Beads) ?? defaults.Beads,
            Photons = parsed.GetValue(Photons) ?? defaults.Photons,
            BackgroundPhotons = parsed.GetValue(Background) ?? defaults.BackgroundPhotons,
            FirstZNm = first,
            LastZNm = last,
            ZStepNm = parsed.GetValue(ZStep) ?? defaults.ZStepNm,
            SaturationAdu = parsed.GetValue(Saturation) ?? defaults.SaturationAdu,
            Optics = optics with
            {
                AstigmatismNm = parsed.GetValue(Astigmatism) ?? optics.AstigmatismNm,
                NumericalAperture = parsed.GetValue(NumericalAperture) ?? optics.NumericalAperture,
                WavelengthNm = parsed.GetValue(Wavelength) ?? optics.WavelengthNm,
            },
        };
    }
}
