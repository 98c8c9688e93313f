using MicroscopeStream.Inference.Packages;

namespace MicroscopeStream.Inference.Windows;

/// <summary>How a model's networks work together, read from its manifest.</summary>
internal sealed class NetworkPlan
{
    /// <summary>Channels last, as Keras and TensorFlow write networks.</summary>
    public const string Nhwc = "NHWC";

    private NetworkPlan(ModelPackage model)
    {
        Model = model;
        (string mapsGraph, ModelGraph last) = model.Manifest.Graphs.Single(
            graph => graph.Value.Outputs.Any(output => output.Is == GraphOutputKind.Maps));
        MapsGraph = mapsGraph;
        MapsOutput = last.Outputs.Single(output => output.Is == GraphOutputKind.Maps).Name;
        FeatureGraph = model.Manifest.Graphs.Keys.SingleOrDefault(name => name != mapsGraph);
        if (FeatureGraph is null)
        {
            Input = last.Inputs.Single(input => input.Is != GraphInputKind.State).Name;
            States = [.. last.Inputs.Where(input => input.Is == GraphInputKind.State)];
            return;
        }

        ModelGraph first = model.Manifest.Graphs[FeatureGraph];
        Input = first.Inputs[0].Name;
        Features = [.. first.Outputs.Select(output => output.Name)];
        Context = [.. last.Inputs.Select(PlaceOf)];

        (string Name, int Feature, int Position) PlaceOf(GraphInput input) =>
            (input.Name, input.From is null ? 0 : Array.IndexOf(Features, input.From), model.Manifest.Input.Target + input.Offset);
    }

    /// <summary>The model.</summary>
    public ModelPackage Model { get; }

    /// <summary>Whether the network has its channels last. There is only one of each then, so that memory lies alike.</summary>
    public bool ChannelsLast => Model.Manifest.Input.Layout == Nhwc;

    /// <summary>The graph that sees single frames; null when there is only one graph.</summary>
    public string? FeatureGraph { get; }

    /// <summary>The graph that puts out the maps.</summary>
    public string MapsGraph { get; }

    /// <summary>The input that takes pixels, of the feature graph if there is one.</summary>
    public string Input { get; }

    /// <summary>The feature graph's outputs.</summary>
    public string[] Features { get; } = [];

    /// <summary>The maps graph's inputs: name, index of the feature, position in the window.</summary>
    public (string Name, int Feature, int Position)[] Context { get; } = [];

    /// <summary>The maps graph's states, of a recurrent network.</summary>
    public GraphInput[] States { get; } = [];

    /// <summary>The maps graph's output.</summary>
    public string MapsOutput { get; }

    /// <summary>Plans a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="images">Whether whole windows go in (<see cref="IImageNetwork"/>), so that numbers can be taken from the frames.</param>
    /// <exception cref="ModelPackageException">The model is valid but asks for what this version cannot do.</exception>
    public static NetworkPlan For(ModelPackage model, bool images = false)
    {
        string file = Path.Combine(model.Folder, ModelPackageLoader.ManifestName);
        ModelPackageProblem[] problems = [.. Limits(model.Manifest, images).Select(
            limit => new ModelPackageProblem(file, limit.Field, limit.Message, limit.Remedy))];
        return problems.Length == 0 ? new NetworkPlan(model) : throw new ModelPackageException(problems);
    }

    private static IEnumerable<(string Field, string Message, string Remedy)> Limits(ModelManifest manifest, bool images)
    {
        ModelInput input = manifest.Input;
        if (input.Upsampling != 1)
        {
            yield return (
                "input.upsampling",
                $"is {input.Upsampling}, which this version cannot do.",
                "Export the network with the upsampling inside.");
        }

        if (!images && input.Normalization.Scope != NormalizationScope.Constant)
        {
            yield return (
                "input.normalization",
                "takes its numbers from the frames, which only models of the tasks image and sim can do.",
                "Use photons, anscombe or constants with the scope constant.");
        }

        if (input.Layout != manifest.Output.Layout || (input.Layout == Nhwc && (input.Frames > 1 || manifest.Output.Channels.Count > 1)))
        {
            yield return (
                "input.layout",
                $"is {input.Layout} for {input.Frames} frames, that of the output {manifest.Output.Layout} for {manifest.Output.Channels.Count} channels.",
                "Channels last (NHWC) run where one frame becomes one image, on both sides alike; export other networks with channels first (NCHW).");
        }

        string[] seeFrames = [.. manifest.Graphs.Where(
            graph => graph.Value.Inputs.All(one => one.Is == GraphInputKind.Frame)).Select(graph => graph.Key)];
        string[] seeWindows = [.. manifest.Graphs.Where(
            graph => graph.Value.Inputs.All(one => one.Is == GraphInputKind.Window)).Select(graph => graph.Key)];
        string[] seeFeatures = [.. manifest.Graphs.Where(
            graph => graph.Value.Inputs.All(one => one.Is == GraphInputKind.Features)).Select(graph => graph.Key)];
        bool two = manifest.Graphs.Count == 2 && seeFrames.Length == 1 && seeFeatures.Length == 1
            && manifest.Graphs[seeFrames[0]].Inputs.Count == 1
            && manifest.Graphs[seeFrames[0]].Outputs.All(output => output.Is == GraphOutputKind.Features);
        bool one = manifest.Graphs.Count == 1 && manifest.Graphs.Values.Single().Inputs.Count == 1
            && (seeWindows.Length == 1 || (seeFrames.Length == 1 && input.Frames == 1));
        bool recurrent = manifest.Graphs.Count == 1 && input.Frames == 1
            && manifest.Graphs.Values.Single().Inputs.Count(one => one.Is == GraphInputKind.Frame) == 1
            && manifest.Graphs.Values.Single().Inputs.All(one => one.Is is GraphInputKind.Frame or GraphInputKind.State);
        if (!two && !one && !recurrent)
        {
            yield return (
                "graphs",
                "fit together in a way that this version cannot run.",
                "It runs one network with one input (the window, or the frame of a one-frame window), a recurrent one with a frame and its states, " +
                "or a per-frame network with one input and a second one that takes its features.");
        }
    }
}
