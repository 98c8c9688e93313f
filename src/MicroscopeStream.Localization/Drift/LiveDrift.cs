using System.Runtime.InteropServices;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Core.Scheduling;

namespace MicroscopeStream.Localizations.Drift;

/// <summary>
/// Follows drift while localizations come. The whole curve is estimated anew in the background at growing intervals; in between it
/// is extended slice by slice. A new estimate is a new revision: it may change the drift of any frame, and is laid so that on
/// average it agrees with the one before, for the image not to move as a whole.
/// </summary>
/// <remarks>
/// Intervals grow with the localizations, so that all estimates together cost a multiple of the last one; the positions kept are
/// thinned, so that neither the last one nor the memory grows without end. Work rests often, so that it never takes more than its
/// share of a core. One thread appends; any thread may read
/// <see cref="Current"/>. Nothing here waits for an estimate except <see cref="WhenIdleAsync"/> and disposal.
/// </remarks>
public sealed class LiveDrift : IAsyncDisposable
{
    private readonly LiveDriftOptions _options;
    private readonly TimeProvider _time;
    private readonly WorkPace _pace;
    private readonly Action<DriftVersion>? _changed;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly DriftPoints _points;
    private DriftVersion _current = DriftVersion.None;
    private DriftExtension? _extension;
    private Task _worker = Task.CompletedTask;
    private bool _running;
    private bool _finish;
    private int _triedFrame = -1;
    private long _estimatedAt;

    /// <summary>Makes a follower that knows nothing yet.</summary>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="time">Measures how long estimates take; null for the system's.</param>
    /// <param name="changed">Called in the background with each new version; must not throw.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public LiveDrift(LiveDriftOptions? options = null, TimeProvider? time = null, Action<DriftVersion>? changed = null)
    {
        _options = options ?? new LiveDriftOptions();
        _options.Check();
        _time = time ?? TimeProvider.System;
        _pace = new WorkPace(_options.MaximumShare, _time);
        _changed = changed;
        _points = new DriftPoints(_options.Estimation.MaximumLocalizations / 2, _options.Estimation.MaximumUncertaintyNm);
    }

    /// <summary>The curve as it stands.</summary>
    public DriftVersion Current => Volatile.Read(ref _current);

    /// <summary>How long the last estimate took, rests included.</summary>
    public TimeSpan LastEstimate { get; private set; }

    /// <summary>Takes localizations; work that is due starts in the background.</summary>
    /// <param name="batch">In frame order, uncorrected.</param>
    /// <exception cref="ArgumentException">A localization belongs to an earlier frame than the last one.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public void Append(ReadOnlySpan<Localization> batch)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
            _points.Append(batch);
            Start();
        }
    }

    /// <summary>Estimates once more from everything that came, without rests, for the end of an acquisition; nothing where fewer came
    /// than the first estimate needs.</summary>
    /// <returns>The final version.</returns>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public async Task<DriftVersion> FinishAsync()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
            _finish = _points.Total >= _options.FirstEstimateAfter && _points.Total > _estimatedAt;
            _pace.Hurry();
            Start();
        }

        await WhenIdleAsync().ConfigureAwait(false);
        return Current;
    }

    /// <summary>Ends when no work is under way; a failure of that work shows here.</summary>
    public Task WhenIdleAsync()
    {
        lock (_lock)
        {
            return _worker;
        }
    }

    /// <summary>Stops the work that is under way and waits for its end.</summary>
    public async ValueTask DisposeAsync()
    {
        Task worker;
        lock (_lock)
        {
            _stop.Cancel();
            _pace.Hurry();
            worker = _worker;
        }

        await worker.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Start()
    {
        if (!_running && (EstimateIsDue() || ExtensionIsDue()))
        {
            _running = true;

            // A thread of its own: work that rests would keep one of the pool's few from those who handle frames.
            _worker = Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    private bool EstimateIsDue() => _finish
        || _points.Total >= Math.Max(_options.FirstEstimateAfter, _options.Growth * _estimatedAt);

    private bool ExtensionIsDue() => _extension is not null && _points.LastFrame > _triedFrame && _points.Recent.Count >= 2 * DriftEstimator.TargetPerSlice;

    private void Work()
    {
        bool ended = false;
        try
        {
            while (!ended)
            {
                PointCloud? cloud = null;
                DriftPoint[] recent = [];
                long total = 0;
                lock (_lock)
                {
                    if (EstimateIsDue())
                    {
                        (cloud, total, _finish) = (_points.ToCloud(), _points.Total, false);
                    }
                    else if (ExtensionIsDue())
                    {
                        recent = Complete();
                    }
                    else
                    {
                        (ended, _running) = (true, false);
                    }
                }

                if (cloud is not null)
                {
                    Estimate(cloud, total);
                }
                else if (!ended)
                {
                    Extend(recent);
                }
            }
        }
        finally
        {
            lock (_lock)
            {
                _running = false;
            }
        }
    }

    // The last frame may still be coming.
    private DriftPoint[] Complete()
    {
        Span<DriftPoint> recent = CollectionsMarshal.AsSpan(_points.Recent);
        int end = recent.Length;
        while (end > 0 && recent[end - 1].Frame == _points.LastFrame)
        {
            end--;
        }

        _triedFrame = _points.LastFrame;
        return recent[..end].ToArray();
    }

    private void Estimate(PointCloud cloud, long total)
    {
        long start = _time.GetTimestamp();
        DriftCurve curve = DriftEstimator.Estimate(cloud, _options.Estimation, _pace, _stop.Token);
        curve = Current.Revision > 0 ? curve.AlignedTo(Current.Curve) : curve;
        var extension = new DriftExtension(curve, cloud);
        LastEstimate = _time.GetElapsedTime(start);
        lock (_lock)
        {
            (_estimatedAt, _extension) = (total, extension);
            _points.ForgetRecent(extension.LastFrame);
        }

        Publish(new DriftVersion(Current.Revision + 1, 0, curve));
    }

    private void Extend(DriftPoint[] recent)
    {
        DriftCurve? curve = _extension!.Extend(recent);
        lock (_lock)
        {
            _points.ForgetRecent(_extension.LastFrame);
        }

        if (curve is not null)
        {
            Publish(new DriftVersion(Current.Revision, Current.Extension + 1, curve));
        }
    }

    private void Publish(DriftVersion version)
    {
        Volatile.Write(ref _current, version);
        _changed?.Invoke(version);
    }
}
