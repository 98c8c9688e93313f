using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Core.Scheduling;
using MicroscopeStream.Imaging.Rendering;
using MicroscopeStream.Localizations.Drift;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Pipeline.Processing;

/// <summary>The accumulated image of a session with its drift and resolution: everything that may change after it was drawn.</summary>
internal sealed class SessionImage : IAsyncDisposable
{
    /// <summary>
    /// Share of one core for following drift, evenly: with two cores, nine tenths of the machine stay with the method. The last
    /// estimate uses at most half a million positions, so that a session of any length ends within seconds.
    /// </summary>
    private static readonly LiveDriftOptions DriftOptions = new()
    {
        MaximumShare = 0.2,
        Estimation = new DriftOptions { MaximumLocalizations = 400_000 },
    };

    private static readonly TimeSpan BetweenTold = TimeSpan.FromSeconds(1);

    private readonly SessionContext _context;
    private readonly PixelGrid? _output;
    private readonly LocalizationRenderer? _plain;
    private readonly DriftCorrectedRenderer? _corrected;
    private readonly LiveDrift? _drift;
    private readonly LiveResolution? _resolution;
    private readonly WorkPace _pace;
    private readonly WorkPace _timesPace;
    private readonly CancellationTokenSource _stop = new();
    private DriftVersion _told = DriftVersion.None;
    private ResolutionUpdate? _lastResolution;
    private long _toldAt;
    private long _drawn;
    private long _version;
    private Task _keepingTimes = Task.CompletedTask;
    private bool _timed;

    /// <param name="context">The session.</param>
    /// <param name="output">Grid of the super-resolved image; null: no image is wanted.</param>
    /// <param name="givesDepth">Whether the method gives depths without a calibration.</param>
    public SessionImage(SessionContext context, PixelGrid? output, bool givesDepth)
    {
        (_context, _output) = (context, output);
        HasDepth = givesDepth || context.Specification.Method.PsfCalibration.Length > 0;
        ProcessingOptions options = context.Specification.Processing;
        PixelGrid camera = context.Specification.Acquisition.Grid;
        _pace = new WorkPace(DriftOptions.MaximumShare, context.Time);
        _timesPace = new WorkPace(DriftOptions.MaximumShare, context.Time);
        if (!options.Keeps)
        {
            // What is not kept cannot be drawn again: times are there from the beginning, or never.
            _plain = output is { } grid ? Renderer(grid, timed: true) : null;
            return;
        }

        // Without an image, counting on the camera's own pixels is the least that keeps the localizations.
        _corrected = new DriftCorrectedRenderer(
            () => output is { } grid ? Renderer(grid, timed: false) : new HistogramRenderer(camera), options.EffectiveMostLocalizations);
        _drift = options.CorrectDrift ? new LiveDrift(DriftOptions, context.Time, Change) : null;
        _resolution = options.EstimateResolution ? new LiveResolution(camera, _corrected.Kept, TellResolution, TellFailure, context.Time) : null;
    }

    /// <summary>Whether localizations are drawn or kept at all.</summary>
    public bool Wanted => _plain is not null || _corrected is not null;

    /// <summary>Localizations drawn.</summary>
    public long Drawn => Interlocked.Read(ref _drawn);

    /// <summary>Whether mean depths are kept beside the brightness: localizations of some methods, and those fitted with a PSF calibration, have them.</summary>
    public bool HasDepth { get; }

    /// <summary>Grid of the mean times: that of the image's previews, for finer ones are never seen. Null: no image is wanted.</summary>
    public PixelGrid? TimesGrid => _output is { } grid ? LivePreview.PlaneOf(grid, _context.Specification.Preview.EffectiveMaxSize) : null;

    /// <summary>Changes whenever the image does.</summary>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>The drift, when any is known.</summary>
    public DriftUpdate? LastDrift => _drift is { Current.Revision: > 0 } drift ? new DriftUpdate(drift.Current) : null;

    /// <summary>The last estimate.</summary>
    public ResolutionUpdate? LastResolution => Volatile.Read(ref _lastResolution);

    /// <summary>Drift at a frame, nm; 0 while none is known.</summary>
    public (double X, double Y) DriftAt(long frame) => _drift?.Current.Curve.At(frame) ?? (0, 0);

    /// <summary>Takes localizations to follow drift by, in frame order.</summary>
    public void Follow(ReadOnlySpan<Localization> localizations)
    {
        if (!localizations.IsEmpty)
        {
            _drift?.Append(localizations);
        }
    }

    /// <summary>Takes localizations to draw.</summary>
    public void Draw(ReadOnlySpan<Localization> localizations)
    {
        if (localizations.IsEmpty)
        {
            return;
        }

        _plain?.Add(localizations);
        _corrected?.Add(localizations);
        Interlocked.Add(ref _drawn, localizations.Length);
        Interlocked.Increment(ref _version);
        _resolution?.Consider(Drawn);
        if (_corrected?.Frozen > 0 && _drift is not null && _context.Notices.IsFirst(NoticeCodes.DriftFrozen))
        {
            _context.Notices.Tell(
                new Notice(
                    Severity.Warning, NoticeCodes.DriftFrozen,
                    $"More than {_context.Specification.Processing.EffectiveMostLocalizations} localizations: the oldest stay in the preview where the drift known by now puts them, and no longer count for the resolution. "
                    + "Ask for more with processing.most_localizations, or a smaller field."),
                SequenceRange.None);
        }
    }

    /// <summary>Copies what changed of the image since the last call, which left the rest.</summary>
    public void CopyChangesTo(Span<float> pixels, ChangedTiles changed)
    {
        if (_corrected is not null)
        {
            _corrected.CopyChangesTo(pixels, changed);
        }
        else
        {
            _plain?.CopyChangesTo(pixels, changed);
        }
    }

    /// <summary>The same of brightness and mean depth, where it <see cref="HasDepth"/>.</summary>
    public void CopyChangesTo(Span<float> pixels, Span<float> depths, ChangedTiles changed)
    {
        if (_corrected is not null)
        {
            _corrected.CopyChangesTo(pixels, depths, changed);
        }
        else
        {
            (_plain as DepthRenderer)?.CopyChangesTo(pixels, depths, changed);
        }
    }

    /// <summary>
    /// Begins to keep the mean time of what falls into each pixel, once: what was drawn before is drawn again in the background.
    /// </summary>
    public void KeepTimes()
    {
        if (_timed || _corrected is null || _output is not { } grid)
        {
            return;
        }

        _timed = true;

        // A thread of its own, as a pace asks for.
        _keepingTimes = Task.Factory.StartNew(
            () => RemakeWithTimes(_corrected, grid),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }

    /// <summary>Copies what changed of the mean times, frame numbers, since the last call. False: there are none (yet).</summary>
    public bool CopyTimesTo(Span<float> weights, Span<float> meanFrames, ChangedTiles changed)
    {
        if (_corrected is not null)
        {
            return _corrected.CopyTimesTo(weights, meanFrames, changed);
        }

        _plain?.Times?.CopyChangesTo(weights, meanFrames, changed);
        return _plain?.Times is not null;
    }

    /// <summary>Tells the drift when it is new, about once a second.</summary>
    public void TellDrift(SequenceRange range)
    {
        long now = _context.Time.GetTimestamp();
        if (LastDrift is not { } known || known.Version == _told || (_toldAt != 0 && _context.Time.GetElapsedTime(_toldAt, now) < BetweenTold))
        {
            return;
        }

        (_told, _toldAt) = (known.Version, now);
        _context.Hub.Publish(known, range);
    }

    /// <summary>Estimates drift from everything, draws the image with it, then estimates the resolution.</summary>
    public async Task FinishAsync()
    {
        _pace.Hurry();
        if (_drift is not null)
        {
            try
            {
                await _drift.FinishAsync().ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Whatever it is, it costs the correction and not the session.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                TellFailure(fault);
            }
        }

        _timesPace.Hurry();
        await _keepingTimes.ConfigureAwait(false);
        if (_resolution is not null)
        {
            await _resolution.FinishAsync().ConfigureAwait(false);
        }

        _toldAt = 0;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _pace.Hurry();
        _timesPace.Hurry();
        await _keepingTimes.ConfigureAwait(false);
        if (_drift is not null)
        {
            await _drift.DisposeAsync().ConfigureAwait(false);
        }

        if (_resolution is not null)
        {
            await _resolution.DisposeAsync().ConfigureAwait(false);
        }

        _stop.Dispose();
    }

    private LocalizationRenderer Renderer(PixelGrid output, bool timed)
    {
        GaussianWidth width = GaussianWidth.FromPrecision(output.PixelSizeNm / 2, 4 * output.PixelSizeNm, output.PixelSizeNm);
        DepthRenderer? times = timed ? new DepthRenderer(TimesGrid!.Value, width) : null;
        return HasDepth ? new DepthRenderer(output, width) { Times = times } : new GaussianRenderer(output, width) { Times = times };
    }

    private void RemakeWithTimes(DriftCorrectedRenderer image, PixelGrid grid)
    {
        try
        {
            image.Remake(() => Renderer(grid, timed: true), _timesPace, _stop.Token);
            Interlocked.Increment(ref _version);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
#pragma warning disable CA1031 // Whatever it is, it costs the colours and not the session.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            TellFailure(fault);
        }
    }

    // In the task that estimates drift, which waits for it: the next estimate begins when this image is drawn.
    private void Change(DriftVersion version)
    {
        if (version.Extension > 0)
        {
            _corrected!.Continue(version.Curve);
            return;
        }

        try
        {
            _corrected!.Apply(version.Curve, _pace, _stop.Token);
            Interlocked.Increment(ref _version);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    private void TellResolution(ResolutionUpdate update)
    {
        Volatile.Write(ref _lastResolution, update);
        _context.Hub.Publish(update, new SequenceRange(0, update.LastFrame));
    }

    private void TellFailure(Exception fault)
    {
        if (_context.Notices.Begins(NoticeCodes.ProcessingFailed))
        {
            _context.Notices.Tell(
                new Notice(
                    Severity.Error, NoticeCodes.ProcessingFailed,
                    $"Drift or resolution could not be estimated: {fault.Message} Localizations are not affected. Report this."),
                SequenceRange.None);
        }
    }
}
