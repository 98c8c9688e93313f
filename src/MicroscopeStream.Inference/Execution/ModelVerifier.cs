using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;
using MicroscopeStream.Inference.Windows;

namespace MicroscopeStream.Inference.Execution;

/// <summary>What came of trying a model.</summary>
/// <param name="Height">Rows of the frames that it was tried with.</param>
/// <param name="Width">Columns of the frames that it was tried with.</param>
/// <param name="Frames">Frames that went in; as many maps came out.</param>
/// <param name="MillisecondsPerFrame">Time of one frame's run, ms.</param>
/// <param name="Provider">What ran it.</param>
public sealed record ModelVerification(int Height, int Width, int Frames, double MillisecondsPerFrame, ProviderDecision Provider);

/// <summary>Tries a model for real: what a loaded package promises, its networks must keep.</summary>
public static class ModelVerifier
{
    /// <summary>Runs a model on simulated light (uniform background with noise) and looks at what comes out.</summary>
    /// <param name="model">The model.</param>
    /// <param name="hosts">Where it runs.</param>
    /// <param name="requested">What should run it.</param>
    /// <param name="cancellationToken">Looked at between frames.</param>
    /// <exception cref="ModelPackageException">The model cannot be opened, lost a frame, or gave values that are no numbers.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static async Task<ModelVerification> VerifyAsync(
        ModelPackage model, ExecutionHosts hosts, ExecutionProvider requested, CancellationToken cancellationToken)
    {
        ModelInput input = model.Manifest.Input;

        // One pixel less than a multiple, so that padding is tried too, where the model has any.
        (int height, int width) = input.Size.Pad(Math.Min(64, input.Size.Maximum), Math.Min(64, input.Size.Maximum));
        height -= input.Size.Multiple > 1 ? 1 : 0;
        using ITemporalNetwork network = await hosts.OpenAsync(model, height, width, requested, cancellationToken).ConfigureAwait(false);
        var random = new Random(1);
        int frames = input.Frames + 3, results = 0;
        for (int i = 0; i < frames; i++)
        {
            for (int y = 0; y < height; y++)
            {
                Fill(network.InputRow(y), random);
            }

            results += await network.SubmitAsync(i, cancellationToken).ConfigureAwait(false) ? CheckMaps(network) : 0;
        }

        while (await network.FlushAsync(cancellationToken).ConfigureAwait(false))
        {
            results += CheckMaps(network);
        }

        return results == frames
            ? new ModelVerification(height, width, frames, network.MillisecondsPerFrame, network.Provider)
            : throw Fault(
                model, "graphs", $"gave {results} maps for {frames} frames.", "This is a fault of the service; please report it.");
    }

    private static void Fill(Span<float> row, Random random)
    {
        foreach (ref float value in row)
        {
            value = 20 + (8 * random.NextSingle());
        }
    }

    private static int CheckMaps(ITemporalNetwork network)
    {
        NetworkMaps maps = network.Maps;
        for (int channel = 0; channel < maps.Channels; channel++)
        {
            for (int y = 0; y < maps.Height; y++)
            {
                foreach (float value in maps.Row(channel, y))
                {
                    if (!float.IsFinite(value))
                    {
                        string name = network.Model.Manifest.Output.Channels[channel].Name;
                        throw Fault(
                            network.Model,
                            $"output.channels[{channel}]",
                            $"('{name}') holds {value}.",
                            "Train or export the network again.");
                    }
                }
            }
        }

        return 1;
    }

    private static ModelPackageException Fault(ModelPackage model, string field, string message, string remedy) =>
        new([new(Path.Combine(model.Folder, ModelPackageLoader.ManifestName), field, message, remedy)]);
}
