using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Rendering;
using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Pipeline.Publishing;

/// <summary>
/// Makes previews at their own pace, in their own task: localizations are handed over by a copy and drawn later, once each,
/// into an image that is kept. Nothing here makes a result wait.
/// </summary>
internal sealed class Previewer
{
    /// <summary>After a preview, its making rests this many times as long as it took: large images must not eat the cores that localize.</summary>
    private const int Rest = 3;

    /// <summary>Localizations that may wait to be drawn: 2²⁰ take 130 MB, and more than seconds to draw.</summary>
    private const int MostPending = 1 << 20;

    private readonly Lock _lock = new();
    private readonly SessionContext _context;
    private readonly PreviewPlanePool _planes = new(8);
    private readonly PreviewConverter _converter;
    private WidefieldAccumulator? _widefield;
    private LocalizationRenderer? _renderer;
    private List<Localization> _pending = [];
    private List<Localization> _drawing = [];
    private SuperResolvedImage? _shown;
    private float[] _pixels = [];
    private float[] _mean = [];
    private float[] _scratch = [];
    private bool _shownChanged;
    private long _frames;
    private FrameHeader _last;
    private StageTimings _lastTimings;
    private long _sentFrames;

    /// <summary>Starts with empty images; <paramref name="localizes"/> says whether localizations come, to be drawn on <paramref name="output"/>.</summary>
    public Previewer(SessionContext context, PixelGrid output, bool localizes)
    {
        _context = context;
        PreviewOptions options = context.Specification.Preview;
        Period = options.EffectiveRate > 0 ? TimeSpan.FromSeconds(1 / options.EffectiveRate) : Timeout.InfiniteTimeSpan;
        _converter = new PreviewConverter(options.EffectiveMaxSize);
        if (Enabled)
        {
            _widefield = new WidefieldAccumulator(context.Specification.Acquisition.Grid);
            _renderer = localizes ? new GaussianRenderer(output, GaussianWidth.FromPrecision(output.PixelSizeNm / 2, 4 * output.PixelSizeNm, output.PixelSizeNm)) : null;
            _pixels = localizes ? new float[output.PixelCount] : [];
            _mean = new float[_widefield.Grid.PixelCount];
        }
    }

    /// <summary>Time between previews; infinite: none are made.</summary>
    public TimeSpan Period { get; }

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
    public void AddLocalizations(LocalizationBatch batch, in FrameHeader header, in StageTimings timings)
    {
        if (!Enabled)
        {
            return;
        }

        bool behind = false;
        lock (_lock)
        {
            _frames++;
            _last = header;
            _lastTimings = timings;
            if (_renderer is not null)
            {
                behind = _pending.Count + batch.Count > MostPending;
                if (!behind)
                {
                    _pending.AddRange(batch.Rows);
                }
            }
        }

        if (behind && _context.Notices.Begins(NoticeCodes.PreviewBehind))
        {
            _context.Notices.Tell(
                new Notice(
                    Severity.Warning, NoticeCodes.PreviewBehind,
                    "Drawing previews cannot keep up: the preview lacks localizations that the table has. Choose a larger preview pixel."),
                SequenceRange.Of(header.Sequence));
        }
    }

    /// <summary>Takes a copy of an image that a method made, for the next preview.</summary>
    public void Show(SuperResolvedImage image)
    {
        if (!Enabled)
        {
            return;
        }

        lock (_lock)
        {
            if (_shown is null || _shown.Grid != image.Grid)
            {
                _shown = new SuperResolvedImage(image.Grid);
            }

            image.Pixels.CopyTo(_shown.Pixels, 0);
            _shownChanged = true;
        }
    }

    /// <summary>Makes previews until cancelled; then, unless the session was aborted, a last one of everything.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        if (!Enabled)
        {
            return;
        }

        using var timer = new PeriodicTimer(Period, _context.Time);
        try
        {
            long ended = 0;
            TimeSpan took = TimeSpan.Zero;
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
            {
                long start = _context.Time.GetTimestamp();
                if (took == TimeSpan.Zero || _context.Time.GetElapsedTime(ended, start) >= Rest * took)
                {
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
                Publish();
            }
        }
    }

    /// <summary>Lets the images go, when nothing more will come: an ended session is kept for a while, its memory is not.</summary>
    public void Release()
    {
        (_widefield, _renderer, _shown) = (null, null, null);
        (_pixels, _mean, _scratch) = ([], [], []);
        (_pending, _drawing) = ([], []);
    }

    private void Publish()
    {
        FrameHeader last;
        StageTimings timings;
        long frames;
        bool shownChanged;
        PixelGrid shownGrid = default;
        lock (_lock)
        {
            (_pending, _drawing) = (_drawing, _pending);
            (last, timings, frames) = (_last, _lastTimings, _frames);
            shownChanged = _shownChanged;
            _shownChanged = false;
            if (shownChanged)
            {
                shownGrid = _shown!.Grid;
                Array.Resize(ref _scratch, shownGrid.PixelCount);
                _shown.Pixels.CopyTo(_scratch, 0);
            }
        }

        if (frames == _sentFrames)
        {
            return;
        }

        _sentFrames = frames;
        if (_renderer is not null)
        {
            _renderer.Add(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_drawing));
            _drawing.Clear();
            _renderer.CopyTo(_pixels);
            Send(PreviewKind.SuperResolved, _pixels, _renderer.Grid, frames, _renderer.Drawn, last, timings);
        }
        else if (shownChanged)
        {
            Send(PreviewKind.SuperResolved, _scratch, shownGrid, frames, 0, last, timings);
        }

        _widefield!.CopyTo(_mean);
        Send(PreviewKind.Widefield, _mean, _widefield.Grid, _widefield.Frames, 0, last, timings);
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
        plane.Compress = _context.Specification.Preview.Compress;
        _context.Hub.Publish(plane, new SequenceRange(0, last.Sequence), last.SenderTimestampNs, timings);
    }
}
