using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Rendering;
using MicroscopeStream.Pipeline.Processing;
using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Pipeline.Publishing;

/// <summary>
/// Makes previews at their own pace, in their own task: localizations are handed over by a copy and drawn later, once each,
/// into an image that is kept. A result waits for no more than the copy of what another thread hands over.
/// </summary>
internal sealed class Previewer
{
    /// <summary>After a preview, its making rests this many times as long as it took: large images must not eat the cores that work on frames.</summary>
    private const int Rest = 1;

    /// <summary>Watchers may ask for so many per second, whatever the session asked for: what a screen and an eye can follow.</summary>
    private const double MostForWatchers = 30;

    /// <summary>Without previews, localizations are worked on at this pace.</summary>
    private static readonly TimeSpan UnseenPeriod = TimeSpan.FromMilliseconds(200);

    private readonly Lock _lock = new();
    private readonly SessionContext _context;
    private readonly PreviewPlanePool _planes = new(8);
    private readonly LocalizationProcessor? _processor;
    private readonly int _maxSize;
    private readonly long _begun;
    private readonly PreviewPicture?[] _handed = new PreviewPicture?[PreviewKinds.Count];
    private readonly PreviewPicture?[] _taken = new PreviewPicture?[PreviewKinds.Count];
    private WidefieldAccumulator? _widefield;
    private PreviewPicture? _mean;
    private PreviewPicture? _drawn;
    private PreviewPicture? _depth;
    private PreviewPicture? _times;
    private float[] _timeWeights = [];
    private long _frames;
    private bool _ending;
    private FrameHeader _last;
    private StageTimings _lastTimings;
    private (long Frames, long Image) _sent;

    /// <summary>Starts with empty images; <paramref name="processor"/>: where localizations come, what draws them on <paramref name="output"/>.</summary>
    public Previewer(SessionContext context, PixelGrid output, LocalizationProcessor? processor)
    {
        (_context, _processor, _begun) = (context, processor, context.Time.GetTimestamp());
        PreviewOptions options = context.Specification.Preview;
        Period = options.EffectiveRate > 0 ? TimeSpan.FromSeconds(1 / options.EffectiveRate) : Timeout.InfiniteTimeSpan;
        _maxSize = options.EffectiveMaxSize;
        if (Enabled)
        {
            _widefield = new WidefieldAccumulator(context.Specification.Acquisition.Grid);
            _mean = new PreviewPicture(PreviewKind.Widefield, _widefield.Grid, _maxSize);
            _drawn = processor is not null ? new PreviewPicture(PreviewKind.SuperResolved, output, _maxSize) : null;
            _depth = processor is { HasDepth: true } ? new PreviewPicture(PreviewKind.Depth, output, _maxSize) : null;
        }
    }

    /// <summary>Time between previews that the session asked for; infinite: none are made.</summary>
    public TimeSpan Period { get; }

    /// <summary>Time between previews now: less while somebody watches who wants more than the session.</summary>
    private TimeSpan Pace
    {
        get
        {
            double watched = Math.Min(_context.Hub.WatchedPreviewRate, MostForWatchers);
            TimeSpan period = Enabled ? Period : UnseenPeriod;
            return Enabled && watched * period.TotalSeconds > 1 ? TimeSpan.FromSeconds(1 / watched) : period;
        }
    }

    /// <summary>Whether the last images are sent in full.</summary>
    private bool Full => _context.Specification.ResultImages;

    private TimeSpan Now => _context.Time.GetElapsedTime(_begun);

    private bool Enabled => Period != Timeout.InfiniteTimeSpan;

    /// <summary>Adds camera frames to the widefield mean. Photons; each frame once.</summary>
    public void AddFrames(List<FrameLease> frames)
    {
        if (_widefield is null)
        {
            return;
        }

        foreach (FrameLease frame in frames)
        {
            _widefield.Add(frame.Frame.Pixels<float>());
        }
    }

    /// <summary>Adds a result.</summary>
    public void AddLocalizations(LocalizationBatch batch, in FrameHeader header, in StageTimings timings, int frames = 1)
    {
        _processor?.Add(batch, header);
        lock (_lock)
        {
            _frames += frames;
            _last = header;
            _lastTimings = timings;
        }
    }

    /// <summary>Takes a copy of an image that a method made, for the next preview.</summary>
    public void Show(PreviewKind kind, SuperResolvedImage image, VideoSlice? slice = null)
    {
        if (!Enabled && !Full)
        {
            return;
        }

        PreviewPicture? picture;
        lock (_lock)
        {
            picture = _handed[(int)kind];
            if (picture is null || picture.Grid != image.Grid)
            {
                picture = _handed[(int)kind] = new PreviewPicture(kind, image.Grid, _maxSize);
            }
        }

        picture.Hand(image, slice);
    }

    /// <summary>Works and makes previews until cancelled; then, unless the session was aborted, brings all to its end and makes a last one.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        if (!Enabled && !Full && _processor is null)
        {
            return;
        }

        try
        {
            for (TimeSpan due = Pace; ;)
            {
                if (due - Now is { Ticks: > 0 } early)
                {
                    await Task.Delay(early, _context.Time, stop).ConfigureAwait(false);
                }

                stop.ThrowIfCancellationRequested();
                TimeSpan start = Now;
                _processor?.Work();
                Publish();

                // Due times, not pauses: the rate is kept whatever a preview takes, until its rest no longer fits in.
                TimeSpan next = due + Pace, rested = Now + (Rest * (Now - start));
                due = next > rested ? next : rested;
            }
        }
        catch (OperationCanceledException)
        {
            if (!_context.Aborted.IsCancellationRequested)
            {
                KeepTimes();
                if (_processor is not null)
                {
                    await _processor.FinishAsync().ConfigureAwait(false);
                }

                _ending = true;
                Publish();
                SendFull();
            }
        }
    }

    /// <summary>Lets the images go, when nothing more will come: an ended session is kept for a while, its memory is not.</summary>
    public void Release()
    {
        (_widefield, _mean, _drawn, _depth, _times, _timeWeights) = (null, null, null, null, null, []);
        Array.Clear(_handed);
        Array.Clear(_taken);
    }

    private void Publish()
    {
        FrameHeader last;
        StageTimings timings;
        long frames;
        lock (_lock)
        {
            (last, timings, frames) = (_last, _lastTimings, _frames);
            _handed.CopyTo(_taken, 0);
        }

        _processor?.Tell(new SequenceRange(0, last.Sequence));
        KeepTimes();
        if (!Enabled || frames == 0)
        {
            return;
        }

        // An image that is shown before the first frame is counted goes with that frame.
        bool any = false;
        foreach (PreviewPicture? picture in _taken)
        {
            if (picture is not null && (picture.Take() || _ending))
            {
                any = true;
                Send(picture, frames, 0, last, timings);
            }
        }

        (long Frames, long Image) now = (frames, _processor?.ImageVersion ?? 0);
        if (now == _sent && !any && !_ending)
        {
            return;
        }

        _sent = now;
        if (_processor is not null)
        {
            if (_depth is not null)
            {
                _processor.CopyChangesTo(_drawn!.Pixels, _depth.Pixels, _drawn.Changed);
                _depth.Changed.Set(_drawn.Changed);
                Send(_depth, frames, _processor.Drawn, last, timings);
            }
            else
            {
                _processor.CopyChangesTo(_drawn!.Pixels, _drawn.Changed);
            }

            if (_times is not null && _processor.CopyTimesTo(_timeWeights, _times.Pixels, _times.Changed))
            {
                Send(_times, frames, _processor.Drawn, last, timings);
            }

            Send(_drawn, frames, _processor.Drawn, last, timings);
        }

        _widefield!.CopyTo(_mean!.Pixels);
        _mean.Changed.MarkAll();
        Send(_mean, _widefield.Frames, 0, last, timings);
    }

    // Whoever asks first gets what was drawn until then too; from then on it is kept up.
    private void KeepTimes()
    {
        if (Enabled && _times is null && _processor?.TimesGrid is { } grid && _context.Hub.WatchedTimes)
        {
            (_times, _timeWeights) = (new PreviewPicture(PreviewKind.Times, grid, _maxSize), new float[grid.PixelCount]);
            _processor.KeepTimes();
        }
    }

    // The last image and the last trust map, whether previews were made of them or not.
    private void SendFull()
    {
        foreach (PreviewPicture? picture in _handed)
        {
            if (Full && picture?.Kind is PreviewKind.SuperResolved or PreviewKind.Trust)
            {
                picture.Take();
                _context.Hub.PublishToOwner(new ResultImage(picture.Kind, picture.Grid, picture.Pixels, _frames), new SequenceRange(0, _last.Sequence));
            }
        }
    }

    private void Send(PreviewPicture picture, long frames, long localizations, in FrameHeader last, in StageTimings timings)
    {
        PreviewPlane plane = _planes.Rent();
        picture.Fill(plane);
        plane.IsLast = _ending;
        plane.Frames = frames;
        plane.Localizations = localizations;
        plane.Provider = _context.Provider();
        plane.Compress = _context.Specification.Preview.Compress;
        _context.Hub.Publish(plane, new SequenceRange(0, last.Sequence), last.SenderTimestampNs, timings);
    }
}
