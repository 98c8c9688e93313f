using System.CommandLine;
using MicroscopeStream.Cli.Sources;
using MicroscopeStream.Client;
using MicroscopeStream.Simulator.Scenes;
using MicroscopeStream.StructuredIllumination.Orders;

namespace MicroscopeStream.Cli.Commands;

/// <summary>What the demo's microscope can look at, beside the filaments of a localization microscope.</summary>
internal enum DemoSample
{
    /// <summary>Blinking emitters on filaments.</summary>
    Filaments,

    /// <summary>Filaments under the moving patterns of structured illumination.</summary>
    Sim,

    /// <summary>Filaments that move.</summary>
    Living,
}

/// <summary>A sample with the request that suits it.</summary>
/// <param name="Source">The microscope.</param>
/// <param name="Request">What is asked of the service.</param>
/// <param name="About">For people.</param>
internal sealed record DemoScene(SimulatedCameraSource Source, AcquisitionRequest Request, string About)
{
    /// <summary>The method where none was chosen; null: the first localization model.</summary>
    public static string? MethodFor(DemoSample sample) => sample switch
    {
        DemoSample.Sim => "wiener",
        DemoSample.Living => "sliding",
        _ => null,
    };

    /// <summary>A scene of the sample.</summary>
    /// <param name="sample">Not <see cref="DemoSample.Filaments"/>.</param>
    /// <param name="method">The method.</param>
    /// <param name="frames">Frames wanted; structured illumination rounds up to whole groups.</param>
    /// <param name="seed">Seed of everything random.</param>
    /// <param name="rate">Frames per second; null: as fast as they are taken.</param>
    /// <param name="parsed">The command line.</param>
    public static DemoScene Make(DemoSample sample, string method, long frames, int seed, double? rate, ParseResult parsed)
    {
        if (sample == DemoSample.Sim)
        {
            var scene = new SimScene { Seed = (ulong)seed };
            int group = FrameOrder.Parse(scene.Order).FramesPerGroup;
            SimulatedCameraSource source = SimulatedCameraSource.Of(scene, (frames + group - 1) / group * group);
            return new DemoScene(
                source,
                StreamOptions.Request(source, scene.PixelSizeNm, method, rate, parsed) with
                {
                    FrameOrder = scene.Order,
                    EmissionWavelengthNm = scene.WavelengthNm,
                    NumericalAperture = scene.NumericalAperture,
                },
                FormattableString.Invariant($"{scene.Width} × {scene.Height} px of {scene.PixelSizeNm} nm under structured illumination, order {scene.Order}, {source.FrameCount} frames"));
        }

        var living = new VideoScene { Seed = (ulong)seed, FrameRate = rate ?? new VideoScene().FrameRate };
        SimulatedCameraSource moving = SimulatedCameraSource.Of(living, frames);
        return new DemoScene(
            moving,
            StreamOptions.Request(moving, living.PixelSizeNm, method, rate, parsed),
            FormattableString.Invariant($"{living.Width} × {living.Height} px of {living.PixelSizeNm} nm, a sample that moves at {living.SpeedNmPerS} nm per second, {frames} frames"));
    }
}
