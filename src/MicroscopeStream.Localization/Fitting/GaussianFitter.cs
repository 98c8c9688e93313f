using System.Numerics;

namespace MicroscopeStream.Localizations.Fitting;

/// <summary>
/// Maximum-likelihood fits of an integrated Gaussian on a flat background by damped Fisher scoring, as many spots at once as a
/// vector has lanes (Smith et al. 2010, 10.1038/nmeth.1449). Read noise enters pixel by pixel as extra variance on data and model
/// alike (Huang et al. 2013, 10.1038/nmeth.2488); an EM register's excess noise scales counts and bound
/// (Chao et al. 2012, 10.1007/s11045-011-0150-7).
/// </summary>
/// <remarks>Holds its working memory, so one instance belongs to one thread at a time. Allocates nothing after construction.</remarks>
public sealed class GaussianFitter
{
    private const int X = 0, Y = 1, N = 2, B = 3, S = 4, T = 5;
    private readonly GaussianFitOptions _options;
    private readonly int _size;
    private readonly int _parameters;
    private readonly Vector<float>[] _counts;
    private readonly Vector<float>[] _extra;
    private readonly Vector<float>[] _profiles;
    private readonly Vector<float>[] _theta;
    private readonly Vector<float>[] _gradient;
    private readonly Vector<float>[] _fisher;
    private readonly Vector<float>[] _scratch;
    private readonly float[] _lane = new float[Vector<float>.Count];

    /// <summary>Makes a fitter.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public GaussianFitter(GaussianFitOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.RegionSize, 5);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.RegionSize, 15);
        ArgumentOutOfRangeException.ThrowIfZero(options.RegionSize % 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.PsfSigma, 0.5f);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.PsfSigma, 4f);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxIterations, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ExcessNoiseFactor, 1f);
        _options = options;
        _size = options.RegionSize;
        _parameters = (int)options.Shape;
        _counts = new Vector<float>[_size * _size];
        _extra = new Vector<float>[_size * _size];
        _profiles = new Vector<float>[6 * _size];
        _theta = new Vector<float>[6];
        _gradient = new Vector<float>[6];
        _fisher = new Vector<float>[LaneCholesky.Length(6)];
        _scratch = new Vector<float>[12];
    }

    /// <summary>Edge of a region, px.</summary>
    public int RegionSize => _size;

    /// <summary>Spots that are fitted at once; blocks of a multiple of it waste nothing.</summary>
    public static int Lanes => Vector<float>.Count;

    /// <summary>Fits spots.</summary>
    /// <param name="regions">Pixels in photons: spot after spot, each <c>RegionSize × RegionSize</c>, row-major (y, x). Any finite values.</param>
    /// <param name="readVariance">Read noise variance of the same pixels, photons²; one value for all, or empty for none.</param>
    /// <param name="fits">Receives one fit per spot; its length says how many.</param>
    /// <exception cref="ArgumentException">The lengths do not belong together.</exception>
    public void Fit(ReadOnlySpan<float> regions, ReadOnlySpan<float> readVariance, Span<GaussianFit> fits)
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

        for (int first = 0; first < fits.Length; first += Lanes)
        {
            int count = Math.Min(Lanes, fits.Length - first);
            Gather(regions.Slice(first * area, count * area), readVariance, first * area, count);
            Start();
            Vector<int> converged = Iterate();
            Scatter(converged, fits.Slice(first, count));
        }
    }

    // Spots are turned on their side: one vector per pixel, one lane per spot. Idle lanes repeat the first spot.
    private void Gather(ReadOnlySpan<float> regions, ReadOnlySpan<float> readVariance, int offset, int count)
    {
        int area = _size * _size;
        float scale = 1 / _options.ExcessNoiseFactor;
        for (int p = 0; p < area; p++)
        {
            for (int lane = 0; lane < _lane.Length; lane++)
            {
                _lane[lane] = regions[((lane < count ? lane : 0) * area) + p] * scale;
            }

            var data = new Vector<float>(_lane);
            Vector<float> extra = Vector<float>.Zero;
            if (readVariance.Length == 1)
            {
                extra = new Vector<float>(readVariance[0] * scale * scale);
            }
            else if (readVariance.Length > 1)
            {
                for (int lane = 0; lane < _lane.Length; lane++)
                {
                    _lane[lane] = readVariance[offset + ((lane < count ? lane : 0) * area) + p] * scale * scale;
                }

                extra = new Vector<float>(_lane);
            }

            // The likelihood is of counts: what noise pushed below zero counts as none.
            _counts[p] = Vector.Max(data + extra, Vector<float>.Zero);
            _extra[p] = extra;
        }
    }

    private void Start()
    {
        Vector<float> zero = Vector<float>.Zero;
        Vector<float> total = zero, top = zero, bottom = zero, left = zero, right = zero;
        for (int i = 0; i < _size; i++)
        {
            top += Signal(i);
            bottom += Signal(((_size - 1) * _size) + i);
            left += Signal(i * _size);
            right += Signal((i * _size) + _size - 1);
        }

        // The darkest of the four sides is the one least lit by this emitter and its neighbours.
        Vector<float> background = Vector.Max(
            Vector.Min(Vector.Min(top, bottom), Vector.Min(left, right)) * (1f / _size), new Vector<float>(0.01f));
        Vector<float> weight = new(1e-6f), momentX = zero, momentY = zero;
        for (int y = 0; y < _size; y++)
        {
            for (int x = 0; x < _size; x++)
            {
                Vector<float> above = Signal((y * _size) + x) - background;
                total += above;
                above = Vector.Max(above, zero);
                weight += above;
                momentX += above * (x + 0.5f);
                momentY += above * (y + 0.5f);
            }
        }

        _theta[X] = momentX / weight;
        _theta[Y] = momentY / weight;
        _theta[N] = Vector.Max(total, new Vector<float>(10f));
        _theta[B] = background;
        _theta[S] = _theta[T] = new Vector<float>(_options.PsfSigma);

        Vector<float> Signal(int p) => _counts[p] - _extra[p];
    }

    private Vector<int> Iterate()
    {
        var converged = Vector<int>.Zero;
        var tolerance = new Vector<float>(_options.Tolerance);
        for (int iteration = 0; iteration < _options.MaxIterations; iteration++)
        {
            Accumulate();
            LaneCholesky.Factor(_fisher, _parameters);
            LaneCholesky.Solve(_fisher, _parameters, _gradient);
            Vector<float> moved = Vector.Max(Vector.Abs(_gradient[X]), Vector.Abs(_gradient[Y]));
            Vector<float> widened = _parameters > S ? Vector.Abs(_gradient[S]) : Vector<float>.Zero;
            Step(converged);
            converged |= Vector.LessThan(Vector.Max(moved, widened), tolerance);
            if (Vector.EqualsAll(converged, new Vector<int>(-1)))
            {
                break;
            }
        }

        return converged;
    }

    private void Step(Vector<int> converged)
    {
        float size = _size;
        Move(X, new Vector<float>(0.6f), 0.2f, size - 0.2f);
        Move(Y, new Vector<float>(0.6f), 0.2f, size - 0.2f);
        Move(N, Vector.Max(_theta[N] * 0.5f, new Vector<float>(20f)), 1f, 1e7f);
        Move(B, Vector.Max(_theta[B] * 0.5f, Vector<float>.One), 0.01f, 1e6f);
        if (_parameters > S)
        {
            Move(S, new Vector<float>(0.25f), 0.4f, size / 2);
            if (_parameters > T)
            {
                Move(T, new Vector<float>(0.25f), 0.4f, size / 2);
            }
            else
            {
                _theta[T] = _theta[S];
            }
        }

        void Move(int k, Vector<float> most, float lowest, float highest)
        {
            Vector<float> step = Vector.Min(Vector.Max(_gradient[k], -most), most);
            Vector<float> next = Vector.Min(Vector.Max(_theta[k] + step, new Vector<float>(lowest)), new Vector<float>(highest));
            _theta[k] = Vector.ConditionalSelect(converged, _theta[k], next);
        }
    }

    // Gradient of the log-likelihood and Fisher information at the present parameters.
    private void Accumulate()
    {
        int n = _size;
        Span<Vector<float>> px = _profiles.AsSpan(0, n), dx = _profiles.AsSpan(n, n), sx = _profiles.AsSpan(2 * n, n);
        Span<Vector<float>> py = _profiles.AsSpan(3 * n, n), dy = _profiles.AsSpan(4 * n, n), sy = _profiles.AsSpan(5 * n, n);
        IntegratedGaussian.Evaluate(_theta[X], _theta[S], px, dx, sx);
        IntegratedGaussian.Evaluate(_theta[Y], _theta[T], py, dy, sy);
        Array.Clear(_gradient);
        Array.Clear(_fisher);
        Vector<float> photons = _theta[N], background = _theta[B];
        Span<Vector<float>> d = _scratch.AsSpan(0, 6);
        Span<Vector<float>> fisher = _fisher, gradient = _gradient;
        for (int y = 0; y < n; y++)
        {
            Vector<float> ny = photons * py[y], ndy = photons * dy[y], nsy = photons * sy[y];
            for (int x = 0; x < n; x++)
            {
                int p = (y * n) + x;
                d[N] = px[x] * py[y];
                d[X] = dx[x] * ny;
                d[Y] = px[x] * ndy;
                Vector<float> model = (d[N] * photons) + background + _extra[p];
                Vector<float> inverse = Vector<float>.One / model;
                Vector<float> residual = (_counts[p] * inverse) - Vector<float>.One;
                if (_parameters == 5)
                {
                    d[S] = (sx[x] * ny) + (px[x] * nsy);
                }
                else if (_parameters == 6)
                {
                    d[S] = sx[x] * ny;
                    d[T] = px[x] * nsy;
                }

                Add(d, inverse, residual, gradient, fisher);
            }
        }
    }

    private void Add(
        Span<Vector<float>> d, Vector<float> inverse, Vector<float> residual, Span<Vector<float>> gradient, Span<Vector<float>> fisher)
    {
        // The background's derivative is 1, so its row needs no products.
        Vector<float> wx = d[X] * inverse, wy = d[Y] * inverse, wn = d[N] * inverse;
        gradient[X] += d[X] * residual;
        gradient[Y] += d[Y] * residual;
        gradient[N] += d[N] * residual;
        gradient[B] += residual;
        fisher[0] += wx * d[X];
        fisher[1] += wy * d[X];
        fisher[2] += wy * d[Y];
        fisher[3] += wn * d[X];
        fisher[4] += wn * d[Y];
        fisher[5] += wn * d[N];
        fisher[6] += wx;
        fisher[7] += wy;
        fisher[8] += wn;
        fisher[9] += inverse;
        if (_parameters > S)
        {
            Vector<float> ws = d[S] * inverse;
            gradient[S] += d[S] * residual;
            fisher[10] += ws * d[X];
            fisher[11] += ws * d[Y];
            fisher[12] += ws * d[N];
            fisher[13] += ws;
            fisher[14] += ws * d[S];
            if (_parameters > T)
            {
                Vector<float> wt = d[T] * inverse;
                gradient[T] += d[T] * residual;
                fisher[15] += wt * d[X];
                fisher[16] += wt * d[Y];
                fisher[17] += wt * d[N];
                fisher[18] += wt;
                fisher[19] += wt * d[S];
                fisher[20] += wt * d[T];
            }
        }
    }

    private void Scatter(Vector<int> converged, Span<GaussianFit> fits)
    {
        Accumulate();
        LaneCholesky.Factor(_fisher, _parameters);
        Span<Vector<float>> bound = _scratch.AsSpan(0, 6);
        LaneCholesky.InverseDiagonal(_fisher, _parameters, _scratch.AsSpan(6, 6), bound);
        Vector<float> deviance = Deviance();
        float excess = _options.ExcessNoiseFactor;
        for (int lane = 0; lane < fits.Length; lane++)
        {
            float x = _theta[X][lane], y = _theta[Y][lane];
            bool inside = x > 0.5f && y > 0.5f && x < _size - 0.5f && y < _size - 0.5f;

            // Counts were divided by the excess noise factor, so photons and background grow back by it. The information per
            // divided count is that of the noisier camera, so the position's bound needs no further factor.
            fits[lane] = new GaussianFit
            {
                X = x,
                Y = y,
                Photons = _theta[N][lane] * excess,
                Background = _theta[B][lane] * excess,
                PsfSigmaX = _theta[S][lane],
                PsfSigmaY = _theta[T][lane],
                SigmaX = MathF.Sqrt(bound[X][lane]),
                SigmaY = MathF.Sqrt(bound[Y][lane]),
                SigmaPhotons = MathF.Sqrt(bound[N][lane]) * excess,
                SigmaBackground = MathF.Sqrt(bound[B][lane]) * excess,
                SigmaPsfSigmaX = _parameters > S ? MathF.Sqrt(bound[S][lane]) : float.NaN,
                SigmaPsfSigmaY = _parameters > S ? MathF.Sqrt(bound[_parameters > T ? T : S][lane]) : float.NaN,
                ReducedDeviance = deviance[lane],
                Converged = converged[lane] != 0 && inside && float.IsFinite(bound[X][lane]),
            };
        }
    }

    private Vector<float> Deviance()
    {
        Vector<float> sum = Vector<float>.Zero;
        int n = _size;
        for (int y = 0; y < n; y++)
        {
            Vector<float> share = _profiles[(3 * n) + y] * _theta[N];
            for (int x = 0; x < n; x++)
            {
                int p = (y * n) + x;
                Vector<float> model = (_profiles[x] * share) + _theta[B] + _extra[p];
                Vector<float> counts = Vector.Max(_counts[p], new Vector<float>(1e-6f));
                sum += (model - counts) + (counts * Vector.Log(counts / model));
            }
        }

        return sum * (2f / ((n * n) - _parameters));
    }
}
