namespace MicroscopeStream.Localizations.Linking;

/// <summary>How long molecules stay bright: counts of tracks by their on-time, in frames, in fixed memory.</summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class OnTimeStatistics
{
    private readonly long[] _counts;
    private long _tracks;
    private double _frames;
    private double _localizations;
    private double _photons;
    private long _photonTracks;

    /// <summary>Makes empty statistics.</summary>
    /// <param name="longest">On-time counted apart, frames, ≥ 1; longer ones share the last count. Default 256.</param>
    /// <exception cref="ArgumentOutOfRangeException">The longest on-time is below 1.</exception>
    public OnTimeStatistics(int longest = 256)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(longest, 1);
        _counts = new long[longest];
    }

    /// <summary>Tracks counted.</summary>
    public long Tracks => _tracks;

    /// <summary>Tracks that lasted 1, 2, … frames; the last entry holds all longer ones too.</summary>
    public ReadOnlySpan<long> Counts => _counts;

    /// <summary>Mean on-time, frames; NaN without tracks.</summary>
    public double MeanFrames => _tracks > 0 ? _frames / _tracks : double.NaN;

    /// <summary>Mean localizations per track; NaN without tracks.</summary>
    public double MeanLocalizations => _tracks > 0 ? _localizations / _tracks : double.NaN;

    /// <summary>Mean photons per track, of those that state them; NaN without any.</summary>
    public double MeanPhotons { get; private set; } = double.NaN;

    /// <summary>
    /// Lifetime τ of the bright state, frames, as maximum likelihood for a geometric distribution of on-times has it:
    /// −1 / ln(1 − 1/mean); 0 when every track lasted one frame, NaN without tracks. Molecules that brighten in mid-frame make it
    /// too long by up to a frame.
    /// </summary>
    public double LifetimeFrames => _tracks == 0 ? double.NaN : MeanFrames > 1 ? -1 / Math.Log(1 - (1 / MeanFrames)) : 0;

    /// <summary>Counts tracks.</summary>
    public void Add(IEnumerable<Track> tracks)
    {
        foreach (Track track in tracks)
        {
            Add(track);
        }
    }

    /// <summary>Counts a track.</summary>
    public void Add(in Track track)
    {
        _counts[Math.Min(track.OnFrames, _counts.Length) - 1]++;
        _tracks++;
        _frames += track.OnFrames;
        _localizations += track.Localizations;
        if (float.IsFinite(track.Merged.Photons))
        {
            _photonTracks++;
            _photons += track.Merged.Photons;
            MeanPhotons = _photons / _photonTracks;
        }
    }
}
