using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Numerics;
using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;
using MicroscopeStream.Inference.Windows;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.StructuredIllumination.Orders;

namespace MicroscopeStream.Pipeline.Methods.Sim;

/// <summary>
/// Offers one model of the task sim that refines a reconstruction: the frames are put together by the method that the model names, with
/// that method's defaults and the pattern kept as it keeps it, and the network makes the image of that and of the frames' mean.
/// </summary>
public sealed class RefinedSimFactory : SimMethodFactory
{
    private readonly ModelPackage _model;
    private readonly ExecutionHosts _hosts;
    private readonly bool _firstPhases;
    private readonly bool _wiener;

    /// <summary>Makes a factory.</summary>
    /// <param name="model">A model of the task sim whose frame order is a reconstruction.</param>
    /// <param name="hosts">Where networks run.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ArgumentException">The model is another one.</exception>
    public RefinedSimFactory(ModelPackage model, ExecutionHosts hosts, TimeProvider time)
        : base(time)
    {
        ModelManifest manifest = model.Manifest;
        if (manifest.Task != ModelTask.Sim || !ModelFrameOrder.IsReconstruction(manifest.Input.FrameOrder))
        {
            throw new ArgumentException($"Model {model.Id} refines no reconstruction of structured illumination.", nameof(model));
        }

        (_model, _hosts) = (model, hosts);
        (_firstPhases, _wiener) = (manifest.Input.Phases == ModelFrameOrder.FirstPhase, manifest.Input.FrameOrder == ModelFrameOrder.Wiener);
        Description = new MethodDescription
        {
            Id = manifest.Id,
            Version = manifest.Version,
            Task = "sim",
            Title = manifest.Title,
            TakesSimPattern = true,
        };
    }

    /// <inheritdoc/>
    public override MethodDescription Description { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Notice> Warn(SessionSpecification specification) =>
        [.. base.Warn(specification), .. NetworkMethods.OutsideDomain(_model, specification.Acquisition)];

    private protected override ISimPlan Plan(IReadOnlyDictionary<string, double> parameters, ICollection<SpecificationProblem> problems)
    {
        var set = new Dictionary<string, double>();
        if (_firstPhases)
        {
            set["first_phases"] = 1;
        }

        return RefinedSettings.Read(_wiener ? WienerSettings.Read(set) : RichardsonLucySettings.Read(set), parameters, problems);
    }

    private protected override SpecificationProblem? Misses(FrameOrder order) =>
        _wiener ? base.Misses(order)
        : order.FramesPerImage < 2 ? new SpecificationProblem(
            "invalid-value", "acquisition.frame_order", order.Name, "at least two frames per image",
            $"A pattern cannot be found in a single frame, and {_model.Id} refines what frames under patterns show: record more of them.")
        : _firstPhases && order.Angles < 2 ? new SpecificationProblem(
            "invalid-value", "acquisition.frame_order", order.Name, "several angles, of whose phases the first is taken",
            $"{order.Name} has one angle: choose a network made for all its phases, or the method {RichardsonLucyMethodFactory.Id}.")
        : null;

    private protected override SpecificationProblem? TooLarge(SimAcquisition acquisition) =>
        NetworkMethods.SizeProblem((height, width) => _hosts.ThrowIfTooLarge(_model, height, width), acquisition.Result);

    private protected override async ValueTask<SimEquipment> EquipAsync(
        SessionSpecification specification, SimAcquisition acquisition, ISimPlan plan, WorkCrew crew, CancellationToken cancellationToken)
    {
        PixelGrid result = acquisition.Result;
        IImageNetwork opened = await NetworkMethods.OpenAsync(
            _model,
            () => _hosts.OpenImageAsync(
                _model, result.Height, result.Width, ExecutionProviders.Parse(specification.Method.Provider), cancellationToken)).ConfigureAwait(false);
        var network = new RefiningNetwork(opened, acquisition);
        int[] places = [.. Enumerable.Range(0, acquisition.Order.FramesPerImage).Where(n => !_firstPhases || acquisition.Order.RoleOf(n).Phase == 0)];
        SimImaging inner = plan.Imaging(acquisition, crew);
        bool determined = acquisition.Order.CanBeSeparated && !_firstPhases;
        string name = _wiener ? "Wiener" : "Richardson-Lucy";
        return new SimEquipment((pattern, frames, noise) => new RefiningImager(inner(pattern, frames, noise), network, acquisition, places, name, determined), () => network.Provider)
        {
            // A pattern that nothing shows would put its own stripes into the image: even light puts in nothing.
            Used = estimate => estimate.IsFound || _wiener ? estimate.Pattern : estimate.Pattern.WithModulations(new double[estimate.Pattern.Components.Count]),
            Warnings = [.. NetworkMethods.Opened(specification, _model, opened.Provider, opened.Tiles)],
            HeldBytes = opened.HeldBytes,
            IsScaleFree = _model.Manifest.Input.Normalization.Scope != NormalizationScope.Constant,
            Owned = network,
        };
    }
}
