namespace MicroscopeStream.Imaging.Calibration;

/// <summary>
/// A high-pass of binomial differences along both axes, scaled so that white noise of variance v comes out with variance v.
/// It passes the corner of frequency space, where an objective passes no light at usual pixel sizes:
/// what comes out is noise alone, whether structures blink, move or stand still.
/// </summary>
internal sealed class DifferenceFilter
{
    private readonly float[] _taps;
    private readonly float[] _squares;

    /// <param name="order">Order of the difference along each axis, even: the window is one wider.</param>
    internal DifferenceFilter(int order)
    {
        var taps = new double[order + 1];
        taps[0] = 1;
        for (int k = 1; k <= order; k++)
        {
            for (int i = k; i > 0; i--)
            {
                taps[i] -= taps[i - 1];
            }
        }

        double norm = Math.Sqrt(taps.Sum(t => t * t));
        Size = order + 1;
        _taps = [.. taps.Select(t => (float)(t / norm))];
        _squares = [.. taps.Select(t => (float)(t * t / norm / norm))];
    }

    /// <summary>Pixels along each side of the window.</summary>
    internal int Size { get; }

    /// <summary>
    /// Response of the window whose first pixel is <paramref name="at"/>, and the mean of its pixels weighted with the squared
    /// taps: the mean that goes with the response's variance when each pixel's variance is linear in its own mean.
    /// </summary>
    internal (float Response, float Mean) Apply(ReadOnlySpan<float> image, int at, int width)
    {
        float response = 0, mean = 0;
        for (int y = 0; y < Size; y++)
        {
            ReadOnlySpan<float> row = image.Slice(at + (y * width), Size);
            float rowResponse = 0, rowMean = 0;
            for (int x = 0; x < row.Length; x++)
            {
                rowResponse += _taps[x] * row[x];
                rowMean += _squares[x] * row[x];
            }

            response += _taps[y] * rowResponse;
            mean += _squares[y] * rowMean;
        }

        return (response, mean);
    }

    /// <summary>How many times fewer independent responses there are than responses taken every <paramref name="stride"/> pixels.</summary>
    internal double Redundancy(int stride)
    {
        double sum = 1;
        for (int lag = stride; lag < Size; lag += stride)
        {
            double correlation = 0;
            for (int i = 0; i + lag < Size; i++)
            {
                correlation += _taps[i] * (double)_taps[i + lag];
            }

            sum += 2 * correlation * correlation;
        }

        return sum * sum;
    }
}
