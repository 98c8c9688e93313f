namespace MicroscopeStream.Core.Numerics;

/// <summary>The k-th smallest of many values without sorting them all (Hoare 1961, 10.1145/366622.366647).</summary>
/// <remarks>Pure functions on the caller's memory; thread-safe. Allocates nothing.</remarks>
public static class OrderStatistic
{
    /// <summary>Rearranges the values so that <paramref name="rank"/> holds what it would hold if they were sorted, and returns it.</summary>
    /// <param name="values">Values without NaN; rearranged.</param>
    /// <param name="rank">0…length − 1.</param>
    public static float Select(Span<float> values, int rank)
    {
        int low = 0, high = values.Length - 1;
        while (low < high)
        {
            // The median of three keeps sorted and constant data, both usual in images, from taking quadratic time.
            float a = values[low], b = values[low + ((high - low) / 2)], c = values[high];
            float pivot = Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
            int i = low, j = high;
            while (i <= j)
            {
                while (values[i] < pivot)
                {
                    i++;
                }

                while (values[j] > pivot)
                {
                    j--;
                }

                if (i <= j)
                {
                    (values[i], values[j]) = (values[j], values[i]);
                    i++;
                    j--;
                }
            }

            if (rank <= j)
            {
                high = j;
            }
            else if (rank >= i)
            {
                low = i;
            }
            else
            {
                break;
            }
        }

        return values[rank];
    }

    /// <summary>A percentile, linear between ranks as NumPy's; rearranges the values.</summary>
    /// <param name="values">At least one value, without NaN.</param>
    /// <param name="percentile">0…100.</param>
    public static float Percentile(Span<float> values, double percentile)
    {
        double rank = percentile / 100 * (values.Length - 1);
        int below = (int)rank;
        float at = Select(values, below);
        double fraction = rank - below;
        if (fraction == 0)
        {
            return at;
        }

        // Selection leaves everything larger behind the rank.
        float next = float.PositiveInfinity;
        foreach (float value in values[(below + 1)..])
        {
            next = Math.Min(next, value);
        }

        return (float)(at + (fraction * ((double)next - at)));
    }
}
