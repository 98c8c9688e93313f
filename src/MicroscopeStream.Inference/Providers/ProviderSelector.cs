namespace MicroscopeStream.Inference.Providers;

/// <summary>Goes down the chain of providers until one works.</summary>
/// <param name="probe">Tries them.</param>
public sealed class ProviderSelector(IProviderProbe probe)
{
    /// <summary>Chooses a provider.</summary>
    /// <param name="requested">What was asked for.</param>
    /// <returns>The first of the request's chain that works, with the reasons against those before it; the CPU needs no trial.</returns>
    public ProviderDecision Select(ExecutionProvider requested)
    {
        var reasons = new List<string>();
        foreach (ExecutionProvider candidate in requested.Chain())
        {
            string? reason = candidate == ExecutionProvider.Cpu ? null : probe.WhyNot(candidate);
            if (reason is null)
            {
                return new ProviderDecision(requested, candidate, reasons);
            }

            reasons.Add($"{candidate.Name()} is not used: {reason}");
        }

        throw new InvalidOperationException("Every chain ends with the CPU.");
    }
}
