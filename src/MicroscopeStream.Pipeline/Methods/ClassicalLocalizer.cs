using MicroscopeStream.Localizations.Fitting;
using MicroscopeStream.Pipeline.Assembly;

namespace MicroscopeStream.Pipeline.Methods;

/// <summary>
/// Localizes emitters one by one, without a network: candidates, then a maximum-likelihood Gaussian fit or the phasor in a
/// region around each. What networks are compared with on live data, and what works where they were not trained.
/// </summary>
public sealed class ClassicalLocalizer : IReconstruction
{
    private readonly SingleEmitterLocalizer _localizer;
    private readonly float[] _readVariance;

    /// <summary>Wraps a localizer.</summary>
    /// <param name="localizer">For the session's grid; used by this alone.</param>
    /// <param name="readVariance">Read noise variance per pixel, photons², row-major (y, x); empty: the localizer's own number.</param>
    /// <param name="requestedProvider">The provider that was asked for; it needs none.</param>
    public ClassicalLocalizer(SingleEmitterLocalizer localizer, float[] readVariance, string requestedProvider)
    {
        _localizer = localizer;
        _readVariance = readVariance;
        Provider = ProviderDecision.Cpu(requestedProvider);
    }

    /// <inheritdoc/>
    public ProviderDecision Provider { get; }

    /// <inheritdoc/>
    public ValueTask ReconstructAsync(AssembledInput input, ReconstructionUpdate update, CancellationToken cancellationToken)
    {
        _localizer.Localize(input.Sequence, input.Photons(0), _readVariance, update.Localizations);
        update.MeanBackground = _localizer.MeanBackground;
        return default;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => default;
}
