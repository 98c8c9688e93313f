namespace MicroscopeStream.Localizations.Fitting;

/// <summary>
/// Takes apart what one emitter does not explain: fits more and more emitters to a region, until they explain it or there are too many.
/// More emitters are believed only where they explain most of what fewer leave unexplained, so that a PSF that is no Gaussian does not
/// break up into several.
/// </summary>
/// <remarks>Belongs to one thread at a time. Allocates nothing after construction.</remarks>
internal sealed class OverlapResolver
{
    /// <summary>Drop of deviance per further parameter that noise alone does not make.</summary>
    private const double LeastDrop = 10;

    /// <summary>Share of the unexplained deviance that further emitters must explain.</summary>
    private const double LeastShareExplained = 0.6;

    /// <summary>Reduced misfit of a smooth surface below which there is no emitter, or none that stands out from a hill of background.</summary>
    private const double LeastRoughness = 1.7;

    /// <summary>Photons of the dimmest emitter over those of the brightest.</summary>
    private const float LeastShareOfPhotons = 0.15f;

    private readonly OverlapFitter _fitter;
    private readonly SmoothSurface _surface;
    private readonly OverlappingEmitter[] _found = new OverlappingEmitter[OverlapFitter.Most];
    private readonly int _size;
    private readonly float _sigma;
    private readonly int _most;

    /// <param name="size">Edge of the region, px.</param>
    /// <param name="sigma">Width of the PSF, px.</param>
    /// <param name="excess">Excess noise factor of the camera.</param>
    /// <param name="most">Emitters per region at most, up to <see cref="OverlapFitter.Most"/>.</param>
    public OverlapResolver(int size, float sigma, float excess, int most)
    {
        (_size, _sigma, _most) = (size, sigma, Math.Min(most, OverlapFitter.Most));
        _fitter = new OverlapFitter(size, sigma, excess);
        _surface = new SmoothSurface(size, excess);
    }

    /// <summary>Background of what was found last, photons per px.</summary>
    public float Background { get; private set; }

    /// <summary>How well the emitters found last explain the region.</summary>
    public float ReducedDeviance { get; private set; }

    /// <summary>Deviance of a fit of one emitter with a free width.</summary>
    public double Total(float reducedDeviance) => reducedDeviance * ((_size * _size) - 5);

    /// <summary>Fits several emitters in place of one.</summary>
    /// <param name="photons">The region, photons, row-major (y, x).</param>
    /// <param name="readVariance">Variance of its read noise, photons²: one for all or one per pixel.</param>
    /// <param name="single">The fit of one emitter, which is to be beaten.</param>
    /// <param name="peaks">Places in the region to start from, px from its corner.</param>
    /// <param name="emitters">Receives the emitters.</param>
    /// <returns>Their number, ≥ 2; 0: several explain it no better than one.</returns>
    public int Split(
        ReadOnlySpan<float> photons, ReadOnlySpan<float> readVariance, in GaussianFit single, ReadOnlySpan<(float X, float Y)> peaks,
        Span<OverlappingEmitter> emitters)
    {
        double smooth = _surface.Misfit(photons, readVariance), toBeat = single.Converged ? Math.Min(smooth, Total(single.ReducedDeviance)) : smooth;
        if (smooth < LeastRoughness * ((_size * _size) - SmoothSurface.Parameters))
        {
            return 0;
        }

        float background = Dimmest(photons);
        _fitter.Load(photons, readVariance);
        Begin(photons, background, peaks);
        return Grow(background, toBeat, emitters);
    }

    /// <summary>Fits emitters found before once more, now that their neighbours are known.</summary>
    /// <param name="photons">The region, photons, row-major (y, x).</param>
    /// <param name="readVariance">Variance of its read noise, photons²: one for all or one per pixel.</param>
    /// <param name="inside">Emitters to fit, as far as there is room.</param>
    /// <param name="outside">Emitters whose light is taken as it is known.</param>
    /// <param name="toBeat">Deviance of the fit of one emitter, where that stood; NaN: it did not.</param>
    /// <param name="emitters">Receives the emitters, those found new at the end.</param>
    /// <returns>Their number; 0: they cannot be fitted so.</returns>
    public int Refine(
        ReadOnlySpan<float> photons, ReadOnlySpan<float> readVariance, ReadOnlySpan<OverlappingEmitter> inside, ReadOnlySpan<OverlappingEmitter> outside,
        double toBeat, Span<OverlappingEmitter> emitters)
    {
        _fitter.Load(photons, readVariance);
        for (int i = 0; i < inside.Length; i++)
        {
            if (_fitter.Count < _most)
            {
                _fitter.Add(inside[i].X, inside[i].Y, inside[i].Photons);
            }
            else
            {
                _fitter.AddKnown(inside[i].X, inside[i].Y, inside[i].Photons);
            }
        }

        foreach (ref readonly OverlappingEmitter one in outside)
        {
            _fitter.AddKnown(one.X, one.Y, one.Photons);
        }

        return Grow(Dimmest(photons), toBeat, emitters);
    }

    // toBeat: the deviance that more emitters must beat; NaN: any.
    private int Grow(float background, double toBeat, Span<OverlappingEmitter> emitters)
    {
        int best = 0, parameters = 5;
        for (float from = background; ; from = float.NaN)
        {
            if (_fitter.Fit(from) && IsBetter(toBeat, parameters) && _fitter.Describe(_found) && AreEmitters())
            {
                best = _fitter.Count;
                _found.AsSpan(0, best).CopyTo(emitters);
                (Background, ReducedDeviance) = (_fitter.Background, (float)(_fitter.Deviance / _fitter.DegreesOfFreedom));
                if (ReducedDeviance < FitQuality.Explained(_fitter.DegreesOfFreedom))
                {
                    return best;
                }

                (toBeat, parameters) = (_fitter.Deviance, _fitter.Parameters);
            }

            if (_fitter.Count >= _most)
            {
                return best;
            }

            (float x, float y, float more) = _fitter.Unexplained();
            _fitter.Add(x, y, more);
        }
    }

    private bool IsBetter(double toBeat, int parameters)
    {
        if (double.IsNaN(toBeat))
        {
            return true;
        }

        double drop = toBeat - _fitter.Deviance, unexplained = toBeat - _fitter.DegreesOfFreedom;
        return drop > LeastDrop * Math.Max(3, _fitter.Parameters - parameters) && drop > LeastShareExplained * unexplained;
    }

    private bool AreEmitters()
    {
        float brightest = 0;
        foreach (ref readonly OverlappingEmitter one in _found.AsSpan(0, _fitter.Count))
        {
            brightest = MathF.Max(brightest, one.Photons);
        }

        foreach (ref readonly OverlappingEmitter one in _found.AsSpan(0, _fitter.Count))
        {
            if (!(one.Photons > LeastShareOfPhotons * brightest) || !(one.Photons > 3 * one.SigmaPhotons))
            {
                return false;
            }
        }

        return true;
    }

    private void Begin(ReadOnlySpan<float> photons, float background, ReadOnlySpan<(float X, float Y)> peaks)
    {
        float total = 0;
        foreach (float value in photons)
        {
            total += value - background;
        }

        total = MathF.Max(total, 1);
        if (peaks.Length >= 2)
        {
            int count = Math.Min(peaks.Length, _most);
            for (int i = 0; i < count; i++)
            {
                _fitter.Add(peaks[i].X, peaks[i].Y, total / count);
            }

            return;
        }

        (float x, float y, float dx, float dy) = LongAxis(photons, background);
        _fitter.Add(x + dx, y + dy, total / 2);
        _fitter.Add(x - dx, y - dy, total / 2);
    }

    // Middle of the light, and how far apart along its long axis two emitters would have to lie to make it so long.
    private (float X, float Y, float Dx, float Dy) LongAxis(ReadOnlySpan<float> photons, float background)
    {
        double sum = 1e-6, mx = 0, my = 0, xx = 0, yy = 0, xy = 0;
        for (int y = 0; y < _size; y++)
        {
            for (int x = 0; x < _size; x++)
            {
                double w = Math.Max(photons[(y * _size) + x] - background, 0);
                sum += w;
                mx += w * (x + 0.5);
                my += w * (y + 0.5);
                xx += w * (x + 0.5) * (x + 0.5);
                yy += w * (y + 0.5) * (y + 0.5);
                xy += w * (x + 0.5) * (y + 0.5);
            }
        }

        (mx, my) = (mx / sum, my / sum);
        (xx, yy, xy) = ((xx / sum) - (mx * mx), (yy / sum) - (my * my), (xy / sum) - (mx * my));
        double angle = 0.5 * Math.Atan2(2 * xy, xx - yy);
        double longest = ((xx + yy) / 2) + Math.Sqrt((((xx - yy) / 2) * ((xx - yy) / 2)) + (xy * xy));
        double half = Math.Sqrt(Math.Clamp(longest - (_sigma * _sigma), 0.15, 4));
        return ((float)mx, (float)my, (float)(half * Math.Cos(angle)), (float)(half * Math.Sin(angle)));
    }

    // The darkest of the four sides, as the fit of one emitter starts from.
    private float Dimmest(ReadOnlySpan<float> photons)
    {
        float top = 0, bottom = 0, left = 0, right = 0;
        for (int i = 0; i < _size; i++)
        {
            top += photons[i];
            bottom += photons[((_size - 1) * _size) + i];
            left += photons[i * _size];
            right += photons[(i * _size) + _size - 1];
        }

        return MathF.Max(MathF.Min(MathF.Min(top, bottom), MathF.Min(left, right)) / _size, 0.01f);
    }
}
