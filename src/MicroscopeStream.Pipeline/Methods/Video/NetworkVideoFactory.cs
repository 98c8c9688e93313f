using MicroscopeStream.Core.Frames;
using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;
using MicroscopeStream.Inference.Windows;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Video.Densities;

namespace MicroscopeStream.Pipeline.Methods.Video;

/// <summary>Offers one video model of a catalogue as a method.</summary>
public sealed class NetworkVideoFactory : VideoMethodFactory
{
    private readonly ModelPackage _model;
    private readonly ExecutionHosts _hosts;

    /// <summary>Makes a factory.</summary>
    /// <param name="methods">Is asked for localizers when a session opens.</param>
    /// <param name="model">A model of the task video.</param>
    /// <param name="hosts">Where networks run.</param>
    /// <exception cref="ArgumentException">The model is for another task, or does not put out the density now; the message says why.</exception>
    public NetworkVideoFactory(MethodRegistry methods, ModelPackage model, ExecutionHosts hosts)
        : base(methods, model.Id, model.Manifest.Version, model.Manifest.Title)
    {
        ModelManifest manifest = model.Manifest;
        (_model, _hosts) = (model, hosts);
        if (manifest.Task != ModelTask.Video)
        {
            throw new ArgumentException($"Model {model.Id} is for {manifest.Task}, not for video.", nameof(model));
        }

        if (manifest.Input.Map is null)
        {
            throw new ArgumentException("input.map is missing: a video model must say on which grid its localization maps lie.", nameof(model));
        }

        if (manifest.Output.Upscale != 1 || NetworkDensity.ChannelAgo(manifest.Output, 0) < 0)
        {
            throw new ArgumentException("output must have a channel for the density now (slices_ago 0), on the grid of the map.", nameof(model));
        }

        int[] lookAheads = [.. manifest.Output.Channels.Select(channel => channel.SlicesAgo).Where(ago => ago > 0).Order()];
        Offer = new VideoOffer
        {
            HasWindow = false,
            LookAheads = lookAheads,
            DefaultLookAhead = manifest.Output.LookAhead ?? lookAheads.FirstOrDefault(),
            Grids = [manifest.Input.Map.Finer],
            CoarsestPrecisionPixels = manifest.Domain.PrecisionPx?.To,
        };
    }

    /// <inheritdoc/>
    private protected override VideoOffer Offer { get; }

    private int Finer => Offer.Grids[0];

    private protected override IEnumerable<SpecificationProblem> CheckGrid(SessionSpecification specification)
    {
        AcquisitionSpecification acquisition = specification.Acquisition;
        string? fault = null;
        try
        {
            _hosts.ThrowIfTooLarge(_model, acquisition.Height * Finer, acquisition.Width * Finer);
        }
        catch (ArgumentOutOfRangeException refused)
        {
            fault = refused.Message.Split('\n')[0];
        }

        return fault is null
            ? base.CheckGrid(specification)
            : [new SpecificationProblem("frame-size", "acquisition.width", $"{acquisition.Width} × {acquisition.Height} px", fault, "Choose a smaller region of interest, or another method.")];
    }

    private protected override IEnumerable<Notice> WarnOfDensity(SessionSpecification specification)
    {
        double pixel = specification.Acquisition.PixelSizeNm;
        if (_model.Manifest.Domain.PixelSizeNm is { } trained && !(pixel >= trained.From && pixel <= trained.To))
        {
            yield return new Notice(
                Severity.Warning, NoticeCodes.OutsideDomain,
                FormattableString.Invariant($"Pixel size {pixel} nm: {_model.Id} was trained for {trained.From} to {trained.To} nm, {Finer} video pixels to each."));
        }
    }

    private protected override async ValueTask<(IVideoDensity Density, double Milliseconds)> MakeAsync(
        SessionSpecification specification, PixelGrid grid, int lookAhead, CancellationToken cancellationToken)
    {
        ITemporalNetwork network = await OpenAsync(specification, grid, cancellationToken).ConfigureAwait(false);
        return (new NetworkDensity(network, lookAhead), network.MillisecondsPerFrame);
    }

    private async ValueTask<ITemporalNetwork> OpenAsync(SessionSpecification specification, PixelGrid grid, CancellationToken cancellationToken)
    {
        try
        {
            return await _hosts.OpenAsync(
                _model, grid.Height, grid.Width, ExecutionProviders.Parse(specification.Method.Provider), cancellationToken).ConfigureAwait(false);
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
