namespace MicroscopeStream.Localizations.Statistics;

/// <summary>What is kept of a quantity's values.</summary>
/// <param name="Count">Values that were known.</param>
/// <param name="Mean">Their mean; NaN without any.</param>
/// <param name="Median">Their median, to within 4 %; NaN without any, 0 when most are not positive.</param>
public readonly record struct ValueSummary(long Count, double Mean, double Median);

/// <summary>Counts and sums of one quantity in fixed memory: a histogram of its logarithm, 24 bins per factor of ten.</summary>
internal sealed class ValueHistogram
{
    // 0.01 to 10⁷: background of a hundredth of a photon to a bead's photons; values beyond count in the outermost bins.
    private const int PerDecade = 24, Decades = 9;
    private const double Least = 0.01;
    private readonly int[] _bins = new int[(PerDecade * Decades) + 1];
    private long _count;
    private double _sum;

    public void Add(double value)
    {
        if (!double.IsFinite(value))
        {
            return;
        }

        int bin = value < Least ? 0 : Math.Min(_bins.Length - 1, 1 + (int)(PerDecade * Math.Log10(value / Least)));
        _bins[bin]++;
        _count++;
        _sum += value;
    }

    public void Add(ValueHistogram other)
    {
        for (int i = 0; i < _bins.Length; i++)
        {
            _bins[i] += other._bins[i];
        }

        _count += other._count;
        _sum += other._sum;
    }

    public void Clear()
    {
        Array.Clear(_bins);
        (_count, _sum) = (0, 0);
    }

    public ValueSummary Summarize() => new(_count, _count > 0 ? _sum / _count : double.NaN, Median());

    private double Median()
    {
        double half = _count / 2.0, below = 0;
        for (int i = 0; i < _bins.Length; i++)
        {
            if (_bins[i] > 0 && below + _bins[i] >= half)
            {
                return i == 0 ? 0 : Least * Math.Pow(10, (i - 1 + ((half - below) / _bins[i])) / PerDecade);
            }

            below += _bins[i];
        }

        return double.NaN;
    }
}
