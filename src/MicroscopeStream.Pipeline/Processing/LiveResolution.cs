using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Core.Scheduling;
using MicroscopeStream.Imaging.Quality;
using MicroscopeStream.Localizations.Drift;

namespace MicroscopeStream.Pipeline.Processing;

/// <summary>
/// Estimates the resolution in the background, again and again while localizations come: whenever there are a fifth more than at the
/// last estimate, and never for more than a tenth of one core.
/// </summary>
/// <remarks><see cref="Consider"/> and <see cref="FinishAsync"/> come from one thread at a time.</remarks>
internal sealed class LiveResolution : IAsyncDisposable
{
    /// <summary>With fewer, rings hold noise.</summary>
    private const long Fewest = 1000;

    private const double Growth = 1.2;

    private const double Share = 0.1;

    private readonly PixelGrid _camera;
    private PixelGrid _grid;
    private readonly Func<KeptLocalizations> _localizations;
    private readonly Action<ResolutionUpdate> _found;
    private readonly Action<Exception> _failed;
    private readonly WorkPace _pace;
    private readonly CancellationTokenSource _stop = new();
    private LocalizationResolution? _estimator;
    private Task _working = Task.CompletedTask;
    private (double X, double Y) _corner;
    private long _chosenAt;
    private long _estimatedAt;

    /// <param name="camera">The camera's grid.</param>
    /// <param name="localizations">Gives what is there, corrected.</param>
    /// <param name="found">Gets each estimate, in the background; must not throw.</param>
    /// <param name="failed">Gets the reason when an estimate failed; must not throw.</param>
    /// <param name="time">Measures the work.</param>
    public LiveResolution(
        PixelGrid camera, Func<KeptLocalizations> localizations, Action<ResolutionUpdate> found, Action<Exception> failed, TimeProvider time)
    {
        (_camera, _grid, _localizations, _found, _failed) = (camera, BusiestField.Grid(camera), localizations, found, failed);
        _pace = new WorkPace(Share, time);
    }

    /// <summary>Starts an estimate when one is due and none is under way.</summary>
    /// <param name="count">Localizations there are.</param>
    public void Consider(long count)
    {
        if (_working.IsCompleted && count >= Math.Max(Fewest, Growth * _estimatedAt))
        {
            _working = StartEstimate();
        }
    }

    /// <summary>Estimates once more, from everything, without rests.</summary>
    public async Task FinishAsync()
    {
        _pace.Hurry();
        await _working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        KeptLocalizations all = _localizations();
        if (all.Count >= Fewest)
        {
            _working = StartEstimate();
            await _working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _pace.Hurry();
        await _working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _estimator = null;
    }

    // A thread of its own: work that rests would keep one of the pool's few from those who handle frames.
    private Task StartEstimate() => Task.Factory.StartNew(
        () => Estimate(_stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Estimate(CancellationToken cancellationToken)
    {
        try
        {
            _found(Measure(_localizations(), cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
#pragma warning disable CA1031 // Whatever it is, it costs this figure and not the session.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _failed(fault);
        }
    }

    private ResolutionUpdate Measure(KeptLocalizations localizations, CancellationToken cancellationToken)
    {
        _estimator ??= new LocalizationResolution(_grid);
        _estimatedAt = localizations.Count;
        _pace.Begin();
        if (localizations.Count >= 4 * _chosenAt)
        {
            // Moving the part with every estimate would make the figure wander for no reason of the sample's.
            (_corner, _chosenAt) = (BusiestField.Find(_camera, _grid, localizations), localizations.Count);
        }

        // Molecules come in the order in which they end, not begin.
        long first = long.MaxValue, last = 0;
        Each(batch =>
        {
            foreach (ref readonly Localization l in batch)
            {
                (first, last) = (Math.Min(first, l.Frame), Math.Max(last, l.Frame));
            }
        });
        ResolutionEstimate estimate = _estimator.Estimate(Each, first, last, _corner, cancellationToken);
        while (estimate.Outcome == FrcOutcome.FinerThanPixels && BusiestField.Finer(_camera, _grid) is { } finer)
        {
            // For good: a resolution that was reached once is reached again.
            (_grid, _estimator) = (finer, new LocalizationResolution(finer));
            _corner = BusiestField.Find(_camera, _grid, localizations);
            estimate = _estimator.Estimate(Each, first, last, _corner, cancellationToken);
        }

        return new ResolutionUpdate(estimate, last, _corner.X, _corner.Y, _grid.WidthNm, _grid.HeightNm);

        void Each(Action<ReadOnlySpan<Localization>> visit) => localizations.Visit(batch =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            visit(batch);
            _pace.Breathe();
        });
    }
}
