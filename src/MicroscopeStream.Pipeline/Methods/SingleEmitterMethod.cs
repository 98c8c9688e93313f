using MicroscopeStream.Localizations.Fitting;
using MicroscopeStream.Pipeline.Assembly;

namespace MicroscopeStream.Pipeline.Methods;

/// <summary>A classical localizer as a session's method: one frame in, its localizations out.</summary>
internal sealed class SingleEmitterMethod(IFrameLocalizer localizer, float[]? readVariance, ProviderDecision provider) : IReconstruction
{
    public ProviderDecision Provider { get; } = provider;

    public ValueTask ReconstructAsync(AssembledInput input, ReconstructionUpdate update, CancellationToken cancellationToken)
    {
        localizer.Localize(input.Sequence, input.Photons(0), readVariance, update.Localizations);
        update.MeanBackground = localizer.MeanBackground;
        return default;
    }

    public ValueTask DisposeAsync() => default;
}
