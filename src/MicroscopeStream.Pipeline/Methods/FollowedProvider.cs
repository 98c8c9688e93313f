using InferenceDecision = MicroscopeStream.Inference.Providers.ProviderDecision;

namespace MicroscopeStream.Pipeline.Methods;

/// <summary>What a method's network runs on: told once whenever another provider has taken over.</summary>
/// <param name="first">What it runs on at first.</param>
internal sealed class FollowedProvider(InferenceDecision first)
{
    private InferenceDecision _decision = first;

    /// <summary>What it runs on now.</summary>
    public ProviderDecision Current { get; private set; } = ProviderDecision.From(first);

    /// <summary>Takes over what the network runs on, after a run that went well or not.</summary>
    /// <param name="now">The network's decision.</param>
    /// <param name="update">Where to tell that another provider took over; null: nobody listens.</param>
    public void Follow(InferenceDecision now, ReconstructionUpdate? update)
    {
        if (ReferenceEquals(now, _decision))
        {
            return;
        }

        _decision = now;
        Current = update is null ? ProviderDecision.From(now) : NetworkMethods.Tell(now, update);
    }
}
