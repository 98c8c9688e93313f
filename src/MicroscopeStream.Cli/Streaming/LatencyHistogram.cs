using MicroscopeStream.Cli.Reports;

namespace MicroscopeStream.Cli.Streaming;

/// <summary>
/// Durations of any number of frames in constant memory: bins of equal ratio, half a per cent wide, from 1 µs to about 2 h.
/// A percentile is its bin's upper edge, so never stated too small; the largest value is exact. Not thread-safe.
/// </summary>
internal sealed class LatencyHistogram
{
    private const double SmallestMs = 1e-3;
    private const double Ratio = 1.005;
    private const int Bins = 4560;
    private static readonly double LogRatio = Math.Log(Ratio);
    private readonly long[] _counts = new long[Bins];
    private double _max;

    internal long Count { get; private set; }

    /// <summary>Smallest duration seen, ms; infinity when there is none.</summary>
    internal double Min { get; private set; } = double.PositiveInfinity;

    internal void Add(TimeSpan duration)
    {
        double ms = Math.Max(0, duration.TotalMilliseconds);
        int bin = ms <= SmallestMs ? 0 : (int)Math.Ceiling(Math.Log(ms / SmallestMs) / LogRatio);
        _counts[Math.Min(bin, Bins - 1)]++;
        _max = Math.Max(_max, ms);
        Min = Math.Min(Min, ms);
        Count++;
    }

    internal Percentiles ToPercentiles() =>
        Count == 0 ? Percentiles.None : new Percentiles(At(0.50), At(0.95), At(0.99), Round(_max));

    /// <summary>The smallest duration that at least the given share of frames did not exceed, ms.</summary>
    internal double At(double share)
    {
        long rank = Math.Max(1, (long)Math.Ceiling(share * Count));
        long seen = 0;
        for (int bin = 0; bin < Bins; bin++)
        {
            seen += _counts[bin];
            if (seen >= rank)
            {
                return Round(Math.Min(_max, SmallestMs * Math.Pow(Ratio, bin)));
            }
        }

        return Round(_max);
    }

    private static double Round(double ms) => Math.Round(ms, 3);
}
