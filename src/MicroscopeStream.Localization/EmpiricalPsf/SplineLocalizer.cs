using System.Numerics.Tensors;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Localizations.Astigmatism;
using MicroscopeStream.Localizations.Candidates;
using MicroscopeStream.Localizations.Fitting;

namespace MicroscopeStream.Localizations.EmpiricalPsf;

/// <summary>
/// From a frame to localizations in three dimensions with a measured PSF: candidates, a region around each, a fit in each region, and
/// the rejection of what is no single emitter within the PSF's depths. Emitters closer than about a region are taken for one.
/// </summary>
/// <remarks>Belongs to one thread at a time. Allocates nothing per frame once its buffers have grown, when it fits on one thread.</remarks>
public sealed class SplineLocalizer : IFrameLocalizer
{
    private readonly PixelGrid _grid;
    private readonly AstigmatismCalibration _curves;
    private readonly SingleEmitterOptions _options;
    private readonly CandidateFinder _finder;
    private readonly SplineFitter[] _fitters;
    private readonly List<Candidate> _candidates = new(256);
    private readonly int _size;
    private readonly CandidateRegions _regions;
    private SplineFit[] _fits = [];

    /// <summary>Makes a localizer for frames on one grid.</summary>
    /// <param name="grid">The frames' pixels, of the PSF's pixel size.</param>
    /// <param name="calibration">A calibration with a PSF.</param>
    /// <param name="options">
    /// <see cref="SingleEmitterOptions.Threshold"/>, noise, threads, <see cref="SingleEmitterOptions.MaximumSigma"/> and
    /// <see cref="SingleEmitterOptions.MaximumDeviance"/> count;
    /// <see cref="SingleEmitterOptions.RegionSize"/> 0 is 13 px.
    /// </param>
    /// <exception cref="ArgumentException">The calibration has no PSF, or one of other pixels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public SplineLocalizer(PixelGrid grid, PsfCalibration calibration, SingleEmitterOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 1);
        SplinePsf psf = calibration.Psf ?? throw new ArgumentException("The calibration holds curves only, no PSF.", nameof(calibration));
        if (!calibration.Fits(grid.PixelSizeNm))
        {
            throw new ArgumentException($"Frames of {grid.PixelSizeNm} nm pixels, a PSF of {psf.PixelSizeNm} nm.", nameof(calibration));
        }

        (_grid, _curves, _options) = (grid, calibration.Curves, options);
        _size = options.RegionSize > 0 ? options.RegionSize : 13;
        double width = Math.Clamp(options.PsfSigma ?? (_curves.X.At(0) / grid.PixelSizeNm), 0.5, 4);
        _finder = new CandidateFinder(grid.Width, grid.Height, width, options.Threshold, options.ReadVariance, options.ExcessNoiseFactor);
        var fit = new SplineFitOptions { RegionSize = _size, ExcessNoiseFactor = (float)options.ExcessNoiseFactor };
        _regions = new CandidateRegions(grid, _candidates, _size, options.ReadVariance);
        _fitters = [.. Enumerable.Range(0, options.Threads).Select(_ => new SplineFitter(psf, fit))];
    }

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
        MeanBackground = TensorPrimitives.Sum(_finder.LocalMean) / _finder.LocalMean.Length;
        int before = localizations.Count;
        if (_grid.Width < _size || _grid.Height < _size || _candidates.Count == 0)
        {
            return 0;
        }

        _regions.Cut(photons, readVariance);
        Fit();
        for (int i = 0; i < _candidates.Count; i++)
        {
            if (Accept(i, before, localizations))
            {
                localizations.Add(Describe(frame, i));
            }
        }

        return localizations.Count - before;
    }

    private void Fit()
    {
        int count = _candidates.Count;
        if (_fits.Length < count)
        {
            _fits = new SplineFit[count * 2];
        }

        int threads = Math.Min(_fitters.Length, Math.Max(1, count / 8));
        if (threads == 1)
        {
            Fit(0, 0, count);
            return;
        }

        FitInParallel(threads, count);
    }

    // Apart, because a closure would be allocated at the beginning of a method that has one.
    private void FitInParallel(int threads, int count) =>
        Parallel.For(0, threads, t => Fit(t, t * count / threads, (t + 1) * count / threads));

    private void Fit(int fitter, int first, int end) =>
        _fitters[fitter].Fit(_regions.Photons(first, end), _regions.ReadVariance(first, end), _fits.AsSpan(first, end - first));

    private bool Accept(int i, int before, List<Localization> localizations)
    {
        SplineFit fit = _fits[i];
        if (!fit.Converged || !(fit.ReducedDeviance <= _options.MaximumDeviance) || !(MathF.Max(fit.SigmaX, fit.SigmaY) <= _options.MaximumSigma))
        {
            return false;
        }

        (int cornerX, int cornerY) = _regions.Corner(i);
        double x = (cornerX + (double)fit.X) * _grid.PixelSizeNm, y = (cornerY + (double)fit.Y) * _grid.PixelSizeNm;

        // Away from focus an emitter has several maxima, and each of them finds it.
        double near = 1.5 * _grid.PixelSizeNm;
        for (int k = localizations.Count - 1; k >= before; k--)
        {
            if (Math.Abs(localizations[k].X - x) < near && Math.Abs(localizations[k].Y - y) < near)
            {
                return false;
            }
        }

        return true;
    }

    private Localization Describe(long frame, int i)
    {
        SplineFit fit = _fits[i];
        (int cornerX, int cornerY) = _regions.Corner(i);
        float pixel = (float)_grid.PixelSizeNm, misfit = FitQuality.Misfit(fit.ReducedDeviance, _size * _size);
        double noise = (Math.Max(fit.Background, 0) * _options.ExcessNoiseFactor) + _options.ReadVariance;
        return new Localization
        {
            Frame = frame,
            X = (cornerX + (double)fit.X) * pixel,
            Y = (cornerY + (double)fit.Y) * pixel,
            Z = fit.ZNm,
            SigmaX = fit.SigmaX * pixel * misfit,
            SigmaY = fit.SigmaY * pixel * misfit,
            SigmaZ = fit.SigmaZNm * misfit,
            Photons = fit.Photons,
            SigmaPhotons = fit.SigmaPhotons * misfit,
            Background = fit.Background,
            BackgroundStd = (float)Math.Sqrt(noise),
            PsfSigmaX = (float)_curves.X.At(fit.ZNm),
            PsfSigmaY = (float)_curves.Y.At(fit.ZNm),
            Probability = 1,
        };
    }
}
