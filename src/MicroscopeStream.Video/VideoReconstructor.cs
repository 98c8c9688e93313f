using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Video.Densities;
using MicroscopeStream.Video.Maps;
using MicroscopeStream.Video.Slices;
using MicroscopeStream.Video.Trust;

namespace MicroscopeStream.Video;

/// <summary>
/// Localizations in, video out. Frames come in the order of their numbers; when a slice has its last one, its picture is delivered at
/// once as provisional, and later, where the density looks ahead, as refined. Both say which camera frames they show.
/// </summary>
/// <remarks>
/// Gaps: camera frames missing within a slice leave it thinner. Up to <see cref="VideoOptions.BridgedSlices"/> slices without any frame
/// are bridged: the density moves on over empty slices, which are delivered. A longer gap starts the video anew: what could still have
/// been refined stays provisional, state and support are forgotten.
/// Memory does not grow. Not thread-safe; one call at a time.
/// </remarks>
public sealed class VideoReconstructor : IDisposable
{
    private readonly VideoOptions _options;
    private readonly IVideoDensity _density;
    private readonly Action<VideoFrame> _deliver;
    private readonly SliceClock _clock;
    private readonly LocalizationMap _map;
    private readonly SupportMap _support;
    private readonly MotionWatch _motion;
    private readonly PrecisionWatch _precision;
    private readonly VideoFrame _frame;
    private readonly float[] _refined;
    private readonly float[][] _waiting;
    private readonly TimeSlice[] _waitingSlices;
    private readonly float[] _changeSum;
    private long _since;
    private long _closedThrough = -1;

    /// <summary>Starts before the first frame.</summary>
    /// <param name="camera">The camera's grid.</param>
    /// <param name="options">Slices, grid, gaps.</param>
    /// <param name="density">Made for the grid <see cref="GridOf"/>; disposed with this.</param>
    /// <param name="deliver">Gets every video frame; it must copy what it keeps.</param>
    public VideoReconstructor(PixelGrid camera, VideoOptions options, IVideoDensity density, Action<VideoFrame> deliver)
    {
        (_options, _density, _deliver) = (options, density, deliver);
        Grid = GridOf(camera, options.Finer);
        _clock = new SliceClock(options.SliceFrames);
        _map = new LocalizationMap(Grid);
        _support = new SupportMap(Grid, options.SupportSlices, options.SupportReach);
        _motion = new MotionWatch(Grid, options.MotionReach);
        _precision = new PrecisionWatch(Grid.PixelSizeNm, options.CoarsestPrecisionPixels);
        _frame = new VideoFrame(Grid) { SupportCount = _support.Count, SupportAge = _support.Age };
        int kept = density.LookAhead + 1;
        _waiting = [.. Enumerable.Range(0, kept).Select(_ => new float[Grid.PixelCount])];
        _waitingSlices = new TimeSlice[kept];
        _refined = new float[density.LookAhead > 0 ? Grid.PixelCount : 0];
        _changeSum = new float[_refined.Length];
    }

    /// <summary>The video's grid.</summary>
    public PixelGrid Grid { get; }

    /// <summary>Slices delivered as provisional.</summary>
    public long Slices { get; private set; }

    /// <summary>Times that a gap started the video anew.</summary>
    public long Restarts { get; private set; }

    /// <summary>Mean of |refined − provisional| over all refined frames, row-major (y, x); empty when nothing is refined.</summary>
    public ReadOnlyMemory<float> ChangeSum => _changeSum;

    /// <summary>Refined frames that <see cref="ChangeSum"/> is summed over.</summary>
    public long RefinedSlices { get; private set; }

    /// <summary>What the localizations say about motion.</summary>
    public MotionVerdict Motion => _motion.Verdict;

    /// <summary>Bytes that it and its density hold.</summary>
    public long HeldBytes => _density.HeldBytes + ((_waiting.Length + 3 + 6) * (long)Grid.PixelCount * sizeof(float)) + (2L * Grid.PixelCount);

    /// <summary>The video's grid for a camera.</summary>
    /// <param name="camera">The camera's grid.</param>
    /// <param name="finer">Video pixels per camera pixel along one axis.</param>
    public static PixelGrid GridOf(PixelGrid camera, int finer) => new(camera.Width * finer, camera.Height * finer, camera.PixelSizeNm / finer);

    /// <summary>Takes the localizations of one camera frame, delivering whatever slices that completes.</summary>
    /// <param name="frame">Its sequence number, above the last one's.</param>
    /// <param name="localizations">All of its localizations.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is not above the last one's.</exception>
    public async ValueTask AddAsync(long frame, IReadOnlyList<Localization> localizations, CancellationToken cancellationToken)
    {
        long before = _clock.SlicesBefore(frame);
        if (before > 0)
        {
            await PassAsync(before, cancellationToken).ConfigureAwait(false);
        }

        _clock.Take(frame);
        for (int i = 0; i < localizations.Count; i++)
        {
            Localization one = localizations[i];
            _map.Add(one.X, one.Y, one.LateralUncertainty);
            _precision.Add(one.LateralUncertainty);
        }

        if (_clock.IsComplete)
        {
            await CloseAsync(_clock.Current, _clock.Frames, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Delivers the slice that is being filled, though it lacks frames. Nothing may follow.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public ValueTask FinishAsync(CancellationToken cancellationToken) =>
        _clock.Current >= _closedThrough + 1 && _clock.Current >= 0 ? CloseAsync(_clock.Current, _clock.Frames, cancellationToken) : default;

    /// <inheritdoc/>
    public void Dispose() => _density.Dispose();

    private async ValueTask PassAsync(long slices, CancellationToken cancellationToken)
    {
        long current = _clock.Current;
        if (_closedThrough < current)
        {
            await CloseAsync(current, _clock.Frames, cancellationToken).ConfigureAwait(false);
        }

        long missing = slices - 1;
        if (missing > _options.BridgedSlices)
        {
            await _density.ResetAsync(cancellationToken).ConfigureAwait(false);
            _support.Reset();
            _motion.Reset();
            _precision.Reset();
            _since = 0;
            Restarts++;
            _closedThrough = current + missing;
            return;
        }

        for (long i = 1; i <= missing; i++)
        {
            await CloseAsync(current + i, 0, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask CloseAsync(long index, int frames, CancellationToken cancellationToken)
    {
        var slice = new TimeSlice(index, _clock.FirstFrameOf(index), _clock.LastFrameOf(index), frames, _map.Count);
        int place = (int)(_since % _waiting.Length);
        _closedThrough = index;
        try
        {
            await _density.StepAsync(_map.Weights, _waiting[place], _refined, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // The slice is lost, not those after it.
            _map.Clear();
            throw;
        }

        _support.Add(_map);
        _motion.Add(_map);
        _precision.Close();
        _map.Clear();
        _waitingSlices[place] = slice;
        Slices++;
        Deliver(slice, VideoRevision.Provisional, _waiting[place], double.NaN);
        if (_density.LookAhead > 0 && _since >= _density.LookAhead)
        {
            int earlier = (int)((_since - _density.LookAhead) % _waiting.Length);
            Deliver(_waitingSlices[earlier], VideoRevision.Refined, _refined, Compare(_waiting[earlier]));
        }

        _since++;
    }

    private void Deliver(TimeSlice slice, VideoRevision revision, float[] density, double change)
    {
        _frame.Slice = slice;
        _frame.Revision = revision;
        _frame.LookAhead = revision == VideoRevision.Refined ? _density.LookAhead : 0;
        _frame.Density = density;
        _frame.Change = change;
        _frame.Trust = VideoTrust.Of(_motion, _precision, slice, _options);
        _deliver(_frame);
    }

    private double Compare(float[] provisional)
    {
        double difference = 0, norm = 0;
        for (int i = 0; i < provisional.Length; i++)
        {
            float d = _refined[i] - provisional[i];
            difference += (double)d * d;
            norm += (double)_refined[i] * _refined[i];
            _changeSum[i] += Math.Abs(d);
        }

        RefinedSlices++;
        return norm > 0 ? Math.Sqrt(difference / norm) : difference > 0 ? double.PositiveInfinity : 0;
    }
}
