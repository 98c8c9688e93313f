using System.Numerics;

namespace MicroscopeStream.Pipeline.Accounting;

/// <summary>
/// Counts durations in buckets that grow with the duration: 128 per octave. A percentile is its bucket's upper edge: never
/// stated too small, and at most 0.8 % too large, in 36 KiB, whatever the number of frames. The layout is that of
/// HdrHistogram (Tene, hdrhistogram.org).
/// </summary>
/// <remarks>Not thread-safe. Recording allocates nothing.</remarks>
public sealed class LatencyHistogram
{
    private const int SubBits = 7;
    private const int SubCount = 1 << SubBits;

    /// <summary>2⁴² ns are 73 minutes; longer durations count as that, and <see cref="Maximum"/> stays exact.</summary>
    private const int HighestBit = 42;

    private readonly long[] _buckets = new long[((HighestBit - SubBits + 1) * SubCount) + SubCount];

    /// <summary>Number of durations.</summary>
    public long Count { get; private set; }

    /// <summary>The largest duration, ns, exact; 0 when there is none.</summary>
    public long Maximum { get; private set; }

    /// <summary>The smallest duration, ns, exact; 0 when there is none.</summary>
    public long Minimum { get; private set; }

    /// <summary>Counts a duration.</summary>
    /// <param name="nanoseconds">The duration, ns; negative ones count as 0.</param>
    public void Record(long nanoseconds)
    {
        long value = Math.Max(0, nanoseconds);
        _buckets[Index(Math.Min(value, (1L << HighestBit) - 1))]++;
        Minimum = Count == 0 ? value : Math.Min(Minimum, value);
        Count++;
        Maximum = Math.Max(Maximum, value);
    }

    /// <summary>The duration that a share of all does not exceed, ns; 0 when there is none.</summary>
    /// <param name="share">In (0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is not in (0, 1].</exception>
    public double Percentile(double share)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        if (Count == 0)
        {
            return 0;
        }

        long rank = Math.Max(1, (long)Math.Ceiling(share * Count));
        long seen = 0;
        for (int i = 0; i < _buckets.Length; i++)
        {
            seen += _buckets[i];
            if (seen >= rank)
            {
                return Math.Min(UpperEdge(i), Maximum);
            }
        }

        return Maximum;
    }

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        Array.Clear(_buckets);
        Count = 0;
        Maximum = 0;
        Minimum = 0;
    }

    /// <summary>Reads p50, p95, p99 and the maximum.</summary>
    /// <param name="stage">The name they get.</param>
    public LatencyPercentiles Read(string stage) => new(
        stage, Percentile(0.50) / 1e6, Percentile(0.95) / 1e6, Percentile(0.99) / 1e6, Maximum / 1e6, Count);

    private static int Index(long value)
    {
        int highest = value == 0 ? 0 : BitOperations.Log2((ulong)value);
        int shift = Math.Max(0, highest - SubBits);
        return (shift * SubCount) + (int)(value >> shift);
    }

    private static double UpperEdge(int index)
    {
        int shift = Math.Max(0, (index / SubCount) - 1);
        long lowest = (long)(index - (shift * SubCount)) << shift;
        return lowest + (1L << shift) - 1;
    }
}
