using MicroscopeStream.Core.Cameras;
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
        try
        {
            _hosts.ThrowIfTooLarge(_model, specification.Acquisition.Height, specification.Acquisition.Width);
        }
        catch (ArgumentOutOfRangeException fault)
        {
            problems.Add(new SpecificationProblem(
                "frame-size", "acquisition.width", $"{specification.Acquisition.Width} × {specification.Acquisition.Height} px",
                fault.Message.Split('\n')[0], "Choose a smaller region of interest, or another method."));
        }

        return problems;
    }

    /// <inheritdoc/>
    public IReadOnlyList<Notice> Warn(SessionSpecification specification)
    {
        AcquisitionSpecification acquisition = specification.Acquisition;
        var conditions = new AcquisitionConditions
        {
            PixelSizeNm = acquisition.PixelSizeNm,
            Modality = acquisition.Modality == Modality.Unspecified ? null : acquisition.Modality.ToString(),
            Camera = acquisition.Camera is null ? null : acquisition.Camera.Kind == CameraKind.Emccd ? "emccd" : "scmos",
        };
        return [.. DomainCheck.Check(_model, conditions).Select(reason => new Notice(Severity.Warning, NoticeCodes.OutsideDomain, Sentence(reason)))];
    }

    /// <inheritdoc/>
    public async ValueTask<PreparedMethod> PrepareAsync(SessionSpecification specification, CancellationToken cancellationToken)
    {
        ITemporalNetwork network = await OpenAsync(specification, cancellationToken).ConfigureAwait(false);
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
            Warnings = [.. Warnings(specification, network)],
        };
    }

    private static IEnumerable<Notice> Warnings(SessionSpecification specification, ITemporalNetwork network)
    {
        if (network.Provider.IsFallback)
        {
            yield return new Notice(
                Severity.Warning, NoticeCodes.ProviderFallback,
                $"{specification.Method.Provider} was asked for, {network.Provider.Used.Name()} runs: "
                + string.Join(" ", network.Provider.Reasons));
        }

        if (network.Tiles > 1 && network.Model.Manifest.Input.Size.Overlap is null)
        {
            yield return new Notice(
                Severity.Warning, NoticeCodes.OverlapUnknown,
                $"Frames of this size run in {network.Tiles} tiles, and {network.Model.Id} does not tell how far its pixels reach: "
                + "there may be seams. State input.size.overlap in its model.json.");
        }
    }

    private static (double Minimum, double Maximum)? Range(ValueRange? range) => range is { } known ? (known.From, known.To) : null;

    private static string Sentence(string reason) => char.ToUpperInvariant(reason[0]) + reason[1..] + (reason.EndsWith('.') ? string.Empty : ".");

    private async ValueTask<ITemporalNetwork> OpenAsync(SessionSpecification specification, CancellationToken cancellationToken)
    {
        AcquisitionSpecification acquisition = specification.Acquisition;
        try
        {
            return await _hosts.OpenAsync(
                _model, acquisition.Height, acquisition.Width, ExecutionProviders.Parse(specification.Method.Provider), cancellationToken).ConfigureAwait(false);
        }
        catch (ModelPackageException fault)
        {
            throw new SessionRefusedException(
                RefusalReason.Unavailable,
                [.. fault.Problems.Select(problem => new SpecificationProblem("model-unusable", "method.id", _model.Id, "a model that runs", problem.ToString()))],
                fault);
        }
        catch (InvalidOperationException fault)
        {
            throw new SessionRefusedException(
                RefusalReason.ResourcesExhausted,
                [new SpecificationProblem("model-busy", "method.id", _model.Id, "a model with room for one more session", fault.Message)],
                fault);
        }
    }
}
