namespace MicroscopeStream.Video.Trust;

/// <summary>
/// Tells localizations that are less precise than a network was trained for. Over the last slices, fading, the mean uncertainty of all
/// that state one is compared with the limit.
/// </summary>
/// <remarks>More precise ones do no harm: they weigh a little more in the map. Not thread-safe.</remarks>
internal sealed class PrecisionWatch(double pixelNm, double? coarsestPixels)
{
    /// <summary>Slices after which a localization counts 1/e.</summary>
    private const double Averaged = 16;

    /// <summary>Localizations, fading, from which on there is a verdict.</summary>
    private const double Fewest = 10;

    private double _sum;
    private double _count;

    /// <summary>Whether they are too coarse for the density that is made of them.</summary>
    public bool IsTooCoarse { get; private set; }

    public void Add(double sigmaNm)
    {
        if (double.IsFinite(sigmaNm))
        {
            (_sum, _count) = (_sum + sigmaNm, _count + 1);
        }
    }

    /// <summary>Moves on by one slice.</summary>
    public void Close()
    {
        IsTooCoarse = coarsestPixels is { } limit && _count >= Fewest && _sum / _count > limit * pixelNm;
        double keep = Math.Exp(-1 / Averaged);
        (_sum, _count) = (_sum * keep, _count * keep);
    }

    public void Reset() => (_sum, _count, IsTooCoarse) = (0, 0, false);
}
