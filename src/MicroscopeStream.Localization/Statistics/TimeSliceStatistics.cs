using MicroscopeStream.Core.Results;
using MicroscopeStream.Localizations.Linking;

namespace MicroscopeStream.Localizations.Statistics;

/// <summary>
/// Density, photons, background, precision and on-time over time, ready for decisions: one entry per time slice, counted as frames
/// come. When there are more slices than are kept, neighbours are merged and slices are twice as long from then on, so that memory
/// is fixed and the whole acquisition stays in view.
/// </summary>
/// <remarks>Thread-safe. Counting a frame allocates nothing.</remarks>
public sealed class TimeSliceStatistics
{
    private readonly Lock _lock = new();
    private readonly double _areaUm2;
    private readonly Slice[] _slices;
    private long _firstFrame = -1;
    private int _used;

    /// <summary>Makes empty statistics.</summary>
    /// <param name="areaUm2">Area of the field, µm², &gt; 0.</param>
    /// <param name="sliceFrames">Frames per slice to begin with, ≥ 1. Default 100.</param>
    /// <param name="mostSlices">Slices kept, even, ≥ 2. Default 256: 1 MiB.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public TimeSliceStatistics(double areaUm2, int sliceFrames = 100, int mostSlices = 256)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(areaUm2);
        ArgumentOutOfRangeException.ThrowIfLessThan(sliceFrames, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(mostSlices, 2);
        ArgumentOutOfRangeException.ThrowIfNotEqual(mostSlices % 2, 0, nameof(mostSlices));
        _areaUm2 = areaUm2;
        SliceFrames = sliceFrames;
        _slices = [.. Enumerable.Range(0, mostSlices).Select(static _ => new Slice())];
    }

    /// <summary>Frames per slice now.</summary>
    public long SliceFrames { get; private set; }

    /// <summary>Counts a frame, one without localizations too.</summary>
    /// <param name="frame">Its number; not before the first one that was given.</param>
    /// <param name="localizations">Its localizations.</param>
    /// <exception cref="ArgumentException">The frame lies before the first one.</exception>
    public void AddFrame(long frame, ReadOnlySpan<Localization> localizations)
    {
        lock (_lock)
        {
            Slice slice = SliceOf(frame);
            slice.Frames++;
            slice.Localizations += localizations.Length;
            foreach (ref readonly Localization l in localizations)
            {
                slice.Photons.Add(l.Photons);
                slice.Background.Add(l.Background);
                slice.Uncertainty.Add(l.LateralUncertainty);
            }
        }
    }

    /// <summary>Counts molecules that have ended, in the slice of their last frame.</summary>
    /// <exception cref="ArgumentException">One ended before the first frame.</exception>
    public void AddTracks(IEnumerable<Track> tracks)
    {
        lock (_lock)
        {
            foreach (Track track in tracks)
            {
                SliceOf(track.LastFrame).OnFrames.Add(track.OnFrames);
            }
        }
    }

    /// <summary>The slices so far, in order; those in which no frame came have none.</summary>
    public IReadOnlyList<TimeSlice> Snapshot()
    {
        lock (_lock)
        {
            var slices = new TimeSlice[_used];
            for (int i = 0; i < _used; i++)
            {
                slices[i] = _slices[i].Describe(_firstFrame + (i * SliceFrames), _areaUm2);
            }

            return slices;
        }
    }

    private Slice SliceOf(long frame)
    {
        _firstFrame = _firstFrame < 0 ? frame : _firstFrame;
        if (frame < _firstFrame)
        {
            throw new ArgumentException($"Frame {frame} lies before the first one, {_firstFrame}.", nameof(frame));
        }

        while ((frame - _firstFrame) / SliceFrames >= _slices.Length)
        {
            MergeNeighbours();
        }

        int index = (int)((frame - _firstFrame) / SliceFrames);
        _used = Math.Max(_used, index + 1);
        return _slices[index];
    }

    private void MergeNeighbours()
    {
        for (int i = 0; i < _slices.Length / 2; i++)
        {
            Slice left = _slices[2 * i], right = _slices[(2 * i) + 1];
            left.Add(right);
            right.Clear();
            (_slices[i], _slices[2 * i]) = (left, _slices[i]);
        }

        SliceFrames *= 2;
        _used = (_used + 1) / 2;
    }

    private sealed class Slice
    {
        public ValueHistogram Photons { get; } = new();

        public ValueHistogram Background { get; } = new();

        public ValueHistogram Uncertainty { get; } = new();

        public ValueHistogram OnFrames { get; } = new();

        public long Frames { get; set; }

        public long Localizations { get; set; }

        public void Add(Slice other)
        {
            Photons.Add(other.Photons);
            Background.Add(other.Background);
            Uncertainty.Add(other.Uncertainty);
            OnFrames.Add(other.OnFrames);
            Frames += other.Frames;
            Localizations += other.Localizations;
        }

        public void Clear()
        {
            Photons.Clear();
            Background.Clear();
            Uncertainty.Clear();
            OnFrames.Clear();
            (Frames, Localizations) = (0, 0);
        }

        public TimeSlice Describe(long firstFrame, double areaUm2) => new(
            firstFrame,
            Frames,
            Localizations,
            Frames > 0 ? Localizations / (Frames * areaUm2) : double.NaN,
            Photons.Summarize(),
            Background.Summarize(),
            Uncertainty.Summarize(),
            OnFrames.Summarize());
    }
}
