using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Importing;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;
using MicroscopeStream.Inference.Windows;
using MicroscopeStream.Simulator;
using MicroscopeStream.Simulator.Scenes;

namespace MicroscopeStream.Cli.Models;

/// <summary>Runs a model on simulated frames: it loads, warms up, gives finite numbers, and takes so long.</summary>
internal sealed class ModelVerifier(TimeProvider time, int frameSize, int frames)
{
    internal async Task<ModelVerification> VerifyAsync(ModelPackage model, ExecutionProvider provider, CancellationToken cancellationToken)
    {
        var verification = new ModelVerification
        {
            Id = model.Id,
            Version = model.Manifest.Version,
            Hash = model.Hash,
            FrameSize = frameSize,
            Frames = frames,
            Ok = false,
        };
        using var hosts = new ExecutionHosts(time: time);
        try
        {
            var durations = new List<double>(frames);
            (string? problem, ProviderDecision used) = await RunAsync(hosts, model, provider, durations, cancellationToken);
            durations.Sort();
            return verification with
            {
                Ok = problem is null,
                Provider = VerifiedProvider.Of(used),
                MsPerFrame = durations.Count > 0 ? Math.Round(durations[durations.Count / 2], 3) : null,
                MsPerFrameMax = durations.Count > 0 ? Math.Round(durations[^1], 3) : null,
                Problems = problem is null ? [] : [problem],
            };
        }
        catch (Exception e) when (e is ModelPackageException or ArgumentOutOfRangeException or ProviderFailedException)
        {
            return verification with { Problems = [e.Message] };
        }
    }

    private async Task<(string? Problem, ProviderDecision Used)> RunAsync(
        ExecutionHosts hosts, ModelPackage model, ExecutionProvider provider, List<double> durations, CancellationToken cancellationToken)
    {
        if (model.Manifest.Task is ModelTask.Image or ModelTask.Sim)
        {
            // What refines a reconstruction of camera frames of that size has it on the grid twice as fine.
            int edge = ModelFrameOrder.IsReconstruction(model.Manifest.Input.FrameOrder) ? 2 * frameSize : frameSize;
            using IImageNetwork images = await hosts.OpenImageAsync(model, edge, edge, provider, cancellationToken);
            return (await RunAsync(images, durations, cancellationToken), images.Provider);
        }

        using ITemporalNetwork network = await hosts.OpenAsync(model, frameSize, frameSize, provider, cancellationToken);
        return (await RunAsync(network, durations, cancellationToken), network.Provider);
    }

    private async Task<string?> RunAsync(IImageNetwork network, List<double> durations, CancellationToken cancellationToken)
    {
        ModelManifest manifest = network.Model.Manifest;
        SampleFrames sample = ModelFrameOrder.IsReconstruction(manifest.Input.FrameOrder)
            ? ReconstructionFrames.Simulate(manifest.Input, (network.Height, network.Width))
            : ImportFrames.Simulate(network.Frames, manifest.Task == ModelTask.Sim, (frameSize, frameSize));
        for (int run = 0; run < frames; run++)
        {
            for (int i = 0; i < network.Frames; i++)
            {
                sample.Frames[((run * network.Frames) + i) % sample.Frames.Count].CopyTo(network.Frame(i));
            }

            long started = time.GetTimestamp();
            await network.RunAsync(run, cancellationToken);
            durations.Add(time.GetElapsedTime(started).TotalMilliseconds);
            if (FirstNotFinite(network.Maps) is { } where)
            {
                return $"Image {run} holds a number that is not finite, in {where}. Export the network again.";
            }
        }

        return null;
    }

    private async Task<string?> RunAsync(ITemporalNetwork network, List<double> durations, CancellationToken cancellationToken)
    {
        var microscope = new SmlmMicroscope(new SmlmScene { Width = frameSize, Height = frameSize, DensityPerUm2 = 1, Seed = 1 });
        float[] photons = new float[frameSize * frameSize];
        long results = 0;
        for (int frame = 0; frame < frames; frame++)
        {
            microscope.ExpectedPhotons(frame, photons);
            network.WriteFrame(photons);
            long started = time.GetTimestamp();
            bool ready = await network.SubmitAsync(frame, cancellationToken);
            if (ready)
            {
                durations.Add(time.GetElapsedTime(started).TotalMilliseconds);
                results++;
                if (FirstNotFinite(network.Maps) is { } where)
                {
                    return $"The maps of frame {frame - network.FramesAfterTarget} hold a number that is not finite, in {where}. Export the networks again.";
                }
            }
        }

        return results > 0 ? null : $"No maps came out of {frames} frames. Run more with --frames.";
    }

    private static string? FirstNotFinite(NetworkMaps maps)
    {
        for (int channel = 0; channel < maps.Channels; channel++)
        {
            for (int y = 0; y < maps.Height; y++)
            {
                foreach (float value in maps.Row(channel, y))
                {
                    if (!float.IsFinite(value))
                    {
                        return $"channel {channel}, row {y}";
                    }
                }
            }
        }

        return null;
    }
}
