using MicroscopeStream.Inference.Providers;
using InferenceDecision = MicroscopeStream.Inference.Providers.ProviderDecision;

namespace MicroscopeStream.Pipeline.Methods;

/// <summary>The execution provider of a method and how it came to it.</summary>
/// <param name="Requested">What was asked for: <c>auto</c>, <c>cpu</c>, <c>cuda</c>, <c>tensorrt</c>.</param>
/// <param name="Used">What runs: <c>cpu</c>, <c>cuda</c>, <c>tensorrt</c>.</param>
/// <param name="Reasons">Why not what was asked for, one sentence per provider tried; empty when it was.</param>
public sealed record ProviderDecision(string Requested, string Used, IReadOnlyList<string> Reasons)
{
    /// <summary>For methods that run no network: plain code on the CPU, whatever was asked for.</summary>
    public static ProviderDecision Cpu(string requested) => new(requested, "cpu", []);

    /// <summary>What chose a network's provider, by the names of the protocol.</summary>
    internal static ProviderDecision From(InferenceDecision decision) => new(decision.Requested.Name(), decision.Used.Name(), decision.Reasons);
}
