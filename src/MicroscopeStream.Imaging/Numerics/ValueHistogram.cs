namespace MicroscopeStream.Imaging.Numerics;

/// <summary>
/// Percentiles of values that change a few at a time: a histogram over the order of float32 itself (its bits, sign turned), so that
/// no range need be known beforehand. Bins are at most 0.05 % wide, so that a plane's largest code is not lost to them.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class ValueHistogram
{
    /// <summary>Of a value that does not count: NaN or infinite.</summary>
    public const int None = -1;

    /// <summary>Bits of a value that choose its bin: sign, exponent and 11 of the mantissa.</summary>
    private const int Bits = 20;
    private const int Shift = 32 - Bits;

    /// <summary>Bins that are counted together too, so that a percentile is found in some thousand steps.</summary>
    private const int PerGroup = 1024;

    private const int Zero = 1 << (Bits - 1);

    private readonly int[] _bins = new int[1 << Bits];
    private readonly int[] _groups = new int[(1 << Bits) / PerGroup];

    /// <summary>Values that count, zeros among them.</summary>
    public int Count { get; private set; }

    /// <summary>Values that are zero, or as good as.</summary>
    public int Zeros => _bins[Zero];

    /// <summary>A value's bin.</summary>
    public static int BinOf(float value)
    {
        if (!float.IsFinite(value))
        {
            return None;
        }

        // Adding +0 makes one zero of two.
        uint bits = BitConverter.SingleToUInt32Bits(value + 0f);
        return (int)(((bits & 0x8000_0000) != 0 ? ~bits : bits | 0x8000_0000) >> Shift);
    }

    /// <summary>A value moves from one bin to another; <see cref="None"/>: it was, or is, not there.</summary>
    public void Move(int from, int to)
    {
        Add(from, -1);
        Add(to, 1);
    }

    /// <summary>Bounds of two percentiles of what is not zero; the lower bound of the lower and the upper bound of the higher one's bin.</summary>
    /// <param name="low">0…100.</param>
    /// <param name="high">0…100, not below <paramref name="low"/>.</param>
    /// <returns>The bounds; zeros when nothing is left.</returns>
    public (float Low, float High) Range(double low, double high)
    {
        int count = Count - Zeros;
        return count == 0
            ? (0, 0)
            : (Bound(Find((long)(low / 100 * (count - 1)))), Bound(Find((long)Math.Ceiling(high / 100 * (count - 1))) + 1));
    }

    private static float Bound(int bin)
    {
        uint key = (uint)bin << Shift;
        float value = BitConverter.UInt32BitsToSingle((key & 0x8000_0000) != 0 ? key & 0x7fff_ffff : ~key);
        return float.IsFinite(value) ? value : value > 0 ? float.MaxValue : float.MinValue;
    }

    /// <summary>The bin that holds the value of a rank, zeros left out.</summary>
    private int Find(long rank)
    {
        int group = 0;
        for (long left; (left = rank - InGroup(group)) >= 0; group++)
        {
            rank = left;
        }

        int bin = group * PerGroup;
        for (long left; (left = rank - InBin(bin)) >= 0; bin++)
        {
            rank = left;
        }

        return bin;
    }

    private int InGroup(int group) => _groups[group] - (group == Zero / PerGroup ? _bins[Zero] : 0);

    private int InBin(int bin) => bin == Zero ? 0 : _bins[bin];

    private void Add(int bin, int count)
    {
        if (bin != None)
        {
            _bins[bin] += count;
            _groups[bin / PerGroup] += count;
            Count += count;
        }
    }
}
