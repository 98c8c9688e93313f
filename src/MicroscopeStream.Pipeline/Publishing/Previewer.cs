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
    /// <summary>After a preview, its making rests this many times as long as it took: large images must not eat the cores that localize.</summary>
    private const int Rest = 3;

    /// <summary>Without previews, localizations are worked on at this pace.</summary>
    private static readonly TimeSpan UnseenPeriod = TimeSpan.FromMilliseconds(200);

    private readonly Lock _lock = new();
    private readonly SessionContext _context;
    private readonly PreviewPlanePool _planes = new(8);
    private readonly PreviewConverter _converter;
    private readonly LocalizationProcessor? _processor;
    private readonly PixelGrid _output;
    private WidefieldAccumulator? _widefield;
    private readonly ShownImage _shown = new(PreviewKind.SuperResolved);
    private readonly ShownImage _trust = new(PreviewKind.Trust);
    private float[] _pixels = [];
    private float[] _mean = [];
    private long _frames;
    private FrameHeader _last;
    private StageTimings _lastTimings;
    private (long Frames, long Image) _sent;

    /// <summary>Starts with empty images; <paramref name="processor"/>: where localizations come, what draws them on <paramref name="output"/>.</summary>
    public Previewer(SessionContext context, PixelGrid output, LocalizationProcessor? processor)
    {
        (_context, _output, _processor) = (context, output, processor);
        PreviewOptions options = context.Specification.Preview;
        Period = options.EffectiveRate > 0 ? TimeSpan.FromSeconds(1 / options.EffectiveRate) : Timeout.InfiniteTimeSpan;
        _converter = new PreviewConverter(options.EffectiveMaxSize);
        if (Enabled)
        {
            _widefield = new WidefieldAccumulator(context.Specification.Acquisition.Grid);
            _pixels = processor is not null ? new float[output.PixelCount] : [];
            _mean = new float[_widefield.Grid.PixelCount];
        }
    }

    /// <summary>Time between previews; infinite: none are made.</summary>
    public TimeSpan Period { get; }

    /// <summary>Whether the last images are sent in full.</summary>
    private bool Full => _context.Specification.ResultImages;

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
    public void Show(PreviewKind kind, SuperResolvedImage image)
    {
        if (Enabled || Full)
        {
            (kind == PreviewKind.Trust ? _trust : _shown).Show(image);
        }
    }

    /// <summary>Works and makes previews until cancelled; then, unless the session was aborted, brings all to its end and makes a last one.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        if (!Enabled && !Full && _processor is null)
        {
            return;
        }

        using var timer = new PeriodicTimer(Enabled ? Period : UnseenPeriod, _context.Time);
        try
        {
            long ended = 0;
            TimeSpan took = TimeSpan.Zero;
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
            {
                long start = _context.Time.GetTimestamp();
                if (took == TimeSpan.Zero || _context.Time.GetElapsedTime(ended, start) >= Rest * took)
                {
                    _processor?.Work();
                    Publish();
                    ended = _context.Time.GetTimestamp();
                    took = _context.Time.GetElapsedTime(start, ended);
                }
            }
        }
        catch (OperationCanceledException)
        {
            if (!_context.Aborted.IsCancellationRequested)
            {
                if (_processor is not null)
                {
                    await _processor.FinishAsync().ConfigureAwait(false);
                }

                Publish();
                SendFull(_shown);
                SendFull(_trust);
            }
        }
    }

    /// <summary>Lets the images go, when nothing more will come: an ended session is kept for a while, its memory is not.</summary>
    public void Release()
    {
        _widefield = null;
        (_pixels, _mean) = ([], []);
        _shown.Release();
        _trust.Release();
    }

    private void Publish()
    {
        FrameHeader last;
        StageTimings timings;
        long frames;
        lock (_lock)
        {
            (last, timings, frames) = (_last, _lastTimings, _frames);
        }

        _processor?.Tell(new SequenceRange(0, last.Sequence));
        (long Frames, long Image) now = (frames, _processor?.ImageVersion ?? 0);
        if (!Enabled || frames == 0 || (now == _sent && !_shown.IsNew && !_trust.IsNew))
        {
            return;
        }

        _sent = now;
        if (_processor is not null)
        {
            _processor.CopyTo(_pixels);
            Send(PreviewKind.SuperResolved, _pixels, _output, frames, _processor.Drawn, last, timings);
        }

        // An image that is shown before the first frame is counted goes with that frame.
        SendNew(_shown, frames, last, timings);
        SendNew(_trust, frames, last, timings);

        _widefield!.CopyTo(_mean);
        Send(PreviewKind.Widefield, _mean, _widefield.Grid, _widefield.Frames, 0, last, timings);
    }

    private void SendNew(ShownImage image, long frames, in FrameHeader last, in StageTimings timings)
    {
        if (image.TryTake(out float[] pixels, out PixelGrid grid))
        {
            Send(image.Kind, pixels, grid, frames, 0, last, timings);
        }
    }

    private void SendFull(ShownImage image)
    {
        if (Full && image.Latest is { } latest)
        {
            _context.Hub.PublishToOwner(new ResultImage(image.Kind, latest.Grid, latest.Pixels, _frames), new SequenceRange(0, _last.Sequence));
        }
    }

    private void Send(
        PreviewKind kind, ReadOnlySpan<float> pixels, PixelGrid grid, long frames, long localizations, in FrameHeader last, in StageTimings timings)
    {
        PreviewPlane plane = _planes.Rent();
        Preview made = _converter.Convert(pixels, grid, plane.Start(_converter.PlaneOf(grid)));
        plane.Kind = kind;
        plane.DisplayMinimum = made.Range.Min;
        plane.DisplayMaximum = made.Range.Max;
        plane.Frames = frames;
        plane.Localizations = localizations;
        plane.Provider = _context.Provider();
        plane.Compress = _context.Specification.Preview.Compress;
        _context.Hub.Publish(plane, new SequenceRange(0, last.Sequence), last.SenderTimestampNs, timings);
    }
}
