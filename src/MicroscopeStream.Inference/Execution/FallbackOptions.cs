namespace MicroscopeStream.Inference.Execution;

/// <summary>What happens after a provider failed in the middle of a session.</summary>
public sealed record FallbackOptions
{
    /// <summary>
    /// How long after a failure the provider is tried again; doubled with each further failure, up to an hour. Default: a minute.
    /// </summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromMinutes(1);
}
