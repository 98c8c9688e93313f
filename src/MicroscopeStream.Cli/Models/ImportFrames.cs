using System.Runtime.InteropServices;
using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Calibration;
using MicroscopeStream.Imaging.Tiff;
using MicroscopeStream.Inference.Importing;
using MicroscopeStream.Simulator;
using MicroscopeStream.Simulator.Scenes;

namespace MicroscopeStream.Cli.Models;

/// <summary>Frames that an imported network is tried on: a file's, or simulated ones.</summary>
internal static class ImportFrames
{
    private const int SimulatedEdge = 128;

    /// <summary>The first frames of a file, in photons.</summary>
    /// <param name="path">The file.</param>
    /// <param name="camera">The camera; null: estimated from the frames.</param>
    /// <param name="most">Most frames to read.</param>
    /// <param name="warn">Gets what there is to know about the file.</param>
    /// <exception cref="CommandException">It cannot be read.</exception>
    internal static SampleFrames Read(string path, CameraModel? camera, int most, Action<string> warn)
    {
        try
        {
            using TiffReader reader = TiffReader.Open(path);
            int pixels = reader.Width * reader.Height;
            byte[][] raw = [.. Enumerable.Range(0, Math.Min(most, reader.PageCount)).Select(page =>
            {
                byte[] bytes = new byte[reader.BytesPerPage];
                reader.ReadPage(page, bytes);
                return bytes;
            })];
            if (camera is null)
            {
                var estimator = new CameraEstimator(reader.Width, reader.Height, reader.PixelType);
                Array.ForEach(raw, page => estimator.Add(page));
                CameraEstimate estimate = estimator.Estimate();
                camera = estimate.Camera;
                warn(estimate.Warning);
            }
            else if (camera.Validate(pixels) is [var problem, ..])
            {
                throw new CommandException(
                    ExitCodes.BadInput, $"The camera description does not fit {path}: {problem.Field} is {problem.Value}, expected {problem.Expected}.");
            }

            var converter = new PhotonConverter(camera, reader.PixelType, pixels);
            return new SampleFrames(Path.GetFileName(path), reader.Height, reader.Width, [.. raw.Select(page =>
            {
                float[] photons = new float[pixels];
                converter.Convert(page, photons);
                return photons;
            })]);
        }
        catch (FileNotFoundException e)
        {
            throw new CommandException(ExitCodes.BadInput, $"{path} does not exist. Check the path.", e);
        }
        catch (Exception e) when (e is TiffFormatException or IOException or UnauthorizedAccessException)
        {
            throw Failures.Unreadable(path, e, $"{path}: {e.Message}");
        }
    }

    /// <summary>Simulated filaments with camera noise, evenly lit, or under the patterns that a network of structured illumination wants.</summary>
    /// <param name="frames">Frames of the network.</param>
    /// <param name="patterned">Whether patterns light them.</param>
    /// <param name="size">Height and width; null: 128 × 128 px.</param>
    internal static SampleFrames Simulate(int frames, bool patterned, (int Height, int Width)? size)
    {
        string order = frames % 5 == 0 ? "3x5" : "3x3";
        (int height, int width) = size ?? (SimulatedEdge, SimulatedEdge);
        var scene = new SimScene { Width = width, Height = height, Order = order, Seed = 7 };
        var microscope = new SimMicroscope(patterned ? scene : scene with { Modulation = 0, SecondModulation = 0 });
        var converter = new PhotonConverter(scene.Camera, PixelType.UInt16, width * height);

        // A network of one phase of each angle gets the first of each.
        int step = patterned && frames == microscope.Pattern.Order.Angles ? microscope.Pattern.Frames / frames : 1;
        ushort[] adu = new ushort[width * height];
        return new SampleFrames("simulated filaments", height, width, [.. Enumerable.Range(0, 2 * frames).Select(i =>
        {
            float[] photons = new float[width * height];
            microscope.Expose((long)i * step, adu);
            converter.Convert(MemoryMarshal.AsBytes(adu.AsSpan()), photons);
            return photons;
        })]);
    }
}
