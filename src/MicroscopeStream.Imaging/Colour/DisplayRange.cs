using System.Buffers;
using MicroscopeStream.Core.Numerics;

namespace MicroscopeStream.Imaging.Colour;

/// <summary>The intensities that are shown darkest and brightest.</summary>
/// <param name="Min">Shown darkest; finite.</param>
/// <param name="Max">Shown brightest; finite, ≥ <paramref name="Min"/>.</param>
public readonly record struct DisplayRange(float Min, float Max)
{
    // Enough for any percentile of use to better than a hundredth; more would only cost time.
    private const int MostSamples = 1 << 18;

    /// <summary>Where an intensity lies in the range, 0…1; 0 for NaN, and everywhere in an empty range.</summary>
    public double Normalize(float value) => value > Min && Max > Min ? Math.Min(1, ((double)value - Min) / ((double)Max - Min)) : 0;

    /// <summary>The range between two percentiles; of an evenly spread part of the pixels when there are many.</summary>
    /// <param name="pixels">Intensities in any order; NaN and infinities are left out.</param>
    /// <param name="low">Lower percentile, 0…100.</param>
    /// <param name="high">Upper percentile, <paramref name="low"/>…100.</param>
    /// <param name="ignoreZeros">Leaves out zeros, which are most of an image rendered from localizations.</param>
    /// <returns>The range; (0, 0) when no pixel is left.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The percentiles are not in order or not in 0…100.</exception>
    public static DisplayRange FromPercentiles(ReadOnlySpan<float> pixels, double low, double high, bool ignoreZeros = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(low);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(high, 100);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(low, high);

        // An odd step does not fall in with the rows of images whose width is even, as nearly all are.
        int step = ((pixels.Length + MostSamples - 1) / MostSamples) | 1;
        float[] rented = ArrayPool<float>.Shared.Rent((pixels.Length / step) + 1);
        int count = 0;
        for (int i = 0; i < pixels.Length; i += step)
        {
            if (float.IsFinite(pixels[i]) && !(ignoreZeros && pixels[i] == 0))
            {
                rented[count++] = pixels[i];
            }
        }

        Span<float> samples = rented.AsSpan(0, count);
        DisplayRange range = count == 0
            ? default
            : new DisplayRange(OrderStatistic.Percentile(samples, low), OrderStatistic.Percentile(samples, high));
        ArrayPool<float>.Shared.Return(rented);
        return range;
    }
}
