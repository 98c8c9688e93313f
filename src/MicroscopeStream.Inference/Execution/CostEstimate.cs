using MicroscopeStream.Inference.Providers;

namespace MicroscopeStream.Inference.Execution;

/// <summary>What a model costs on this machine.</summary>
/// <param name="MillisecondsPerFrame">Time of one frame's run, ms, without waiting for a turn.</param>
/// <param name="Provider">What ran it.</param>
/// <param name="Threads">CPU threads that a run takes.</param>
public sealed record CostEstimate(double MillisecondsPerFrame, ProviderDecision Provider, int Threads);
