using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace MicroscopeStream.Pipeline.Publishing;

/// <summary>Hands every update to the session's own stream and to each watcher.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class UpdateHub
{
    /// <summary>Results that wait for the session's own stream before the session waits for it.</summary>
    private const int PrimaryQueueLength = 256;

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;

    private const int PlaceOfSim = PreviewKinds.Count + 4;
    private const int StandingPlaces = PlaceOfSim + 1;

    /// <summary>The latest verdict, preview of each kind, drift, resolution and statistics, the reading of structured illumination, and the summary.</summary>
    private readonly SessionUpdate?[] _standing = new SessionUpdate?[StandingPlaces];

    private ImmutableArray<UpdateSubscription> _watchers = [];
    private VideoSlice? _provisional;
    private VideoSlice? _refined;

    /// <param name="time">The clock.</param>
    /// <param name="ownPreviewRate">Previews per second at most in the session's own stream; 0: as they are made.</param>
    public UpdateHub(TimeProvider time, double ownPreviewRate = 0)
    {
        _time = time;
        Primary = new UpdateSubscription(
            new SubscriptionOptions { Localizations = true, QueueLength = PrimaryQueueLength, PreviewRate = ownPreviewRate }, everything: true, Merged, time, onDispose: null);
    }

    /// <summary>Room for a full queue and what is on its way: a stream that falls behind and catches up allocates nothing.</summary>
    public LocalizationBatchPool Batches { get; } = new(PrimaryQueueLength + 16);

    /// <summary>Merged batches are large and short-lived: few are kept, apart from the others, which stay small.</summary>
    private LocalizationBatchPool Merged { get; } = new(4);

    /// <summary>The session's own stream: it outlives connections, so that a client that comes back misses nothing.</summary>
    public UpdateSubscription Primary { get; }

    /// <summary>The most previews per second that a watcher asks for; 0: none asks for a rate of its own.</summary>
    public double WatchedPreviewRate
    {
        get
        {
            double most = 0;
            foreach (UpdateSubscription watcher in _watchers)
            {
                most = Math.Max(most, watcher.Options.PreviewRate);
            }

            return most;
        }
    }

    /// <summary>Whether a watcher asks for times.</summary>
    public bool WatchedTimes
    {
        get
        {
            foreach (UpdateSubscription watcher in _watchers)
            {
                if (watcher.Options.Times)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>The latest verdict; null before the first.</summary>
    public Trust? Trust
    {
        get
        {
            lock (_lock)
            {
                return _standing[0]?.Body as Trust;
            }
        }
    }

    /// <summary>The last reading of structured illumination; null before the first.</summary>
    public Methods.Sim.SimReading? Sim
    {
        get
        {
            lock (_lock)
            {
                return _standing[PlaceOfSim]?.Body as Methods.Sim.SimReading;
            }
        }
    }

    /// <summary>The newest pictures of a video; null before the first.</summary>
    public (VideoSlice? Provisional, VideoSlice? Refined) Video
    {
        get
        {
            lock (_lock)
            {
                return (_provisional, _refined);
            }
        }
    }

    public UpdateSubscription Subscribe(SubscriptionOptions options)
    {
        var watcher = new UpdateSubscription(
            options, everything: false, Merged, _time, gone => ImmutableInterlocked.Update(ref _watchers, static (all, one) => all.Remove(one), gone));
        lock (_lock)
        {
            // Who comes late sees at once what the others see, even when no more frames come.
            foreach (SessionUpdate? standing in _standing)
            {
                if (standing is { } update)
                {
                    watcher.Offer(update);
                }
            }

            ImmutableInterlocked.Update(ref _watchers, static (all, one) => all.Add(one), watcher);
        }

        return watcher;
    }

    /// <summary>Publishes a message or a preview; never waits. Takes over the body's reference.</summary>
    public void Publish(UpdateBody body, SequenceRange range, long senderTimestampNs = 0, StageTimings timings = default)
    {
        var update = new SessionUpdate
        {
            Body = body,
            Range = body.OwnRange ?? range,
            SenderTimestampNs = senderTimestampNs,
            Timings = timings,
            PublishedTimestamp = _time.GetTimestamp(),
        };
        lock (_lock)
        {
            if (body is VideoPicture { Revision: MicroscopeStream.Video.VideoRevision.Provisional } first)
            {
                _provisional = first.Time;
            }
            else if (body is VideoPicture later)
            {
                _refined = later.Time;
            }

            if (PlaceOf(body) is { } place)
            {
                ref SessionUpdate? standing = ref _standing[place];
                standing?.Release();
                body.Retain();
                standing = update;
            }

            foreach (UpdateSubscription watcher in _watchers)
            {
                watcher.Offer(update);
            }
        }

        Primary.Offer(update);
        body.Release();
    }

    /// <summary>Publishes a message for the session's own stream alone; never waits.</summary>
    public void PublishToOwner(UpdateBody body, SequenceRange range)
    {
        Primary.Offer(new SessionUpdate { Body = body, Range = range, PublishedTimestamp = _time.GetTimestamp() });
        body.Release();
    }

    private static int? PlaceOf(UpdateBody body) => body switch
    {
        Publishing.Trust => 0,
        PreviewPlane plane => (int)plane.Kind,
        Processing.DriftUpdate => PreviewKinds.Count + 0,
        Processing.ResolutionUpdate => PreviewKinds.Count + 1,
        Processing.StatisticsUpdate => PreviewKinds.Count + 2,
        Accounting.SessionSummary => PreviewKinds.Count + 3,
        Methods.Sim.SimReading => PlaceOfSim,
        _ => null,
    };

    /// <summary>Publishes a result; waits until the session's own stream has room. Takes over the body's reference.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask PublishResultAsync(SessionUpdate update)
    {
        foreach (UpdateSubscription watcher in _watchers)
        {
            watcher.Offer(update);
        }

        await Primary.PutAsync(update).ConfigureAwait(false);
        update.Release();
    }

    public void Complete()
    {
        Primary.Complete();
        foreach (UpdateSubscription watcher in _watchers)
        {
            watcher.Complete();
        }
    }
}
