using System.Numerics;

namespace MicroscopeStream.Localizations.Candidates;

/// <summary>A pixel that may hold an emitter.</summary>
/// <param name="X">Column, px.</param>
/// <param name="Y">Row, px.</param>
/// <param name="SignalToNoise">Filtered signal over the noise expected there, ≥ the threshold.</param>
public readonly record struct Candidate(int X, int Y, float SignalToNoise);

/// <summary>
/// Finds pixels that may hold an emitter: the frame less its local mean is filtered with the PSF's width and compared with the
/// shot and read noise that the local mean leads to, so that one threshold fits dark and bright regions; local maxima above it count.
/// </summary>
/// <remarks>Holds its working memory, so one instance belongs to one thread at a time. Allocates nothing after construction.</remarks>
public sealed class CandidateFinder
{
    private readonly int _width;
    private readonly int _height;
    private readonly float _threshold;
    private readonly float _readVariance;
    private readonly float _noiseGain;
    private readonly SeparableFilter _signal;
    private readonly SeparableFilter _local;
    private readonly float[] _smoothed;
    private readonly float[] _mean;

    /// <summary>Makes a finder for frames of one size.</summary>
    /// <param name="width">Columns, px, ≥ 1.</param>
    /// <param name="height">Rows, px, ≥ 1.</param>
    /// <param name="psfSigma">Width of the PSF, px, 0.5…4.</param>
    /// <param name="threshold">Signal over noise that counts, &gt; 0; 4 to 6 is usual.</param>
    /// <param name="readVariance">Read noise variance, photons², ≥ 0.</param>
    /// <param name="excessNoiseFactor">1 for sCMOS, 2 for EMCCD.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public CandidateFinder(int width, int height, double psfSigma, double threshold, double readVariance = 0, double excessNoiseFactor = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(psfSigma, 0.5);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(psfSigma, 4);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threshold);
        ArgumentOutOfRangeException.ThrowIfNegative(readVariance);
        ArgumentOutOfRangeException.ThrowIfLessThan(excessNoiseFactor, 1);
        _width = width;
        _height = height;
        _threshold = (float)threshold;
        _readVariance = (float)readVariance;
        float[] narrow = SeparableFilter.Gaussian(psfSigma, (int)Math.Ceiling(3 * psfSigma));
        float[] wide = SeparableFilter.Box((int)Math.Ceiling(4 * psfSigma));
        _signal = new SeparableFilter(width, height, narrow);
        _local = new SeparableFilter(width, height, wide);
        _noiseGain = (float)(NoiseGain(narrow, wide) * excessNoiseFactor);
        _smoothed = new float[width * height];
        _mean = new float[width * height];
    }

    /// <summary>The local mean of the last frame, photons per px, row-major (y, x).</summary>
    public ReadOnlySpan<float> LocalMean => _mean;

    /// <summary>Finds candidates in a frame.</summary>
    /// <param name="photons">The frame, photons, row-major (y, x); finite values.</param>
    /// <param name="candidates">Receives them in reading order; cleared first.</param>
    /// <exception cref="ArgumentException">The frame has another size.</exception>
    public void Find(ReadOnlySpan<float> photons, List<Candidate> candidates)
    {
        if (photons.Length != _width * _height)
        {
            throw new ArgumentException($"{photons.Length} pixels given for a frame of {_width} × {_height}.", nameof(photons));
        }

        candidates.Clear();
        _signal.Apply(photons, _smoothed);
        _local.Apply(photons, _mean);
        ToSignalToNoise();
        int lanes = Vector<float>.Count;
        var threshold = new Vector<float>(_threshold);
        for (int y = 0; y < _height; y++)
        {
            int row = y * _width;
            int x = 0;
            for (; x <= _width - lanes; x += lanes)
            {
                if (!Vector.GreaterThanAny(new Vector<float>(_smoothed, row + x), threshold))
                {
                    continue;
                }

                for (int i = x; i < x + lanes; i++)
                {
                    Consider(i, y, candidates);
                }
            }

            for (; x < _width; x++)
            {
                Consider(x, y, candidates);
            }
        }
    }

    // Variance of (narrow − wide) per unit variance of a pixel: the sum of the two-dimensional kernel's squares.
    private static double NoiseGain(float[] narrow, float[] wide)
    {
        double sum = 0;
        int radius = Math.Max(narrow.Length, wide.Length) - 1;
        for (int y = -radius; y <= radius; y++)
        {
            for (int x = -radius; x <= radius; x++)
            {
                double w = (At(narrow, y) * At(narrow, x)) - (At(wide, y) * At(wide, x));
                sum += w * w;
            }
        }

        return sum;

        static double At(float[] weights, int i) => Math.Abs(i) < weights.Length ? weights[Math.Abs(i)] : 0;
    }

    private void ToSignalToNoise()
    {
        int lanes = Vector<float>.Count;
        int i = 0;
        var floor = new Vector<float>(0.05f);
        for (; i <= _mean.Length - lanes; i += lanes)
        {
            var mean = new Vector<float>(_mean, i);
            Vector<float> variance = (Vector.Max(mean, floor) + new Vector<float>(_readVariance)) * _noiseGain;
            ((new Vector<float>(_smoothed, i) - mean) / Vector.SquareRoot(variance)).CopyTo(_smoothed, i);
        }

        for (; i < _mean.Length; i++)
        {
            float variance = (MathF.Max(_mean[i], 0.05f) + _readVariance) * _noiseGain;
            _smoothed[i] = (_smoothed[i] - _mean[i]) / MathF.Sqrt(variance);
        }
    }

    private void Consider(int x, int y, List<Candidate> candidates)
    {
        float value = _smoothed[(y * _width) + x];
        if (!(value > _threshold))
        {
            return;
        }

        for (int j = Math.Max(0, y - 1); j <= Math.Min(_height - 1, y + 1); j++)
        {
            for (int i = Math.Max(0, x - 1); i <= Math.Min(_width - 1, x + 1); i++)
            {
                // Of equal neighbours the first in reading order counts.
                float other = _smoothed[(j * _width) + i];
                if (other > value || (other == value && (j < y || (j == y && i < x))))
                {
                    return;
                }
            }
        }

        candidates.Add(new Candidate(x, y, value));
    }
}
