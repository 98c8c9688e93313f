using MicroscopeStream.Core.Frames;
using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;
using MicroscopeStream.Inference.Windows;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Pipeline.Methods;

/// <summary>Offers one model of the task image as a method: any network that makes an image of one frame or of a few in time.</summary>
public sealed class NetworkImagerFactory : IMethodFactory
{
    private readonly ModelPackage _model;
    private readonly ExecutionHosts _hosts;

    /// <summary>Makes a factory.</summary>
    /// <param name="model">A model of the task image.</param>
    /// <param name="hosts">Where networks run.</param>
    /// <exception cref="ArgumentException">The model is for another task, or its window is longer than sessions gather.</exception>
    public NetworkImagerFactory(ModelPackage model, ExecutionHosts hosts)
    {
        ModelManifest manifest = model.Manifest;
        if (manifest.Task != ModelTask.Image)
        {
            throw new ArgumentException($"Model {model.Id} is for {manifest.Task}, not for images.", nameof(model));
        }

        if (manifest.Input.Frames > Assembly.AssembledInput.LargestWindow)
        {
            throw new ArgumentException(
                $"input.frames is {manifest.Input.Frames}; windows hold at most {Assembly.AssembledInput.LargestWindow} frames.", nameof(model));
        }

        if (manifest.Input.FrameOrder != ModelFrameOrder.Time)
        {
            throw new ArgumentException(
                $"input.frame_order is {manifest.Input.FrameOrder}; images are made of frames in time. Write time, or the task sim.", nameof(model));
        }

        (_model, _hosts) = (model, hosts);
        Description = new MethodDescription
        {
            Id = manifest.Id,
            Version = manifest.Version,
            Task = "image",
            Title = manifest.Title,
            WindowFrames = manifest.Input.Frames,
            LookAheadFrames = manifest.Input.FramesAfterTarget,
        };
    }

    /// <inheritdoc/>
    public MethodDescription Description { get; }

    /// <inheritdoc/>
    public IReadOnlyList<SpecificationProblem> Check(SessionSpecification specification)
    {
        List<SpecificationProblem> problems = [.. MethodParameters.None(specification)];
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
        PixelGrid camera = specification.Acquisition.Grid;
        IImageNetwork network = await NetworkMethods.OpenAsync(
            _model,
            () => _hosts.OpenImageAsync(
                _model, camera.Height, camera.Width, ExecutionProviders.Parse(specification.Method.Provider), cancellationToken)).ConfigureAwait(false);
        int upscale = _model.Manifest.Output.Upscale;
        var output = new PixelGrid(camera.Width * upscale, camera.Height * upscale, camera.PixelSizeNm / upscale);
        ModelInput input = _model.Manifest.Input;
        var method = new NetworkImager(network, [.. Enumerable.Range(-input.Target, input.Frames)], output);
        return new PreparedMethod(method, method.Provider, network.MillisecondsPerRun)
        {
            Output = output,
            HeldBytes = network.HeldBytes + ((long)output.PixelCount * sizeof(float)),
            IsScaleFree = input.Normalization.Scope != NormalizationScope.Constant,
            Warnings = [.. NetworkMethods.Opened(specification, _model, network.Provider, network.Tiles)],
        };
    }
}
