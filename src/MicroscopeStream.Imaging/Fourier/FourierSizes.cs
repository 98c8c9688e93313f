namespace MicroscopeStream.Imaging.Fourier;

/// <summary>Lengths whose transforms are fast.</summary>
public static class FourierSizes
{
    /// <summary>The least even product of powers of 2, 3 and 5 that is not below a number.</summary>
    /// <param name="least">The number, 1…2²⁴.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is outside its range.</exception>
    public static int AtLeast(int least)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(least, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(least, 1 << 24);
        for (int n = (least + 1) & ~1; ; n += 2)
        {
            int rest = n;
            foreach (int factor in (ReadOnlySpan<int>)[2, 3, 5])
            {
                while (rest % factor == 0)
                {
                    rest /= factor;
                }
            }

            if (rest == 1)
            {
                return n;
            }
        }
    }
}
