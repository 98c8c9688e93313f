using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Localizations.Astigmatism;
using MicroscopeStream.Localizations.Candidates;

namespace MicroscopeStream.Localizations.Fitting;

/// <summary>
/// The classical way from a frame to localizations: candidates, a region around each, an estimate in each region, and the
/// rejection of what is no emitter. Where one emitter does not explain its spot, a maximum-likelihood fit takes it apart into up to
/// four (<see cref="SingleEmitterOptions.MaximumEmitters"/>); what still explains its pixels badly gets a larger precision.
/// </summary>
/// <remarks>Belongs to one thread at a time. Allocates nothing per frame once its buffers have grown, when it fits on one thread.</remarks>
public sealed class SingleEmitterLocalizer : IFrameLocalizer
{
    private readonly PixelGrid _grid;
    private readonly SingleEmitterOptions _options;
    private readonly List<Candidate> _candidates = new(256);
    private readonly PsfWidth _width;
    private double _psfSigma;
    private int _size;
    private CandidateFinder _finder;
    private GaussianFitter[] _fitters;
    private CandidateRegions _regions;
    private GaussianFit[] _fits = [];
    private CrowdedSpots? _crowded;

    /// <summary>Makes a localizer for frames on one grid.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    /// <exception cref="ArgumentException">Depth is asked of the phasor.</exception>
    public SingleEmitterLocalizer(PixelGrid grid, SingleEmitterOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 1);
        _grid = grid;
        _options = options.Astigmatism is { } depth ? ForDepth(options, depth) : options;
        bool follows = _options.PsfSigma is null && _options.Estimator == SingleEmitterEstimator.MaximumLikelihood && _options.Shape == GaussianShape.Symmetric;
        _width = new PsfWidth(follows);
        (_psfSigma, _size, _finder, _fitters, _regions) = Configure(options.PsfSigma ?? 1.25);
    }

    /// <summary>Width of the PSF in use, px: as given, or as found so far.</summary>
    public double PsfSigma => _psfSigma;

    /// <summary>Candidates of the last frame, accepted or not.</summary>
    public int CandidateCount => _candidates.Count;

    /// <inheritdoc/>
    public float MeanBackground { get; private set; }

    /// <inheritdoc/>
    public int Localize(long frame, ReadOnlySpan<float> photons, ReadOnlySpan<float> readVariance, List<Localization> localizations)
    {
        if (!readVariance.IsEmpty && readVariance.Length != photons.Length)
        {
            throw new ArgumentException($"{readVariance.Length} variances given for {photons.Length} pixels.", nameof(readVariance));
        }

        _finder.Find(photons, _candidates);
        MeanBackground = Mean(_finder.LocalMean);
        int before = localizations.Count;
        if (_grid.Width < _size || _grid.Height < _size || _candidates.Count == 0)
        {
            return 0;
        }

        _regions.Cut(photons, readVariance);
        Estimate();
        for (int i = 0; i < _candidates.Count; i++)
        {
            if (_crowded?.WasResolved(i) == true)
            {
                AddResolved(frame, i, before, localizations);
            }
            else if (Accept(i, before, localizations) is { } accepted)
            {
                localizations.Add(Describe(frame, accepted, i));
                _width.Learn(accepted, _size);
            }
        }

        FollowWidth();
        return localizations.Count - before;
    }

    private static float Mean(ReadOnlySpan<float> values) => System.Numerics.Tensors.TensorPrimitives.Sum(values) / values.Length;

    private SingleEmitterOptions ForDepth(SingleEmitterOptions options, AstigmatismCalibration depth)
    {
        if (options.Estimator != SingleEmitterEstimator.MaximumLikelihood)
        {
            throw new ArgumentException("Depth from astigmatism needs the widths of a maximum-likelihood fit.", nameof(options));
        }

        return options with
        {
            Shape = GaussianShape.Elliptical,
            PsfSigma = options.PsfSigma ?? Math.Clamp(depth.X.At(0) / _grid.PixelSizeNm, 0.5, 4),
            RegionSize = options.RegionSize > 0 ? options.RegionSize : 13,
        };
    }

    private (double PsfSigma, int Size, CandidateFinder Finder, GaussianFitter[] Fitters, CandidateRegions Regions) Configure(double psfSigma)
    {
        int size = _options.RegionSize > 0 ? _options.RegionSize : Math.Clamp((2 * (int)Math.Ceiling(2.5 * psfSigma - 0.75)) + 1, 7, 15);
        var finder = new CandidateFinder(
            _grid.Width, _grid.Height, psfSigma, _options.Threshold, _options.ReadVariance, _options.ExcessNoiseFactor);
        var fit = new GaussianFitOptions
        {
            Shape = _options.Shape,
            RegionSize = size,
            PsfSigma = (float)psfSigma,
            ExcessNoiseFactor = (float)_options.ExcessNoiseFactor,
        };
        var fitters = new GaussianFitter[_options.Threads];
        for (int i = 0; i < fitters.Length; i++)
        {
            fitters[i] = new GaussianFitter(fit);
        }

        // Before the PSF's width is known, what is wider than it cannot be told from several emitters.
        bool apart = _options.MaximumEmitters > 1 && _width.IsKnown
            && _options.Estimator == SingleEmitterEstimator.MaximumLikelihood && _options.Shape == GaussianShape.Symmetric;
        _crowded = apart ? new CrowdedSpots(_candidates, size, psfSigma, _options) : null;
        return (psfSigma, size, finder, fitters, new CandidateRegions(_grid, _candidates, size, _options.ReadVariance));
    }

    private void Estimate()
    {
        int count = _candidates.Count;
        if (_fits.Length < count)
        {
            _fits = new GaussianFit[count * 2];
        }

        _crowded?.Clear();
        if (_options.Estimator == SingleEmitterEstimator.Phasor)
        {
            for (int i = 0; i < count; i++)
            {
                _fits[i] = Phasor.Fit(_regions.Photons(i, i + 1), _size, _psfSigma, _options);
            }

            return;
        }

        int threads = Math.Min(_fitters.Length, Math.Max(1, count / (8 * GaussianFitter.Lanes)));
        if (threads == 1)
        {
            Fit(0, 0, count);
            Refine(0, 0, count);
            return;
        }

        FitInParallel(threads, count);
    }

    // Apart, because a closure would be allocated at the beginning of a method that has one.
    private void FitInParallel(int threads, int count)
    {
        int share = ((count + threads - 1) / threads + GaussianFitter.Lanes - 1) / GaussianFitter.Lanes * GaussianFitter.Lanes;
        Parallel.For(0, threads, t => Fit(t, t * share, Math.Min(count, (t + 1) * share)));
        Parallel.For(0, threads, t => Refine(t, t * share, Math.Min(count, (t + 1) * share)));
    }

    private void Refine(int thread, int first, int end)
    {
        for (int i = first; _crowded is not null && i < end; i++)
        {
            _crowded.Refine(thread, i, _regions.Photons(i, i + 1), _regions.ReadVariance(i, i + 1));
        }
    }

    private void Fit(int fitter, int first, int end)
    {
        if (first >= end)
        {
            return;
        }

        _fitters[fitter].Fit(_regions.Photons(first, end), _regions.ReadVariance(first, end), _fits.AsSpan(first, end - first));
        for (int i = first; _crowded is not null && i < end; i++)
        {
            _crowded.Split(fitter, i, _regions.Corner(i), _regions.Photons(i, i + 1), _regions.ReadVariance(i, i + 1), _fits[i]);
        }
    }

    // The fit of a candidate where it is one emitter: inside its region, certain enough, with a width near the PSF's, and not found before.
    private GaussianFit? Accept(int i, int before, List<Localization> localizations)
    {
        GaussianFit fit = _fits[i];
        if (!fit.Converged || !(MathF.Max(fit.SigmaX, fit.SigmaY) <= _options.MaximumSigma))
        {
            return null;
        }

        double spread = _options.Shape == GaussianShape.Elliptical ? 2.5 : 1.8;
        if (!Near(fit.PsfSigmaX) || !Near(fit.PsfSigmaY))
        {
            return null;
        }

        (int cornerX, int cornerY) = _regions.Corner(i);
        double x = (cornerX + (double)fit.X) * _grid.PixelSizeNm, y = (cornerY + (double)fit.Y) * _grid.PixelSizeNm;
        return IsTaken(x, y, before, localizations) ? null : fit;

        bool Near(float sigma) => sigma > _psfSigma / spread && sigma < _psfSigma * spread;
    }

    // Two candidates on the flanks of one emitter fall onto the same spot.
    private bool IsTaken(double x, double y, int before, List<Localization> localizations)
    {
        double near = 0.75 * _grid.PixelSizeNm;
        for (int k = localizations.Count - 1; k >= before; k--)
        {
            if (Math.Abs(localizations[k].X - x) < near && Math.Abs(localizations[k].Y - y) < near)
            {
                return true;
            }
        }

        return false;
    }

    private void AddResolved(long frame, int i, int before, List<Localization> localizations)
    {
        (int cornerX, int cornerY) = _regions.Corner(i);
        (float background, float deviance) = _crowded!.Quality(i);
        float pixel = (float)_grid.PixelSizeNm, width = (float)_psfSigma * pixel, misfit = FitQuality.Misfit(deviance, _size * _size);
        foreach (ref readonly OverlappingEmitter one in _crowded.Emitters(i))
        {
            double x = (cornerX + (double)one.X) * pixel, y = (cornerY + (double)one.Y) * pixel;
            bool inside = one.X > 0 && one.Y > 0 && one.X < _size && one.Y < _size;
            if (!inside || !(misfit * MathF.Max(one.SigmaX, one.SigmaY) <= _options.MaximumSigma) || IsTaken(x, y, before, localizations))
            {
                continue;
            }

            localizations.Add(new Localization
            {
                Frame = frame,
                X = x,
                Y = y,
                Photons = one.Photons,
                Background = background,
                BackgroundStd = (float)Math.Sqrt((Math.Max(background, 0) * _options.ExcessNoiseFactor) + _options.ReadVariance),
                PsfSigmaX = width,
                PsfSigmaY = width,
                SigmaX = one.SigmaX * pixel * misfit,
                SigmaY = one.SigmaY * pixel * misfit,
                SigmaPhotons = one.SigmaPhotons * misfit,
                Probability = 1,
            });
        }
    }

    private Localization Describe(long frame, in GaussianFit fit, int i)
    {
        (int cornerX, int cornerY) = _regions.Corner(i);
        float pixel = (float)_grid.PixelSizeNm;
        AxialEstimate? depth = _options.Astigmatism?.Depth(
            fit.PsfSigmaX * pixel, fit.PsfSigmaY * pixel, fit.SigmaPsfSigmaX * pixel, fit.SigmaPsfSigmaY * pixel);
        double noise = (Math.Max(fit.Background, 0) * _options.ExcessNoiseFactor) + _options.ReadVariance;
        float misfit = _options.Estimator == SingleEmitterEstimator.MaximumLikelihood ? FitQuality.Misfit(fit.ReducedDeviance, _size * _size) : 1;
        return new Localization
        {
            Frame = frame,
            X = (cornerX + (double)fit.X) * pixel,
            Y = (cornerY + (double)fit.Y) * pixel,
            Z = depth?.ZNm ?? double.NaN,
            SigmaZ = (float)(depth?.SigmaZNm ?? double.NaN),
            Photons = fit.Photons,
            Background = fit.Background,
            BackgroundStd = (float)Math.Sqrt(noise),
            PsfSigmaX = fit.PsfSigmaX * pixel,
            PsfSigmaY = fit.PsfSigmaY * pixel,
            SigmaX = fit.SigmaX * pixel * misfit,
            SigmaY = fit.SigmaY * pixel * misfit,
            SigmaPhotons = fit.SigmaPhotons * misfit,
            Probability = 1,
        };
    }

    // Between frames, because it exchanges the buffers that a frame is worked on in.
    private void FollowWidth()
    {
        if (_width.Changed() is { } sigma)
        {
            (_psfSigma, _size, _finder, _fitters, _regions) = Configure(sigma);
            _fits = [];
        }
    }
}
