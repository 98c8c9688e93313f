using Polly;
using Polly.Retry;

namespace MicroscopeStream.Cli.Reports;

/// <summary>
/// How long a file that is busy is waited for: a virus scanner, an indexer or a network share holds files for a moment.
/// A disk that is full, or a folder that may not be written to, does not change by waiting.
/// </summary>
internal static class DiskPatience
{
    private const int SharingViolation = unchecked((int)0x80070020);
    private const int LockViolation = unchecked((int)0x80070021);

    // errno of Linux and macOS, as the runtime passes it on.
    private const int TryAgain = 11;
    private const int TryAgainOnMac = 35;
    private const int Busy = 16;
    private const int StaleHandle = 116;

    /// <summary>Three more tries within 0.7 s. Only for what can be done again from its beginning.</summary>
    internal static ResiliencePipeline Pipeline(TimeProvider time) => new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<IOException>(IsMomentary),
            MaxRetryAttempts = 3,
            BackoffType = DelayBackoffType.Exponential,
            Delay = TimeSpan.FromMilliseconds(100),
        })
        .Build();

    private static bool IsMomentary(IOException failure) =>
        failure.HResult is SharingViolation or LockViolation or TryAgain or TryAgainOnMac or Busy or StaleHandle;
}
