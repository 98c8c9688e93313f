using System.Collections.Concurrent;

namespace MicroscopeStream.Imaging.Fourier;

/// <summary>
/// What a transform of one length needs: its radices and the twiddle factors of every pass. Made once per length and shared.
/// </summary>
internal sealed class FourierFactors
{
    // Beyond this a prime factor costs more as a sum over its roots than the whole length by Bluestein's way.
    private const int LargestRadix = 13;
    private static readonly ConcurrentDictionary<int, FourierFactors> Known = new();

    private FourierFactors(int length)
    {
        Length = length;
        int rest = length;
        var radices = new List<int>();
        foreach (int radix in (ReadOnlySpan<int>)[4, 2, 3, 5, 7, 11, 13])
        {
            while (rest % radix == 0)
            {
                radices.Add(radix);
                rest /= radix;
            }
        }

        IsSmooth = rest == 1;
        Radices = IsSmooth ? [.. radices] : [];
        Twiddles = new (float Re, float Im)[Radices.Length][];
        int remaining = length;
        for (int pass = 0; pass < Radices.Length; pass++)
        {
            int radix = Radices[pass], m = remaining / radix;
            var twiddles = new (float Re, float Im)[m * radix];
            for (int p = 0; p < m; p++)
            {
                for (int k = 0; k < radix; k++)
                {
                    twiddles[(p * radix) + k] = Root((long)p * k, remaining);
                }
            }

            Twiddles[pass] = twiddles;
            remaining = m;
        }

        Roots = new (float Re, float Im)[LargestRadix + 1][];
        foreach (int radix in Radices.Distinct())
        {
            Roots[radix] = [.. Enumerable.Range(0, radix).Select(k => Root(k, radix))];
        }
    }

    public int Length { get; }

    /// <summary>Whether the length has no prime factor above 13.</summary>
    public bool IsSmooth { get; }

    /// <summary>Radices of the passes; none when not smooth.</summary>
    public int[] Radices { get; }

    /// <summary>Per pass: exp(−2πi·p·k / remaining length) at p × radix + k.</summary>
    public (float Re, float Im)[][] Twiddles { get; }

    /// <summary>Per radix: exp(−2πi·k / radix).</summary>
    public (float Re, float Im)[][] Roots { get; }

    public static FourierFactors Of(int length) => Known.GetOrAdd(length, static n => new FourierFactors(n));

    /// <summary>exp(−2πi·k / n), computed in double precision.</summary>
    public static (float Re, float Im) Root(long k, long n)
    {
        double angle = -2 * Math.PI * (k % n) / n;
        return ((float)Math.Cos(angle), (float)Math.Sin(angle));
    }
}
