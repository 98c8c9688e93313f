namespace MicroscopeStream.Localizations.Fitting;

/// <summary>Learns the width of the PSF from fits with a free width.</summary>
/// <param name="follows">Whether there is something to learn.</param>
internal sealed class PsfWidth(bool follows)
{
    private const int Samples = 100;

    /// <summary>Widths that are enough for the time being.</summary>
    private const int FewSamples = 10;

    /// <summary>Fits after which the width is taken from whatever there is.</summary>
    private const int MostSeen = 300;

    private readonly float[] _any = new float[Samples];
    private readonly float[] _good = new float[Samples];
    private int _seen;
    private int _goodCount;
    private bool _final = !follows;

    /// <summary>Whether the width in use is more than a guess.</summary>
    public bool IsKnown { get; private set; } = !follows;

    /// <summary>Takes an accepted fit into account.</summary>
    public void Learn(in GaussianFit fit, int regionSize)
    {
        if (_final)
        {
            return;
        }

        _any[_seen++ % Samples] = fit.PsfSigmaX;
        if (fit.ReducedDeviance < FitQuality.Explained((regionSize * regionSize) - 5) && _goodCount < Samples)
        {
            _good[_goodCount++] = fit.PsfSigmaX;
        }
    }

    /// <summary>
    /// A better width, px, when there is one. Fits that one emitter explains show it; where there are none, in a crowd or with a PSF that
    /// is no Gaussian, any do.
    /// </summary>
    public double? Changed()
    {
        bool enough = _goodCount == Samples, none = _seen >= MostSeen && _goodCount < FewSamples;
        if (_final || !(enough || none || (_goodCount >= FewSamples && !IsKnown)))
        {
            return null;
        }

        // Overlaps that were not seen only make spots wider: the PSF's width lies below the median.
        Span<float> widths = none ? _any : _good.AsSpan(0, _goodCount);
        widths.Sort();
        IsKnown = true;
        _final = enough || none;
        return Math.Clamp(widths[widths.Length * 3 / 10], 0.6, 3.5);
    }
}
