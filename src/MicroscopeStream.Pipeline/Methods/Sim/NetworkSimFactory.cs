using MicroscopeStream.Core.Frames;
using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;
using MicroscopeStream.Inference.Windows;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.StructuredIllumination.Orders;

namespace MicroscopeStream.Pipeline.Methods.Sim;

/// <summary>
/// Offers one model of the task sim as a method: a network that makes an image of a whole group (<c>angle,phase</c>) or of the first
/// phase of each angle (<c>angle</c>), which may come alone or as part of a whole group.
/// </summary>
public sealed class NetworkSimFactory : IMethodFactory
{
    private readonly ModelPackage _model;
    private readonly ExecutionHosts _hosts;
    private readonly TimeProvider _time;

    /// <summary>Makes a factory.</summary>
    /// <param name="model">A model of the task sim.</param>
    /// <param name="hosts">Where networks run.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ArgumentException">The model is for another task or frame order, or not of a grid twice as fine; the message says why.</exception>
    public NetworkSimFactory(ModelPackage model, ExecutionHosts hosts, TimeProvider time)
    {
        ModelManifest manifest = model.Manifest;
        if (manifest.Task != ModelTask.Sim)
        {
            throw new ArgumentException($"Model {model.Id} is for {manifest.Task}, not for structured illumination.", nameof(model));
        }

        if (manifest.Input.FrameOrder is not (ModelFrameOrder.AnglePhase or ModelFrameOrder.Angle))
        {
            throw new ArgumentException(
                $"input.frame_order is {manifest.Input.FrameOrder}; models of structured illumination take {ModelFrameOrder.Angle} or {ModelFrameOrder.AnglePhase}.", nameof(model));
        }

        if (manifest.Output.Upscale != 2)
        {
            throw new ArgumentException(
                $"output.upscale is {manifest.Output.Upscale}; images of structured illumination lie on a grid twice as fine (upscale 2).", nameof(model));
        }

        (_model, _hosts, _time) = (model, hosts, time);
        Description = new MethodDescription { Id = manifest.Id, Version = manifest.Version, Task = "sim", Title = manifest.Title };
    }

    /// <inheritdoc/>
    public MethodDescription Description { get; }

    /// <inheritdoc/>
    public MethodDescription Describe(SessionSpecification specification) =>
        SimAcquisition.Read(specification, [])!.Group(rolling: false) is { } group
            ? Description with { WindowFrames = group.Frames, Group = group }
            : Description;

    /// <inheritdoc/>
    public IReadOnlyList<SpecificationProblem> Check(SessionSpecification specification)
    {
        List<SpecificationProblem> problems = [.. MethodParameters.None(specification)];
        if (SimAcquisition.Read(specification, problems) is not { } acquisition)
        {
            return problems;
        }

        FrameOrder order = acquisition.Order;
        if (PlacesOf(order) is null)
        {
            int frames = _model.Manifest.Input.Frames;
            bool one = _model.Manifest.Input.FrameOrder == ModelFrameOrder.Angle;
            problems.Add(new SpecificationProblem(
                "invalid-value", "acquisition.frame_order", order.Name,
                one ? $"{frames} angles, of whose phases the first is taken" : $"{frames} frames of a group, all phases of every angle",
                $"Its {order.Angles} angles × {order.Phases} phases do not fit {_model.Id}: choose a network made for {order.Name}, or the method wiener."));
        }

        if (NetworkMethods.SizeProblem((height, width) => _hosts.ThrowIfTooLarge(_model, height, width), specification.Acquisition) is { } problem)
        {
            problems.Add(problem);
        }

        return problems;
    }

    /// <inheritdoc/>
    public IReadOnlyList<Notice> Warn(SessionSpecification specification) =>
        [.. NetworkMethods.OutsideDomain(_model, specification.Acquisition)];

    /// <inheritdoc/>
    public async ValueTask<PreparedMethod> PrepareAsync(SessionSpecification specification, CancellationToken cancellationToken)
    {
        SimAcquisition acquisition = SimAcquisition.Read(specification, [])!;
        PixelGrid frame = acquisition.Frame;
        IImageNetwork network = await NetworkMethods.OpenAsync(
            _model,
            () => _hosts.OpenImageAsync(
                _model, frame.Height, frame.Width, ExecutionProviders.Parse(specification.Method.Provider), cancellationToken)).ConfigureAwait(false);
        var method = new NetworkSimMethod(
            network, PlacesOf(acquisition.Order)!, acquisition,
            acquisition.Order.CanBeSeparated ? new NetworkSimJudge(acquisition, specification.Acquisition.Camera, _time) : null);
        int frames = acquisition.Order.IsTiled ? 1 : acquisition.Order.FramesPerImage;
        return new PreparedMethod(method, method.Provider, network.MillisecondsPerRun / frames)
        {
            Output = acquisition.Result,
            HeldBytes = network.HeldBytes + NetworkSimMethod.HeldBytes(acquisition),
            IsScaleFree = _model.Manifest.Input.Normalization.Scope != NormalizationScope.Constant,
            Warnings = [.. NetworkMethods.Opened(specification, _model, network.Provider, network.Tiles)],
        };
    }

    /// <summary>Which frame of a group each frame of the network is; null: the order has not what it takes.</summary>
    private int[]? PlacesOf(FrameOrder order)
    {
        int frames = _model.Manifest.Input.Frames;
        bool one = _model.Manifest.Input.FrameOrder == ModelFrameOrder.Angle;
        return order.Pattern == PatternKind.Hexagonal || (one ? order.Angles : order.FramesPerImage) != frames
            ? null
            : [.. Enumerable.Range(0, frames).Select(i => order.IndexOf(
                one ? new FrameRole(i, 0, 0) : new FrameRole(i / order.Phases, i % order.Phases, 0)))];
    }
}
