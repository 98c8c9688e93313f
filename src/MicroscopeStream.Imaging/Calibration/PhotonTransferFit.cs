using MicroscopeStream.Core.Numerics;

namespace MicroscopeStream.Imaging.Calibration;

/// <summary>
/// The straight line of noise variance over mean intensity (photon transfer: Janesick 2007, 10.1117/3.725073), fitted to
/// samples grouped by their mean.
/// </summary>
/// <param name="Slope">ADU² per ADU.</param>
/// <param name="SlopeError">Its standard error.</param>
/// <param name="ZeroAdu">Intensity at which the line has no noise, ADU.</param>
/// <param name="ZeroError">Its standard error.</param>
/// <param name="DimVariance">Variance averaged over the dimmer half of the samples, ADU².</param>
internal readonly record struct PhotonTransferFit(double Slope, double SlopeError, double ZeroAdu, double ZeroError, double DimVariance)
{
    private const int PerGroup = 200;
    private const int MostGroups = 40;

    // The brightest tenth is left out: there a sharp PSF leaks most through the filter, and pixels come near saturation.
    private const double UsedShare = 0.9;

    /// <param name="responses">Filter responses, ADU; sorted along with the means.</param>
    /// <param name="means">Local means, ADU, rising.</param>
    /// <param name="redundancy">How many samples count as one independent one.</param>
    internal static PhotonTransferFit Of(ReadOnlySpan<float> responses, ReadOnlySpan<float> means, double redundancy)
    {
        int groups = Math.Clamp(responses.Length / PerGroup, 4, MostGroups), used = (int)Math.Ceiling(groups * UsedShare);
        Span<double> x = stackalloc double[used], y = stackalloc double[used], n = stackalloc double[used];
        double dim = 0;
        for (int g = 0; g < used; g++)
        {
            int from = (int)((long)responses.Length * g / groups), to = (int)((long)responses.Length * (g + 1) / groups);
            x[g] = Mean(means[from..to]);
            y[g] = Variance(responses[from..to]);
            n[g] = (to - from) / redundancy;
            dim += g < groups / 2 ? y[g] / (groups / 2) : 0;
        }

        return Line(x, y, n) with { DimVariance = dim };
    }

    private static PhotonTransferFit Line(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> n)
    {
        double slope = 0, intercept = 0, sw = 0, sx = 0, sxx = 0, floor = 1e-12;
        foreach (double v in y)
        {
            floor = Math.Max(floor, v * 0.02);
        }

        // A variance from n samples has variance 2 v² / n; v is first the measured, then the fitted one, which has no luck in it.
        for (int pass = 0; pass < 4; pass++)
        {
            double sy = 0, sxy = 0;
            (sw, sx, sxx) = (0, 0, 0);
            for (int i = 0; i < x.Length; i++)
            {
                double v = Math.Max(floor, pass == 0 ? y[i] : intercept + (slope * x[i])), w = n[i] / (2 * v * v);
                sw += w;
                sx += w * x[i];
                sy += w * y[i];
                sxx += w * x[i] * x[i];
                sxy += w * x[i] * y[i];
            }

            double determinant = (sw * sxx) - (sx * sx);
            if (!(determinant > 1e-9 * sw * sxx))
            {
                return new PhotonTransferFit(0, double.PositiveInfinity, double.NaN, double.PositiveInfinity, 0);
            }

            slope = ((sw * sxy) - (sx * sy)) / determinant;
            intercept = ((sxx * sy) - (sx * sxy)) / determinant;
        }

        double det = (sw * sxx) - (sx * sx), zero = -intercept / slope;
        double chi = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double fitted = intercept + (slope * x[i]), v = Math.Max(floor, fitted);
            chi += (y[i] - fitted) * (y[i] - fitted) * n[i] / (2 * v * v) / Math.Max(1, x.Length - 2);
        }

        // Where the line does not fit, the scatter about it says more than the counting.
        double inflate = Math.Max(1, chi), vs = inflate * sw / det, vi = inflate * sxx / det, vsi = -inflate * sx / det;
        double zeroVariance = (vi + (zero * zero * vs) + (2 * zero * vsi)) / (slope * slope);
        return new PhotonTransferFit(slope, Math.Sqrt(vs), zero, Math.Sqrt(Math.Max(0, zeroVariance)), 0);
    }

    private static double Mean(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
        {
            sum += value;
        }

        return sum / values.Length;
    }

    /// <summary>Mean square without what lies beyond five robust standard deviations (hot pixels, cosmic rays).</summary>
    private static double Variance(ReadOnlySpan<float> responses)
    {
        float[] sizes = new float[responses.Length];
        for (int i = 0; i < sizes.Length; i++)
        {
            sizes[i] = Math.Abs(responses[i]);
        }

        // 68.27 % of a normal distribution lie within one standard deviation.
        double limit = 5.0 * OrderStatistic.Select(sizes, (int)(0.6827 * (sizes.Length - 1))), sum = 0;
        int count = 0;
        foreach (float size in sizes)
        {
            if (size <= limit)
            {
                sum += (double)size * size;
                count++;
            }
        }

        return count == 0 ? 0 : sum / count;
    }
}
