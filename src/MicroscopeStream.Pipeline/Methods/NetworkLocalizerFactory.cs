using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;
using MicroscopeStream.Inference.Windows;
using MicroscopeStream.Localizations.ReadOut;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Pipeline.Methods;

/// <summary>Offers one localization model of a catalogue as a method.</summary>
public sealed class NetworkLocalizerFactory : IMethodFactory
{
    private readonly ModelPackage _model;
    private readonly ExecutionHosts _hosts;

    /// <summary>Makes a factory.</summary>
    /// <param name="model">A model of the task localization.</param>
    /// <param name="hosts">Where networks run.</param>
    /// <exception cref="ArgumentException">The model is for another task, or its maps cannot be read out; the message says why.</exception>
    public NetworkLocalizerFactory(ModelPackage model, ExecutionHosts hosts)
    {
        ModelManifest manifest = model.Manifest;
        if (manifest.Task != ModelTask.Localization)
        {
            throw new ArgumentException($"Model {model.Id} is for {manifest.Task}, not for localization.", nameof(model));
        }

        _model = model;
        _hosts = hosts;
        NetworkThresholds.ThrowIfUnknown(manifest.Readout);
        _ = new EmitterReadOut(NetworkChannels.Of(manifest.Output, mapPixelSizeNm: 1), NetworkThresholds.Of(manifest.Readout, new Dictionary<string, double>()));
        Description = new MethodDescription
        {
            Id = manifest.Id,
            Version = manifest.Version,
            Task = "localization",
            Title = manifest.Title,
            WindowFrames = manifest.Input.Frames,
            LookAheadFrames = manifest.Input.FramesAfterTarget,
            GivesDepth = manifest.Output.IndexOf("z") >= 0,
        };
    }

    /// <inheritdoc/>
    public MethodDescription Description { get; }

    /// <summary>Registers every localization model of a catalogue; what cannot be read out is left out with its reason.</summary>
    /// <param name="registry">Gets the methods.</param>
    /// <param name="catalog">The models.</param>
    /// <param name="hosts">Where networks run.</param>
    /// <returns>Why models of this task were left out, one sentence each.</returns>
    public static IReadOnlyList<string> RegisterAll(MethodRegistry registry, ModelCatalog catalog, ExecutionHosts hosts)
    {
        var left = new List<string>();
        foreach (ModelPackage model in catalog.Models.Where(model => model.Manifest.Task == ModelTask.Localization))
        {
            try
            {
                registry.Register(new NetworkLocalizerFactory(model, hosts));
            }
            catch (ArgumentException fault)
            {
                left.Add($"{model.Id}: {fault.Message}");
            }
        }

        return left;
    }

    /// <inheritdoc/>
    public IReadOnlyList<SpecificationProblem> Check(SessionSpecification specification)
    {
        List<SpecificationProblem> problems = [.. NetworkThresholds.Check(_model.Readout, specification.Method.Parameters)];
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
        AcquisitionSpecification acquisition = specification.Acquisition;
        ITemporalNetwork network = await NetworkMethods.OpenAsync(
            _model,
            () => _hosts.OpenAsync(
                _model, acquisition.Height, acquisition.Width, ExecutionProviders.Parse(specification.Method.Provider), cancellationToken)).ConfigureAwait(false);
        double mapPixelSizeNm = specification.Acquisition.PixelSizeNm / _model.Manifest.Output.Upscale;
        EmitterMapChannels channels = NetworkChannels.Of(_model.Manifest.Output, mapPixelSizeNm);
        var readOut = new EmitterReadOut(channels, NetworkThresholds.Of(_model.Readout, specification.Method.Parameters));
        var method = new NetworkLocalizer(network, readOut, channels.Background, specification.Acquisition.PixelSizeNm);
        ModelDomain domain = _model.Manifest.Domain;
        return new PreparedMethod(method, method.Provider, network.MillisecondsPerFrame)
        {
            HeldBytes = network.HeldBytes,
            Domain = new MethodDomain
            {
                Photons = Range(domain.Photons),
                BackgroundPhotons = Range(domain.BackgroundPhotons),
                DensityPerUm2 = Range(domain.DensityPerUm2),
            },
            Warnings = [.. NetworkMethods.Opened(specification, _model, network.Provider, network.Tiles)],
        };
    }

    private static (double Minimum, double Maximum)? Range(ValueRange? range) => range is { } known ? (known.From, known.To) : null;
}
