using System.Numerics;
using System.Runtime.InteropServices;

namespace MicroscopeStream.Localizations.EmpiricalPsf;

/// <summary>
/// Maximum-likelihood fits of a measured PSF on a flat background, x, y, z, photons and background free, by the method of Levenberg
/// and Marquardt for Poisson counts (Laurence &amp; Chromy 2010, 10.1038/nmeth0510-338; Li et al. 2018, 10.1038/nmeth.4661). Noise as
/// in <see cref="Fitting.GaussianFitter"/>: per-pixel read variance on data and model alike, excess noise as a scale of the counts.
/// </summary>
/// <remarks>Holds its working memory, so one instance belongs to one thread at a time. Allocates nothing after construction.</remarks>
public sealed class SplineFitter
{
    private const int P = SplineSystem.Parameters;
    private const double MostPixels = 0.7;
    private const double MostNm = 150;

    // Steps are short where they are damped; only a step of about its full length that is short means arrival.
    private const double LittleDamping = 0.5;
    private readonly SplinePsf _psf;
    private readonly SplineFitOptions _options;
    private readonly SplineRegion _model;
    private readonly SplineStart _start;
    private readonly int _size;
    private readonly int _stride;
    private readonly float[] _counts;
    private readonly float[] _extra;
    private readonly float[] _mask;
    private readonly SplineSystem _system = new();
    private readonly double[] _theta = new double[P];
    private readonly double[] _trial = new double[P];
    private readonly double[] _best = new double[P];

    /// <summary>Makes a fitter.</summary>
    /// <param name="psf">The PSF.</param>
    /// <param name="options">How.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public SplineFitter(SplinePsf psf, SplineFitOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.RegionSize, 5);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.RegionSize, 21);
        ArgumentOutOfRangeException.ThrowIfZero(options.RegionSize % 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxIterations, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ExcessNoiseFactor, 1f);
        (_psf, _options, _size) = (psf, options, options.RegionSize);
        _model = new SplineRegion(psf, _size);
        _stride = _model.Stride;
        _counts = new float[_size * _stride];
        _extra = new float[_size * _stride];
        _mask = new float[_size * _stride];
        for (int i = 0; i < _mask.Length; i++)
        {
            _mask[i] = i % _stride < _size ? 1 : 0;
        }

        _start = new SplineStart(psf, _model, _mask, _size);
    }

    /// <summary>Edge of a region, px.</summary>
    public int RegionSize => _size;

    /// <summary>Fits spots.</summary>
    /// <param name="regions">Pixels in photons: spot after spot, each <c>RegionSize × RegionSize</c>, row-major (y, x). Any finite values.</param>
    /// <param name="readVariance">Read noise variance of the same pixels, photons²; one value for all, or empty for none.</param>
    /// <param name="fits">Receives one fit per spot; its length says how many.</param>
    /// <exception cref="ArgumentException">The lengths do not belong together.</exception>
    public void Fit(ReadOnlySpan<float> regions, ReadOnlySpan<float> readVariance, Span<SplineFit> fits)
    {
        int area = _size * _size;
        if (regions.Length != fits.Length * area)
        {
            throw new ArgumentException($"{regions.Length} pixels given for {fits.Length} spots of {_size} × {_size}.", nameof(regions));
        }

        if (readVariance.Length > 1 && readVariance.Length != regions.Length)
        {
            throw new ArgumentException($"{readVariance.Length} variances given for {regions.Length} pixels.", nameof(readVariance));
        }

        for (int s = 0; s < fits.Length; s++)
        {
            Gather(regions.Slice(s * area, area), readVariance.Length > 1 ? readVariance.Slice(s * area, area) : readVariance);
            fits[s] = FitOne();
        }
    }

    private void Gather(ReadOnlySpan<float> region, ReadOnlySpan<float> readVariance)
    {
        float scale = 1 / _options.ExcessNoiseFactor, one = readVariance.Length == 1 ? readVariance[0] * scale * scale : 0;
        for (int y = 0; y < _size; y++)
        {
            for (int x = 0; x < _size; x++)
            {
                int from = (y * _size) + x, to = (y * _stride) + x;
                float extra = readVariance.Length > 1 ? readVariance[from] * scale * scale : one;

                // The likelihood is of counts: what noise pushed below zero counts as none.
                _counts[to] = MathF.Max((region[from] * scale) + extra, 0);
                _extra[to] = extra;
            }
        }
    }

    private SplineFit FitOne()
    {
        _start.Find(_counts, _extra, _theta, out double otherZ);
        (double deviance, bool settled) = Climb();
        if (double.IsFinite(otherZ))
        {
            // Two depths look alike at first sight: the likelihood decides.
            _theta.CopyTo(_best, 0);
            _start.Begin(_counts, _extra, otherZ, _theta);
            (double other, bool otherSettled) = Climb();
            if (other < deviance)
            {
                (deviance, settled) = (other, otherSettled);
            }
            else
            {
                _best.CopyTo(_theta, 0);
                Accumulate(_theta);
                _system.Keep();
            }
        }

        return Describe(deviance, settled);
    }

    private (double Deviance, bool Settled) Climb()
    {
        double deviance = Accumulate(_theta), damping = 0;
        _system.Keep();
        Span<double> step = stackalloc double[P];
        for (int iteration = 0; iteration < _options.MaxIterations; iteration++)
        {
            if (!_system.Solve(damping, step))
            {
                damping = Math.Max(10 * damping, 1e-3);
                continue;
            }

            Limit(step);
            for (int k = 0; k < P; k++)
            {
                _trial[k] = _theta[k] + step[k];
            }

            Clamp(_trial);
            double moved = Math.Max(
                Math.Max(Math.Abs(_trial[0] - _theta[0]), Math.Abs(_trial[1] - _theta[1])), Math.Abs(_trial[4] - _theta[4]) / _psf.PixelSizeNm);
            double next = Accumulate(_trial);

            // Sums of floats differ by this much at equal parameters.
            if (next <= deviance + 1e-3 + (1e-6 * deviance))
            {
                _trial.CopyTo(_theta, 0);
                bool free = damping < LittleDamping;
                (deviance, damping) = (next, damping > 1e-2 ? damping / 10 : 0);
                _system.Keep();
                if (moved < _options.Tolerance && free)
                {
                    return (deviance, true);
                }
            }
            else
            {
                damping = damping == 0 ? 0.1 : 10 * damping;
                if (damping > 1e6)
                {
                    return (deviance, false);
                }
            }
        }

        return (deviance, false);
    }

    // Shortened as a whole, so that it goes on pointing downhill.
    private static void Limit(Span<double> step)
    {
        double longest = Math.Max(Math.Max(Math.Abs(step[0]), Math.Abs(step[1])) / MostPixels, Math.Abs(step[4]) / MostNm);
        for (int k = 0; k < P && longest > 1; k++)
        {
            step[k] /= longest;
        }
    }

    private void Clamp(double[] theta)
    {
        theta[0] = Math.Clamp(theta[0], 0.2, _size - 0.2);
        theta[1] = Math.Clamp(theta[1], 0.2, _size - 0.2);
        theta[2] = Math.Clamp(theta[2], Math.Max(1, _theta[2] / 4), 1e8);
        theta[3] = Math.Clamp(theta[3], Math.Max(0.01, _theta[3] / 4), 1e7);
        theta[4] = Math.Clamp(theta[4], _psf.MinimumZNm, _psf.MaximumZNm);
    }

    // Deviance, gradient of the log-likelihood and Fisher information at the given parameters.
    private double Accumulate(double[] theta)
    {
        _model.Evaluate(theta[0], theta[1], theta[4], derivatives: true);
        var photons = new Vector<float>((float)theta[2]);
        var background = new Vector<float>((float)theta[3]);
        var least = new Vector<float>(1e-6f);
        Vector<float> zero = Vector<float>.Zero, deviance = zero;
        Vector<float> gx = zero, gy = zero, gn = zero, gb = zero, gz = zero;
        Vector<float> xx = zero, xy = zero, yy = zero, xn = zero, yn = zero, nn = zero, xb = zero, yb = zero, nb = zero, bb = zero;
        Vector<float> xz = zero, yz = zero, nz = zero, bz = zero, zz = zero;
        ref float value = ref _model.Value[0], byX = ref _model.ByX[0], byY = ref _model.ByY[0], byZ = ref _model.ByZ[0];
        ref float counted = ref _counts[0], added = ref _extra[0], masked = ref MemoryMarshal.GetArrayDataReference(_mask);
        for (nuint i = 0; i < (nuint)_counts.Length; i += (nuint)Vector<float>.Count)
        {
            Vector<float> mask = Vector.LoadUnsafe(ref masked, i), counts = Vector.LoadUnsafe(ref counted, i);

            Vector<float> n = Vector.LoadUnsafe(ref value, i), light = n * photons;
            Vector<float> x = Vector.LoadUnsafe(ref byX, i) * photons, y = Vector.LoadUnsafe(ref byY, i) * photons, z = Vector.LoadUnsafe(ref byZ, i) * photons;

            // An averaged PSF may dip below zero at its foot; there it takes some of the background away, never all.
            Vector<float> dark = background + Vector.LoadUnsafe(ref added, i), most = dark * -0.75f;
            var dips = Vector.LessThan(light, most);
            if (Vector.LessThanAny(light, most))
            {
                light = Vector.ConditionalSelect(dips, most, light);
                x = Vector.ConditionalSelect(dips, zero, x);
                y = Vector.ConditionalSelect(dips, zero, y);
                n = Vector.ConditionalSelect(dips, zero, n);
                z = Vector.ConditionalSelect(dips, zero, z);
            }

            Vector<float> mean = light + dark;
            Vector<float> weight = mask / mean, residual = (counts * weight) - mask;
            counts = Vector.Max(counts, least);
            deviance += mask * ((mean - counts) + (counts * Vector.Log(counts / mean)));
            Vector<float> wx = x * weight, wy = y * weight, wn = n * weight, wz = z * weight;
            gx += x * residual;
            gy += y * residual;
            gn += n * residual;
            gb += residual;
            gz += z * residual;
            xx += wx * x;
            xy += wx * y;
            yy += wy * y;
            xn += wx * n;
            yn += wy * n;
            nn += wn * n;
            xb += wx;
            yb += wy;
            nb += wn;
            bb += weight;
            xz += wz * x;
            yz += wz * y;
            nz += wz * n;
            bz += wz;
            zz += wz * z;
        }

        _system.Set(
            [Vector.Sum(gx), Vector.Sum(gy), Vector.Sum(gn), Vector.Sum(gb), Vector.Sum(gz)],
            [
                Vector.Sum(xx), Vector.Sum(xy), Vector.Sum(yy), Vector.Sum(xn), Vector.Sum(yn), Vector.Sum(nn), Vector.Sum(xb), Vector.Sum(yb),
                Vector.Sum(nb), Vector.Sum(bb), Vector.Sum(xz), Vector.Sum(yz), Vector.Sum(nz), Vector.Sum(bz), Vector.Sum(zz),
            ]);
        return 2 * Vector.Sum(deviance);
    }

    private SplineFit Describe(double deviance, bool settled)
    {
        Span<double> bound = stackalloc double[P];
        bool known = _system.Bound(bound);
        float excess = _options.ExcessNoiseFactor, x = (float)_theta[0], y = (float)_theta[1];
        bool inside = x > 0.5f && y > 0.5f && x < _size - 0.5f && y < _size - 0.5f
            && _theta[4] > _psf.MinimumZNm + 1 && _theta[4] < _psf.MaximumZNm - 1;

        // Counts were divided by the excess noise factor, so photons and background grow back by it.
        return new SplineFit
        {
            X = x,
            Y = y,
            ZNm = (float)_theta[4],
            Photons = (float)_theta[2] * excess,
            Background = (float)_theta[3] * excess,
            SigmaX = (float)Math.Sqrt(bound[0]),
            SigmaY = (float)Math.Sqrt(bound[1]),
            SigmaZNm = (float)Math.Sqrt(bound[4]),
            SigmaPhotons = (float)Math.Sqrt(bound[2]) * excess,
            SigmaBackground = (float)Math.Sqrt(bound[3]) * excess,
            ReducedDeviance = (float)(deviance / ((_size * _size) - P)),
            Converged = settled && inside && known,
        };
    }
}
