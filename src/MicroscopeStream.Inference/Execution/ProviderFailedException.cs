using MicroscopeStream.Inference.Providers;

namespace MicroscopeStream.Inference.Execution;

/// <summary>A provider that had worked failed in the middle of a run. Another provider may still do the work.</summary>
public sealed class ProviderFailedException : Exception
{
    /// <summary>Makes the exception.</summary>
    public ProviderFailedException(ExecutionProvider provider, string message, Exception? innerException = null)
        : base(message, innerException) => Provider = provider;

    /// <summary>The provider that failed.</summary>
    public ExecutionProvider Provider { get; }
}
