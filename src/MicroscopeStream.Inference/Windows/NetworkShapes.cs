using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;

namespace MicroscopeStream.Inference.Windows;

/// <summary>
/// What the networks put out for frames of one size, learned by running them once on zeros; tiles of one shape share it.
/// </summary>
internal sealed class NetworkShapes : IDisposable
{
    private NetworkShapes(int height, int width, long[] maps, PinnedTensor[] missing) =>
        (Height, Width, Maps, Missing) = (height, width, maps, missing);

    /// <summary>Padded rows of a frame.</summary>
    public int Height { get; }

    /// <summary>Padded columns of a frame.</summary>
    public int Width { get; }

    /// <summary>Shape of the maps, [1, channels, y, x].</summary>
    public long[] Maps { get; }

    /// <summary>
    /// What stands for a missing frame among the features, one tensor for each; none when there are no features. Never written.
    /// </summary>
    public PinnedTensor[] Missing { get; }

    /// <summary>Runs the networks once.</summary>
    /// <exception cref="ProviderFailedException">The provider cannot run the networks at that size.</exception>
    public static NetworkShapes Probe(NetworkPlan plan, IReadOnlyDictionary<string, GraphSession> sessions, int height, int width)
    {
        GraphSession maps = sessions[plan.MapsGraph];
        if (plan.States.Length > 0)
        {
            using var input = new PinnedTensor([1, 1, height, width]);
            PinnedTensor[] states = [.. plan.States.Select(state => new PinnedTensor(StateShape(state, height, width)))];
            try
            {
                var inputs = states.Select((tensor, i) => (plan.States[i].Name, tensor)).Append((plan.Input, input));
                return new NetworkShapes(height, width, maps.RunOnce(inputs, [plan.MapsOutput])[0].Shape, []);
            }
            finally
            {
                Array.ForEach(states, one => one.Dispose());
            }
        }

        if (plan.FeatureGraph is null)
        {
            using var window = new PinnedTensor(plan.ChannelsLast ? [1, height, width, 1] : [1, plan.Model.Manifest.Input.Frames, height, width]);
            long[] shape = maps.RunOnce([(plan.Input, window)], [plan.MapsOutput])[0].Shape;
            return new NetworkShapes(height, width, plan.ChannelsLast ? ChannelsFirst(shape) : shape, []);
        }

        using var frame = new PinnedTensor([1, 1, height, width]);
        bool keep = plan.Model.Manifest.Input.MissingFrame == MissingFrame.ZeroFrame;
        (long[] Shape, float[] Values)[] features = sessions[plan.FeatureGraph].RunOnce([(plan.Input, frame)], plan.Features);
        PinnedTensor[] missing = [.. features.Select(one => Fill(one.Shape, one.Values))];
        try
        {
            var nothing = plan.Context.Select(one => (one.Name, missing[one.Feature]));
            return new NetworkShapes(height, width, maps.RunOnce(nothing, [plan.MapsOutput])[0].Shape, missing);
        }
        catch
        {
            Array.ForEach(missing, one => one.Dispose());
            throw;
        }

        PinnedTensor Fill(long[] shape, float[] ofZeroFrame)
        {
            var tensor = new PinnedTensor(shape);
            if (keep)
            {
                ofZeroFrame.CopyTo(tensor.Span);
            }

            return tensor;
        }
    }

    private static long[] ChannelsFirst(long[] shape) => shape.Length == 4 ? [shape[0], shape[3], shape[1], shape[2]] : shape;

    /// <summary>Shape of a recurrent network's state for frames of a padded size.</summary>
    public static long[] StateShape(GraphInput state, int height, int width) => [1, state.Channels, height / state.Stride, width / state.Stride];

    /// <summary>Compares the maps with the manifest.</summary>
    /// <exception cref="ModelPackageException">They have another shape.</exception>
    public void Check(ModelPackage model)
    {
        ModelOutput output = model.Manifest.Output;
        long[] wanted = [1, output.Channels.Count, Height * output.Upscale, Width * output.Upscale];
        if (!Maps.SequenceEqual(wanted))
        {
            throw new ModelPackageException([new(
                Path.Combine(model.Folder, ModelPackageLoader.ManifestName),
                "output",
                $"describes maps of [{string.Join(", ", wanted)}] for frames of {Height} × {Width}, " +
                $"but the network gives [{string.Join(", ", Maps)}].",
                "Mend output.channels or output.upscale, or input.size.multiple.")]);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(Missing, one => one.Dispose());
}
