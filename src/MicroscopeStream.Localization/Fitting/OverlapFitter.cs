using System.Numerics;
using System.Runtime.InteropServices;

namespace MicroscopeStream.Localizations.Fitting;

/// <summary>One of several emitters fitted together.</summary>
/// <param name="X">Position along columns, px from the region's corner.</param>
/// <param name="Y">Position along rows, px from the region's corner.</param>
/// <param name="Photons">Photons in the frame.</param>
/// <param name="SigmaX">Cramér–Rao bound of x, px, the others' positions being unknown too.</param>
/// <param name="SigmaY">Cramér–Rao bound of y, px.</param>
/// <param name="SigmaPhotons">Cramér–Rao bound of the photons.</param>
internal readonly record struct OverlappingEmitter(float X, float Y, float Photons, float SigmaX, float SigmaY, float SigmaPhotons);

/// <summary>
/// Maximum-likelihood fit of several Gaussians of one known width on a sloping background in one region (Huang et al. 2011,
/// 10.1364/BOE.2.001377; Holden et al. 2011, 10.1038/nmeth0411-279). Noise as in <see cref="GaussianFitter"/>. All derivatives of a
/// parameter lie in one row over the region's pixels, so that the Fisher matrix is a matter of dot products.
/// </summary>
/// <remarks>Belongs to one thread at a time. Allocates nothing after construction.</remarks>
internal sealed class OverlapFitter
{
    /// <summary>Emitters at most.</summary>
    public const int Most = 6;

    private const int MaxIterations = 40;
    private const int Surface = 3; // of the background: its level, and its slopes along x and y
    private const int MostParameters = Surface + (3 * Most);
    private readonly int _size;
    private readonly int _padded;
    private readonly float _sigma;
    private readonly float _excess;
    private readonly Vector<float>[] _profiles;
    private readonly float[] _rows;
    private readonly float[] _counts;
    private readonly float[] _extra;
    private readonly float[] _known;
    private readonly float[] _model;
    private readonly float[] _weight;
    private readonly float[] _residual;
    private readonly float[] _lane = new float[Vector<float>.Count];
    private readonly double[] _theta = new double[MostParameters];
    private readonly double[] _trial = new double[MostParameters];
    private readonly double[] _gradient = new double[MostParameters];
    private readonly PositiveMatrix _fisher = new(MostParameters);
    private readonly double[] _step = new double[MostParameters];

    /// <param name="size">Edge of the region, px.</param>
    /// <param name="sigma">Width of the PSF, px.</param>
    /// <param name="excess">Excess noise factor of the camera, ≥ 1.</param>
    public OverlapFitter(int size, float sigma, float excess)
    {
        (_size, _sigma, _excess) = (size, sigma, excess);
        int lanes = Vector<float>.Count;
        _padded = ((size * size) + lanes - 1) / lanes * lanes;
        _profiles = new Vector<float>[3 * size];
        _rows = new float[MostParameters * _padded];
        (_counts, _extra, _known, _model) = (new float[_padded], new float[_padded], new float[_padded], new float[_padded]);
        (_weight, _residual) = (new float[_padded], new float[_padded]);
        for (int p = 0; p < size * size; p++)
        {
            (_rows[p], _rows[_padded + p], _rows[(2 * _padded) + p]) = (1, (p % size) - ((size - 1) / 2f), (p / size) - ((size - 1) / 2f));
        }
    }

    /// <summary>Emitters of the last fit.</summary>
    public int Count { get; private set; }

    /// <summary>Background of the last fit, photons per px.</summary>
    public float Background => (float)_theta[0] * _excess;

    /// <summary>Twice the log-likelihood that the last fit lacks against a perfect one.</summary>
    public double Deviance { get; private set; }

    /// <summary>Pixels less parameters.</summary>
    public int DegreesOfFreedom => (_size * _size) - Parameters;

    /// <summary>Free parameters: three per emitter, three of the background.</summary>
    public int Parameters => Surface + (3 * Count);

    /// <summary>Takes a region's pixels.</summary>
    /// <param name="photons">Photons, row-major (y, x).</param>
    /// <param name="readVariance">Variance of the read noise, photons²: one for all, or one per pixel.</param>
    public void Load(ReadOnlySpan<float> photons, ReadOnlySpan<float> readVariance)
    {
        float scale = 1 / _excess;
        for (int p = 0; p < photons.Length; p++)
        {
            _extra[p] = readVariance[readVariance.Length == 1 ? 0 : p] * scale * scale;
            _counts[p] = MathF.Max((photons[p] * scale) + _extra[p], 0);
        }

        Array.Clear(_known);
        Count = 0;
    }

    /// <summary>Adds the light of an emitter that is known, and is not fitted.</summary>
    public void AddKnown(float x, float y, float photons)
    {
        Profile(x, y);
        for (int row = 0, p = 0; row < _size; row++)
        {
            float light = _profiles[row][1] * photons / _excess;
            for (int column = 0; column < _size; column++, p++)
            {
                _known[p] += _profiles[column][0] * light;
            }
        }
    }

    /// <summary>Adds an emitter to start from.</summary>
    public void Add(float x, float y, float photons)
    {
        int at = Surface + (3 * Count);
        (_theta[at], _theta[at + 1], _theta[at + 2]) = (x, y, Math.Max(photons / _excess, 1));
        Count++;
    }

    /// <summary>Fits the emitters that were added.</summary>
    /// <param name="background">Background to start from, photons per px; NaN: where the last fit ended.</param>
    /// <returns>Whether it settled.</returns>
    public bool Fit(float background)
    {
        int parameters = Parameters;
        if (!float.IsNaN(background))
        {
            (_theta[0], _theta[1], _theta[2]) = (Math.Max(background / _excess, 0.01), 0, 0);
        }

        Deviance = Evaluate(_theta);
        double damping = 1e-3;
        for (int iteration = 0; iteration < MaxIterations; iteration++)
        {
            Accumulate();
            double largest;
            while (true)
            {
                if (!Step(damping, out largest))
                {
                    return false;
                }

                double deviance = Evaluate(_trial);
                if (deviance <= Deviance + 1e-6)
                {
                    (_trial.AsSpan(0, parameters)).CopyTo(_theta);
                    Deviance = deviance;
                    damping = Math.Max(damping / 8, 1e-7);
                    break;
                }

                damping *= 8;
                if (damping > 1e4)
                {
                    Deviance = Evaluate(_theta);
                    return true;
                }
            }

            if (largest < 1e-3)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The emitters of the last fit with their bounds; false when these are not finite.</summary>
    public bool Describe(Span<OverlappingEmitter> emitters)
    {
        Evaluate(_theta);
        Accumulate();
        if (!_fisher.Factor(Parameters, 0))
        {
            return false;
        }

        for (int e = 0; e < Count; e++)
        {
            int at = Surface + (3 * e);
            emitters[e] = new OverlappingEmitter(
                (float)_theta[at], (float)_theta[at + 1], (float)_theta[at + 2] * _excess,
                (float)Math.Sqrt(_fisher.InverseAt(at)), (float)Math.Sqrt(_fisher.InverseAt(at + 1)), (float)Math.Sqrt(_fisher.InverseAt(at + 2)) * _excess);
        }

        return true;
    }

    /// <summary>Where the last fit leaves most light unexplained: the middle of the brightest 3 × 3 px, and the photons there.</summary>
    public (float X, float Y, float Photons) Unexplained()
    {
        (float x, float y, float most) = (_size / 2f, _size / 2f, float.MinValue);
        for (int row = 1; row < _size - 1; row++)
        {
            for (int column = 1; column < _size - 1; column++)
            {
                float sum = 0;
                for (int p = -1; p <= 1; p++)
                {
                    int at = ((row + p) * _size) + column;
                    sum += _counts[at - 1] - _model[at - 1] + _counts[at] - _model[at] + _counts[at + 1] - _model[at + 1];
                }

                if (sum > most)
                {
                    (x, y, most) = (column + 0.5f, row + 0.5f, sum);
                }
            }
        }

        return (x, y, Math.Max(most, 1) * 1.5f * _excess);
    }

    // Model, its derivatives row by row, and the deviance.
    private double Evaluate(double[] theta)
    {
        int area = _size * _size;
        Span<float> model = _model.AsSpan(0, area);
        (float level, float slopeX, float slopeY) = ((float)theta[0], (float)theta[1], (float)theta[2]);
        ReadOnlySpan<float> alongX = _rows.AsSpan(_padded, area), alongY = _rows.AsSpan(2 * _padded, area);
        for (int p = 0; p < area; p++)
        {
            model[p] = level + (slopeX * alongX[p]) + (slopeY * alongY[p]) + _extra[p] + _known[p];
        }

        for (int e = 0; e < Count; e++)
        {
            Shape(theta, e, model);
        }

        double deviance = 0;
        for (int p = 0; p < area; p++)
        {
            float mean = MathF.Max(model[p], 1e-3f), count = MathF.Max(_counts[p], 1e-6f);
            deviance += mean - count + (count * MathF.Log(count / mean));
            _weight[p] = 1 / mean;
            _residual[p] = (_counts[p] - mean) / mean;
        }

        return 2 * deviance;
    }

    private void Shape(double[] theta, int e, Span<float> model)
    {
        int at = Surface + (3 * e);
        Profile((float)theta[at], (float)theta[at + 1]);
        ReadOnlySpan<Vector<float>> share = _profiles.AsSpan(0, _size), byCentre = _profiles.AsSpan(_size, _size);
        float photons = (float)theta[at + 2];
        Span<float> byX = _rows.AsSpan(at * _padded, _padded), byY = _rows.AsSpan((at + 1) * _padded, _padded), byN = _rows.AsSpan((at + 2) * _padded, _padded);
        for (int y = 0, p = 0; y < _size; y++)
        {
            float shareY = share[y][1], slopeY = byCentre[y][1];
            for (int x = 0; x < _size; x++, p++)
            {
                float shareX = share[x][0];
                byN[p] = shareX * shareY;
                byX[p] = photons * byCentre[x][0] * shareY;
                byY[p] = photons * shareX * slopeY;
                model[p] += photons * byN[p];
            }
        }
    }

    // Both axes at once: columns in the first lane, rows in the second.
    private void Profile(float x, float y)
    {
        (_lane[0], _lane[1]) = (x, y);
        IntegratedGaussian.Evaluate(
            new Vector<float>(_lane), new Vector<float>(_sigma), _profiles.AsSpan(0, _size), _profiles.AsSpan(_size, _size), _profiles.AsSpan(2 * _size, _size));
    }

    private void Accumulate()
    {
        int parameters = Parameters, area = _size * _size;
        for (int a = 0; a < parameters; a++)
        {
            ReadOnlySpan<float> one = _rows.AsSpan(a * _padded, _padded);
            _gradient[a] = Dot(one, _residual, area);
            for (int b = 0; b <= a; b++)
            {
                _fisher[a, b] = Dot(one, _rows.AsSpan(b * _padded, _padded), _weight);
            }
        }
    }

    private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b, int count) =>
        System.Numerics.Tensors.TensorPrimitives.Dot(a[..count], b[..count]);

    private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b, float[] weight)
    {
        ReadOnlySpan<Vector<float>> va = MemoryMarshal.Cast<float, Vector<float>>(a), vb = MemoryMarshal.Cast<float, Vector<float>>(b);
        ReadOnlySpan<Vector<float>> vw = MemoryMarshal.Cast<float, Vector<float>>(weight);
        Vector<float> sum = Vector<float>.Zero;
        for (int i = 0; i < vw.Length; i++)
        {
            sum += va[i] * vb[i] * vw[i];
        }

        return Vector.Sum(sum);
    }

    private bool Step(double damping, out double largest)
    {
        largest = 0;
        int parameters = Parameters;
        if (!_fisher.Factor(parameters, damping))
        {
            return false;
        }

        _fisher.Solve(_gradient, _step);
        for (int e = 0; e < Count; e++)
        {
            int at = Surface + (3 * e);
            for (int axis = at; axis < at + 2; axis++)
            {
                double step = Math.Clamp(_step[axis], -0.7, 0.7);
                _trial[axis] = Math.Clamp(_theta[axis] + step, -1, _size + 1);
                largest = Math.Max(largest, Math.Abs(_trial[axis] - _theta[axis]));
            }

            _trial[at + 2] = Math.Clamp(_theta[at + 2] + _step[at + 2], 0.3 * _theta[at + 2], 3 * _theta[at + 2]);
        }

        // Within the region the background stays above zero.
        _trial[0] = Math.Max(_theta[0] + _step[0], 0.01);
        double steepest = _trial[0] / _size;
        _trial[1] = Math.Clamp(_theta[1] + _step[1], -steepest, steepest);
        _trial[2] = Math.Clamp(_theta[2] + _step[2], -steepest, steepest);
        return true;
    }
}
