using System.Runtime.InteropServices;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Calibration;
using MicroscopeStream.Imaging.Resampling;
using MicroscopeStream.Inference.Importing;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Simulator;
using MicroscopeStream.Simulator.Scenes;
using MicroscopeStream.StructuredIllumination.Orders;
using MicroscopeStream.StructuredIllumination.Reconstruction;

namespace MicroscopeStream.Cli.Models;

/// <summary>What a network that refines reconstructions of structured illumination is tried on: reconstructions of simulated frames.</summary>
internal static class ReconstructionFrames
{
    private const int UsualEdge = 256;
    private const int LeastCameraEdge = 48;
    private const int Groups = 2;

    /// <summary>Reconstruction and widefield image of two groups, on the grid twice as fine, photons per camera pixel.</summary>
    /// <param name="input">What the network says of its input.</param>
    /// <param name="size">Height and width on that grid; null: 256 × 256 px.</param>
    internal static SampleFrames Simulate(ModelInput input, (int Height, int Width)? size) => Simulate(input.FrameOrder, input.Phases, size);

    /// <summary>The same.</summary>
    /// <param name="order">A frame order that is a reconstruction.</param>
    /// <param name="phases">Which phases it is made of.</param>
    /// <param name="size">Height and width on that grid; null: 256 × 256 px.</param>
    internal static SampleFrames Simulate(string order, string phases, (int Height, int Width)? size)
    {
        (int height, int width) = size ?? (UsualEdge, UsualEdge);
        var microscope = new SimMicroscope(new SimScene
        {
            Width = Math.Max(LeastCameraEdge, (width + 1) / 2),
            Height = Math.Max(LeastCameraEdge, (height + 1) / 2),
            Seed = 7,
        });
        PixelGrid camera = microscope.Scene.Grid, fine = new(2 * camera.Width, 2 * camera.Height, camera.PixelSizeNm / 2);
        FrameOrder frames = microscope.Pattern.Order;
        int[] taken = [.. Enumerable.Range(0, frames.FramesPerImage).Where(n => phases == ModelFrameOrder.EveryPhase || frames.RoleOf(n).Phase == 0)];
        var images = new List<float[]>();
        for (int group = 0; group < Groups; group++)
        {
            float[][] photons = [.. Enumerable.Range(0, frames.FramesPerImage).Select(n => Expose(microscope, (group * frames.FramesPerImage) + n))];
            float[] reconstruction = new float[fine.PixelCount], widefield = new float[fine.PixelCount];
            Reconstruct(microscope, order, taken, photons, reconstruction);
            new GridDoubler(camera.Width, camera.Height).Apply(Mean([.. taken.Select(n => photons[n])]), widefield);
            images.Add(Cut(reconstruction, fine, height, width));
            images.Add(Cut(widefield, fine, height, width));
        }

        return new SampleFrames("simulated filaments, reconstructed", height, width, images);
    }

    private static void Reconstruct(SimMicroscope microscope, string order, int[] taken, float[][] photons, float[] result)
    {
        PixelGrid camera = microscope.Scene.Grid;
        if (order == ModelFrameOrder.Wiener)
        {
            new WienerReconstructor(camera, microscope.Pattern, microscope.Transfer).Reconstruct([.. photons.SelectMany(frame => frame)], result);
            return;
        }

        var reconstructor = new RichardsonLucyReconstructor(camera, microscope.Pattern, microscope.Transfer, frames: taken);
        foreach (int n in taken)
        {
            reconstructor.Add(n, photons[n]);
        }

        reconstructor.Render(result);
    }

    private static float[] Expose(SimMicroscope microscope, long frame)
    {
        int pixels = microscope.Scene.Grid.PixelCount;
        (ushort[] adu, float[] photons) = (new ushort[pixels], new float[pixels]);
        microscope.Expose(frame, adu);
        new PhotonConverter(microscope.Scene.Camera, PixelType.UInt16, pixels).Convert(MemoryMarshal.AsBytes(adu.AsSpan()), photons);
        return photons;
    }

    private static float[] Mean(float[][] frames) => [.. Enumerable.Range(0, frames[0].Length).Select(i => frames.Average(frame => frame[i]))];

    private static float[] Cut(float[] image, PixelGrid grid, int height, int width) =>
        [.. Enumerable.Range(0, height).SelectMany(y => image.AsSpan(y * grid.Width, width).ToArray())];
}
