using System.Numerics;

namespace MicroscopeStream.Localizations.EmpiricalPsf;

/// <summary>
/// Where a fit with a measured PSF begins: position at the centroid, depth where the PSF correlates best with the spot, photons and
/// background by linear least squares.
/// </summary>
internal sealed class SplineStart
{
    private const double SpacingNm = 125;
    private readonly SplineRegion _model;
    private readonly float[] _mask;
    private readonly int _size;
    private readonly double[] _depths;
    private readonly double[] _scores;
    private readonly double[] _photons;
    private readonly double[] _backgrounds;
    private double _darkest;

    public SplineStart(SplinePsf psf, SplineRegion model, float[] mask, int size)
    {
        (_model, _mask, _size) = (model, mask, size);
        int count = Math.Clamp((int)Math.Round((psf.MaximumZNm - psf.MinimumZNm) / SpacingNm), 3, 25);
        double range = psf.MaximumZNm - psf.MinimumZNm;
        _depths = [.. Enumerable.Range(0, count).Select(i => psf.MinimumZNm + (range * (i + 0.5) / count))];
        (_scores, _photons, _backgrounds) = (new double[count], new double[count], new double[count]);
    }

    /// <summary>Finds the start.</summary>
    /// <param name="counts">The spot, in rows of the model's stride.</param>
    /// <param name="extra">Read variance in the counts.</param>
    /// <param name="theta">Receives x, y, photons, background, z.</param>
    /// <param name="otherZ">Another depth that fits about as well, nm; NaN when there is none.</param>
    public void Find(float[] counts, float[] extra, double[] theta, out double otherZ)
    {
        (theta[0], theta[1]) = Centroid(counts, extra);
        int best = 0;
        for (int i = 0; i < _depths.Length; i++)
        {
            Score(counts, extra, theta[0], theta[1], i);
            best = _scores[i] > _scores[best] ? i : best;
        }

        Take(best, theta);
        otherZ = double.NaN;
        double second = 0.9 * _scores[best];
        for (int i = 0; i < _depths.Length; i++)
        {
            bool peak = (i == 0 || _scores[i] >= _scores[i - 1]) && (i == _depths.Length - 1 || _scores[i] >= _scores[i + 1]);
            if (peak && Math.Abs(i - best) > 1 && _scores[i] > second)
            {
                (second, otherZ) = (_scores[i], _depths[i]);
            }
        }
    }

    /// <summary>The start at one of the depths that <see cref="Find"/> named.</summary>
    public void Begin(float[] counts, float[] extra, double depth, double[] theta)
    {
        (theta[0], theta[1]) = Centroid(counts, extra);
        Take(Array.IndexOf(_depths, depth), theta);
    }

    private void Take(int i, double[] theta) =>
        (theta[2], theta[3], theta[4]) = (Math.Max(_photons[i], 10), Math.Max(Math.Max(_backgrounds[i], 0.5 * _darkest), 0.01), _depths[i]);

    // Above the darkest side, and no farther than two pixels from the middle: far light is a neighbour's.
    private (double X, double Y) Centroid(float[] counts, float[] extra)
    {
        int stride = _model.Stride, last = _size - 1;
        double top = 0, bottom = 0, left = 0, right = 0;
        for (int i = 0; i < _size; i++)
        {
            top += At(i, 0);
            bottom += At(i, last);
            left += At(0, i);
            right += At(last, i);
        }

        double background = _darkest = Math.Min(Math.Min(top, bottom), Math.Min(left, right)) / _size;
        double sum = 1e-6, x = 0, y = 0;
        for (int j = 0; j < _size; j++)
        {
            for (int i = 0; i < _size; i++)
            {
                double above = Math.Max(At(i, j) - background, 0);
                sum += above;
                x += above * (i + 0.5);
                y += above * (j + 0.5);
            }
        }

        double middle = _size / 2.0;
        return (Math.Clamp(x / sum, middle - 2, middle + 2), Math.Clamp(y / sum, middle - 2, middle + 2));

        double At(int column, int row) => counts[(row * stride) + column] - extra[(row * stride) + column];
    }

    private void Score(float[] counts, float[] extra, double x, double y, int depth)
    {
        _model.Evaluate(x, y, _depths[depth], derivatives: false);
        Vector<float> zero = Vector<float>.Zero, v = zero, d = zero, vv = zero, vd = zero;
        for (int i = 0; i < counts.Length; i += Vector<float>.Count)
        {
            var mask = new Vector<float>(_mask, i);
            Vector<float> value = new Vector<float>(_model.Value, i) * mask;
            Vector<float> data = (new Vector<float>(counts, i) - new Vector<float>(extra, i)) * mask;
            v += value;
            d += data;
            vv += value * value;
            vd += value * data;
        }

        double n = _size * _size, meanValue = Vector.Sum(v) / n, meanData = Vector.Sum(d) / n;
        double variance = Math.Max((Vector.Sum(vv) / n) - (meanValue * meanValue), 1e-12), covariance = (Vector.Sum(vd) / n) - (meanValue * meanData);
        _photons[depth] = covariance / variance;
        _backgrounds[depth] = meanData - (_photons[depth] * meanValue);
        _scores[depth] = covariance > 0 ? covariance * covariance / variance : 0;
    }
}
