using System.Runtime.InteropServices;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Rendering;
using MicroscopeStream.Localizations.Filters;
using MicroscopeStream.Localizations.Linking;
using MicroscopeStream.Localizations.Statistics;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Pipeline.Processing;

/// <summary>
/// What is made of localizations beside publishing them: filtered, counted, linked, freed from drift, drawn. Results are handed
/// over by a copy and worked on later, so that none ever waits for this.
/// </summary>
/// <remarks>
/// <see cref="Add"/> is called by the stage that publishes, <see cref="Work"/> and what follows by the one task that makes previews;
/// drift and resolution are estimated in tasks of their own.
/// </remarks>
internal sealed class LocalizationProcessor : IAsyncDisposable
{
    /// <summary>Localizations that may wait: 2²⁰ take 130 MB, and more than seconds to draw.</summary>
    private const int MostPending = 1 << 20;

    /// <summary>Frames from the first that are worked on: sixteen hours at 100 per second, and 24 bytes of drift for each.</summary>
    private const long MostFrames = 6_000_000;

    private readonly Lock _lock = new();
    private readonly SessionContext _context;
    private readonly LocalizationFilter _filter;
    private readonly TimeSliceStatistics _statistics;
    private readonly FrameLinker _linker;
    private readonly List<Track> _ended = new(256);
    private readonly List<Localization> _molecules = new(256);
    private readonly SessionImage _image;
    private readonly bool _drawMolecules;
    private List<Localization> _pending = [];
    private List<Localization> _working = [];
    private List<FrameMark> _pendingFrames = [];
    private List<FrameMark> _workingFrames = [];
    private long _firstFrame = -1;
    private long _toldFrames;
    private long _frames;
    private long _moleculeCount;
    private long _filtered;

    /// <param name="context">The session.</param>
    /// <param name="output">Grid of the super-resolved image; null: no image is wanted.</param>
    /// <param name="givesDepth">Whether the method gives depths without a calibration.</param>
    public LocalizationProcessor(SessionContext context, PixelGrid? output, bool givesDepth)
    {
        ProcessingOptions options = context.Specification.Processing;
        PixelGrid camera = context.Specification.Acquisition.Grid;
        (_context, _filter, _drawMolecules) = (context, options.Filter, options.Linking is not null);
        _statistics = new TimeSliceStatistics(camera.AreaUm2, options.EffectiveSliceFrames);
        _linker = new FrameLinker(options.Linking);
        _image = new SessionImage(context, output, givesDepth);
    }

    /// <summary>Localizations drawn.</summary>
    public long Drawn => _image.Drawn;

    /// <summary>Changes whenever the image does.</summary>
    public long ImageVersion => _image.Version;

    /// <summary>Takes a copy of a result.</summary>
    public void Add(LocalizationBatch batch, in FrameHeader header)
    {
        if (!_image.Wanted)
        {
            // Counting takes less than a queue would.
            lock (_lock)
            {
                _working.AddRange(batch.Rows);
                Span<Localization> rows = CollectionsMarshal.AsSpan(_working);
                Take(header.Sequence, rows, rows);
                _molecules.Clear();
                _working.Clear();
            }

            return;
        }

        bool behind;
        lock (_lock)
        {
            behind = _pending.Count + batch.Count > MostPending;
            if (!behind)
            {
                _pending.AddRange(batch.Rows);
                _pendingFrames.Add(new FrameMark(header.Sequence, batch.Count));
            }
        }

        if (behind && _context.Notices.Begins(NoticeCodes.PreviewBehind))
        {
            _context.Notices.Tell(
                new Notice(
                    Severity.Warning, NoticeCodes.PreviewBehind,
                    "Drawing cannot keep up: preview, drift, resolution and statistics lack localizations that the table has. Choose a larger preview pixel."),
                SequenceRange.Of(header.Sequence));
        }
    }

    /// <summary>Works on everything that was handed over since the last call.</summary>
    public void Work()
    {
        if (!_image.Wanted)
        {
            return;
        }

        lock (_lock)
        {
            (_pending, _working) = (_working, _pending);
            (_pendingFrames, _workingFrames) = (_workingFrames, _pendingFrames);
        }

        Span<Localization> rows = CollectionsMarshal.AsSpan(_working);
        int read = 0, kept = 0;
        foreach (FrameMark mark in _workingFrames)
        {
            kept += Take(mark.Sequence, rows.Slice(read, mark.Count), rows[kept..]);
            read += mark.Count;
        }

        Span<Localization> all = rows[..kept];
        _image.Follow(all);
        _image.Draw(_drawMolecules ? CollectionsMarshal.AsSpan(_molecules) : all);
        _molecules.Clear();
        _working.Clear();
        _workingFrames.Clear();
    }

    /// <summary>Copies what changed of the image since the last call.</summary>
    public void CopyChangesTo(Span<float> pixels, ChangedTiles changed) => _image.CopyChangesTo(pixels, changed);

    /// <summary>Whether mean depths are kept beside the brightness.</summary>
    public bool HasDepth => _image.HasDepth;

    /// <summary>The same of brightness and mean depth, nm, where it <see cref="HasDepth"/>.</summary>
    public void CopyChangesTo(Span<float> pixels, Span<float> depths, ChangedTiles changed) => _image.CopyChangesTo(pixels, depths, changed);

    /// <summary>Grid of the mean times; null: no image is wanted.</summary>
    public PixelGrid? TimesGrid => _image.TimesGrid;

    /// <summary>Begins to keep the mean time of what falls into each pixel, of everything so far too.</summary>
    public void KeepTimes() => _image.KeepTimes();

    /// <summary>Copies what changed of the mean times, frame numbers, since the last call. False: there are none (yet).</summary>
    public bool CopyTimesTo(Span<float> weights, Span<float> meanFrames, ChangedTiles changed) => _image.CopyTimesTo(weights, meanFrames, changed);

    /// <summary>Tells what is new of drift and statistics.</summary>
    public void Tell(SequenceRange range)
    {
        _image.TellDrift(range);
        if (_frames != _toldFrames)
        {
            _toldFrames = _frames;
            _context.Hub.Publish(Statistics(), range);
        }
    }

    /// <summary>Brings everything to its end: open molecules, the last estimate of drift, the image, the resolution.</summary>
    public async Task FinishAsync()
    {
        Work();
        _ended.Clear();
        _linker.Flush(_ended);
        CountEnded();
        _image.Draw(CollectionsMarshal.AsSpan(_molecules));
        _molecules.Clear();
        await _image.FinishAsync().ConfigureAwait(false);
    }

    /// <summary>What goes into the session's account.</summary>
    public ProcessingSummary Summarize() => new(
        _frames > 0 ? Statistics() : null, _image.LastDrift, _image.LastResolution, _filtered, _moleculeCount);

    public ValueTask DisposeAsync() => _image.DisposeAsync();

    private int Take(long frame, ReadOnlySpan<Localization> found, Span<Localization> kept)
    {
        _firstFrame = _firstFrame < 0 ? frame : _firstFrame;
        if (frame - _firstFrame > MostFrames)
        {
            TellTooLong(frame);
            return 0;
        }

        int count = _filter.Apply(found, kept);
        kept = kept[..count];
        foreach (ref Localization row in kept)
        {
            row = row.Frame == frame ? row : row with { Frame = frame };
        }

        _filtered += found.Length - count;
        _frames++;
        _statistics.AddFrame(frame, kept);
        _ended.Clear();
        _linker.Add(frame, kept, _ended);
        CountEnded();
        return count;
    }

    private void CountEnded()
    {
        _moleculeCount += _ended.Count;
        _statistics.AddTracks(_ended);
        if (_drawMolecules)
        {
            foreach (Track track in _ended)
            {
                _molecules.Add(track.Merged);
            }
        }
    }

    private StatisticsUpdate Statistics()
    {
        IReadOnlyList<TimeSlice> slices = _statistics.Snapshot();
        var told = new SessionSlice[slices.Count];
        long sliceFrames = _statistics.SliceFrames;
        for (int i = 0; i < told.Length; i++)
        {
            (double x, double y) = _image.DriftAt(slices[i].FirstFrame + (sliceFrames / 2));
            told[i] = new SessionSlice(slices[i], x, y);
        }

        return new StatisticsUpdate(sliceFrames, told);
    }

    private void TellTooLong(long frame)
    {
        if (_context.Notices.IsFirst(NoticeCodes.TooLong))
        {
            _context.Notices.Tell(
                new Notice(
                    Severity.Warning, NoticeCodes.TooLong,
                    $"Frame {frame} is more than {MostFrames} frames after the first: preview, drift, resolution and statistics end here; localizations do not."),
                SequenceRange.Of(frame));
        }
    }

    private readonly record struct FrameMark(long Sequence, int Count);
}

/// <summary>What processing leaves for the account of a session.</summary>
/// <param name="Statistics">The session over time; null: there were no frames.</param>
/// <param name="Drift">The drift; null: it was not followed, or nothing became known.</param>
/// <param name="Resolution">The resolution; null: it was not estimated.</param>
/// <param name="Filtered">Localizations that did not pass the filter.</param>
/// <param name="Molecules">Molecules that were linked.</param>
internal sealed record ProcessingSummary(StatisticsUpdate? Statistics, DriftUpdate? Drift, ResolutionUpdate? Resolution, long Filtered, long Molecules);
