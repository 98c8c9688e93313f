namespace MicroscopeStream.Simulator.Sampling;

/// <summary>Alias tables (Walker 1977, 10.1145/355744.355749) of the Poisson distributions with means ½, 1, 1½ … below 48: 100 kB.</summary>
internal static class PoissonTables
{
    public const int RowsPerUnit = 2;
    public const double LargestMean = 48;

    // A mean of 48 reaches 128 with a probability of 1e-20.
    private const int Columns = 128;

    private static readonly Entry[] Entries = Make();

    /// <summary>Draws from the row's distribution, of mean row / <see cref="RowsPerUnit"/>.</summary>
    public static int Draw(int row, ulong bits)
    {
        int column = (int)(bits >> 57);
        ref readonly Entry entry = ref Entries[(row * Columns) + column];
        return (uint)(bits >> 20) < entry.Threshold ? column : entry.Alias;
    }

    private static Entry[] Make()
    {
        int rows = (int)(LargestMean * RowsPerUnit);
        var entries = new Entry[rows * Columns];
        for (int row = 1; row < rows; row++)
        {
            Fill(entries.AsSpan(row * Columns, Columns), row / (double)RowsPerUnit);
        }

        return entries;
    }

    private static void Fill(Span<Entry> entries, double mean)
    {
        Span<double> share = stackalloc double[Columns];
        Span<int> poor = stackalloc int[Columns], rich = stackalloc int[Columns];
        int poorCount = 0, richCount = 0;
        double p = Math.Exp(-mean);
        for (int k = 0; k < Columns; k++)
        {
            share[k] = p * Columns;
            p *= mean / (k + 1);
            if (share[k] < 1)
            {
                poor[poorCount++] = k;
            }
            else
            {
                rich[richCount++] = k;
            }
        }

        while (poorCount > 0 && richCount > 0)
        {
            int low = poor[--poorCount], high = rich[richCount - 1];
            entries[low] = new Entry((uint)(share[low] * uint.MaxValue), high);
            share[high] -= 1 - share[low];
            if (share[high] < 1)
            {
                richCount--;
                poor[poorCount++] = high;
            }
        }

        // What is left misses 1 by rounding only.
        while (richCount > 0)
        {
            entries[rich[--richCount]] = new Entry(uint.MaxValue, rich[richCount]);
        }

        while (poorCount > 0)
        {
            entries[poor[--poorCount]] = new Entry(uint.MaxValue, poor[poorCount]);
        }
    }

    private readonly record struct Entry(uint Threshold, int Alias);
}
