namespace MicroscopeStream.Client;

internal static class Clock
{
    /// <summary>The monotonic clock in ns, whatever the provider's own frequency.</summary>
    internal static long GetNanoseconds(this TimeProvider time)
    {
        long ticks = time.GetTimestamp();
        long seconds = Math.DivRem(ticks, time.TimestampFrequency, out long rest);
        return (seconds * 1_000_000_000L) + (rest * 1_000_000_000L / time.TimestampFrequency);
    }
}
