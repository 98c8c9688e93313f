using System.Numerics.Tensors;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Core.Scheduling;
using MicroscopeStream.Imaging.Rendering;

namespace MicroscopeStream.Localizations.Drift;

/// <summary>
/// An accumulated image that is drawn again when the drift turns out to have been different. Localizations are kept in 20 bytes each
/// and drawn anew with the drift of their own frame.
/// </summary>
/// <remarks>
/// Why not one image per time slice, shifted by that slice's drift: a field of 2048² pixels takes 16 MiB a slice, a shift by parts
/// of a pixel blurs what it moves, and drift within a slice stays in. Drawing again costs as much as drawing did; because
/// <see cref="LiveDrift"/>'s revisions come at growing intervals, all of it together is a small multiple of drawing once. Memory is
/// bounded: beyond the number kept, the oldest localizations stay in the image where the curve of that moment put them
/// (<see cref="Frozen"/>). One thread adds, one applies curves, any number take copies.
/// </remarks>
public sealed class DriftCorrectedRenderer
{
    private const int ChunkPoints = 8192;
    private readonly Lock _lock = new();
    private readonly Lock _applying = new();
    private Func<LocalizationRenderer> _make;
    private readonly Queue<KeptPoint[]> _chunks = new();
    private readonly int _mostChunks;
    private readonly Localization[] _batch = new Localization[ChunkPoints];
    private readonly Localization[] _redrawn = new Localization[ChunkPoints];
    private float[] _settled = [];
    private float[] _copied = [];
    private LocalizationRenderer _shown;
    private LocalizationRenderer? _spare;
    private LocalizationRenderer? _leaving;
    private DriftCurve _curve = DriftCurve.None;
    private KeptPoint[] _newest = [];
    private int _inNewest = ChunkPoints;
    private bool _redrawing;

    /// <summary>Makes an empty image.</summary>
    /// <param name="make">
    /// Makes a renderer, always for the same grid: one at once, one when drift is first applied, one when the oldest localizations
    /// leave.
    /// </param>
    /// <param name="mostLocalizations">Localizations that can be drawn again, ≥ 8192, in steps of 8192. Default 16 million: 305 MiB.</param>
    public DriftCorrectedRenderer(Func<LocalizationRenderer> make, int mostLocalizations = 16_000_000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mostLocalizations, ChunkPoints);
        (_make, _shown) = (make, make());
        _mostChunks = mostLocalizations / ChunkPoints;
    }

    /// <summary>The grid that is drawn on.</summary>
    public PixelGrid Grid => _shown.Grid;

    /// <summary>Localizations that can no longer be drawn again, because there were more than are kept.</summary>
    public long Frozen { get; private set; }

    /// <summary>Draws localizations with the curve as it stands.</summary>
    /// <param name="localizations">Uncorrected.</param>
    public void Add(ReadOnlySpan<Localization> localizations)
    {
        lock (_lock)
        {
            int count = 0;
            foreach (ref readonly Localization localization in localizations)
            {
                if (_inNewest == ChunkPoints)
                {
                    Grow();
                }

                var point = new KeptPoint(localization);
                _newest[_inNewest++] = point;
                _batch[count++] = point.At(_curve);
                if (count == _batch.Length)
                {
                    _shown.Add(_batch);
                    count = 0;
                }
            }

            _shown.Add(_batch.AsSpan(0, count));
        }
    }

    /// <summary>
    /// Draws everything that is kept again with another curve, then shows it. Adding and copying go on meanwhile; call it for a new
    /// <see cref="DriftVersion.Revision"/>, on a thread of the background.
    /// </summary>
    /// <param name="curve">The curve from now on.</param>
    /// <param name="pace">Rests in between; null: none.</param>
    /// <param name="cancellationToken">Gives up; the image shown stays as it was.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="InvalidOperationException">The renderers made have different grids, or are one and the same.</exception>
    public void Apply(DriftCurve curve, WorkPace? pace = null, CancellationToken cancellationToken = default)
    {
        lock (_applying)
        {
            LocalizationRenderer spare = _spare ??= Another();
            pace?.Begin();
            KeptPoint[][] chunks;
            int inNewest;
            lock (_lock)
            {
                (chunks, inNewest, _redrawing) = ([.. _chunks], _inNewest, true);
            }

            try
            {
                spare.Clear();
                for (int c = 0; c < chunks.Length; c++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Draw(chunks[c].AsSpan(0, c == chunks.Length - 1 ? inNewest : ChunkPoints), curve, spare, pace);
                }

                lock (_lock)
                {
                    Show(spare, chunks.Length, inNewest, curve);
                }
            }
            finally
            {
                lock (_lock)
                {
                    _redrawing = false;
                    Evict();
                }
            }
        }
    }

    /// <summary>
    /// Goes over to renderers of another make for the same grid, for example ones that keep <see cref="LocalizationRenderer.Times"/> too:
    /// everything that is kept is drawn again on one, then shown. What is no longer kept (<see cref="Frozen"/>) stays in the image alone.
    /// </summary>
    /// <param name="make">Makes a renderer, as the one given at first did.</param>
    /// <param name="pace">Rests in between; null: none.</param>
    /// <param name="cancellationToken">Gives up; the image shown stays as it was.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="InvalidOperationException">The renderers made have another grid, or are one and the same.</exception>
    public void Remake(Func<LocalizationRenderer> make, WorkPace? pace = null, CancellationToken cancellationToken = default)
    {
        lock (_applying)
        {
            (_make, _spare) = (make, null);
            DriftCurve curve;
            lock (_lock)
            {
                curve = _curve;
            }

            Apply(curve, pace, cancellationToken);
            _spare = null;
        }
    }

    /// <summary>
    /// Uses another curve for localizations to come, without drawing again: enough for a new <see cref="DriftVersion.Extension"/>.
    /// </summary>
    public void Continue(DriftCurve curve)
    {
        lock (_lock)
        {
            _curve = curve;
        }
    }

    /// <summary>Copies the image.</summary>
    /// <param name="destination">Gets the pixels, row-major (y, x).</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void CopyTo(Span<float> destination)
    {
        lock (_lock)
        {
            _shown.CopyTo(destination);
            if (_settled.Length > 0)
            {
                for (int i = 0; i < _settled.Length; i++)
                {
                    destination[i] += _settled[i];
                }
            }
        }
    }

    /// <summary>Copies what changed since the last call, and everything at the first and after another curve was applied.</summary>
    /// <param name="destination">What the last call left, row-major (y, x); gets the pixels of the tiles that changed.</param>
    /// <param name="changed">Gets the tiles that changed, in place of what it holds.</param>
    /// <exception cref="ArgumentException">The destination is too short, or the tiles are those of another grid.</exception>
    public void CopyChangesTo(Span<float> destination, ChangedTiles changed)
    {
        lock (_lock)
        {
            // A renderer that was drawn on anew has all its tiles marked.
            _shown.CopyChangesTo(destination, changed);
            AddSettled(destination, changed);
        }
    }

    /// <summary>The same of brightness and mean depth, where <see cref="DepthRenderer"/>s are drawn on.</summary>
    /// <param name="brightness">What the last call left, row-major (y, x); gets the pixels of the tiles that changed.</param>
    /// <param name="meanDepthNm">The same of mean depths, nm; NaN where nothing was drawn, or only what is no longer kept.</param>
    /// <param name="changed">Gets the tiles that changed, in place of what it holds.</param>
    /// <exception cref="ArgumentException">A destination is too short, or the tiles are those of another grid.</exception>
    /// <exception cref="InvalidOperationException">Something else is drawn on.</exception>
    public void CopyChangesTo(Span<float> brightness, Span<float> meanDepthNm, ChangedTiles changed)
    {
        lock (_lock)
        {
            DepthRenderer deep = _shown as DepthRenderer ?? throw new InvalidOperationException("What is drawn has no depth.");
            deep.CopyChangesTo(brightness, meanDepthNm, changed);
            AddSettled(brightness, changed);
        }
    }

    /// <summary>Copies what changed of the mean frame numbers since the last call, and everything at the first and after another curve was applied.</summary>
    /// <param name="weights">On the grid of <see cref="LocalizationRenderer.Times"/>: what the last call left; gets how much was drawn.</param>
    /// <param name="meanFrames">The same of mean frame numbers; NaN where nothing was drawn, or only what is no longer kept.</param>
    /// <param name="changed">Gets the tiles that changed, in place of what it holds.</param>
    /// <returns>False: what is drawn on keeps no times (yet), and nothing was written.</returns>
    /// <exception cref="ArgumentException">A destination is too short, or the tiles are those of another grid.</exception>
    public bool CopyTimesTo(Span<float> weights, Span<float> meanFrames, ChangedTiles changed)
    {
        lock (_lock)
        {
            _shown.Times?.CopyChangesTo(weights, meanFrames, changed);
            return _shown.Times is not null;
        }
    }

    private void AddSettled(Span<float> destination, ChangedTiles changed)
    {
        if (_settled.Length > 0)
        {
            foreach (PixelBlock block in changed)
            {
                for (int y = block.Top; y < block.Bottom; y++)
                {
                    int start = (y * Grid.Width) + block.Left;
                    TensorPrimitives.Add(destination.Slice(start, block.Width), _settled.AsSpan(start, block.Width), destination.Slice(start, block.Width));
                }
            }
        }
    }

    /// <summary>
    /// Reads the renderer that is shown, for what is more than one plane: the colours of a <see cref="DepthRenderer"/>. Adding waits
    /// meanwhile. Localizations beyond those kept (<see cref="Frozen"/>) are no longer in it after the next <see cref="Apply"/>.
    /// </summary>
    /// <param name="read">Gets one of the renderers made; must not keep it.</param>
    public T Read<T>(Func<LocalizationRenderer, T> read)
    {
        lock (_lock)
        {
            return read(_shown);
        }
    }

    /// <summary>The localizations kept, as they are now, at their corrected positions.</summary>
    public KeptLocalizations Kept()
    {
        lock (_lock)
        {
            return new KeptLocalizations([.. _chunks], _chunks.Count > 0 ? _inNewest : 0, _curve);
        }
    }

    /// <summary>The image as it is now, in memory of its own.</summary>
    public SuperResolvedImage Snapshot()
    {
        var image = new SuperResolvedImage(Grid);
        CopyTo(image.Pixels);
        return image;
    }

    private void Grow()
    {
        _newest = new KeptPoint[ChunkPoints];
        _chunks.Enqueue(_newest);
        _inNewest = 0;
        Evict();
    }

    // What leaves is in the image shown, and stays in it until that is drawn again. While that happens nothing leaves.
    private void Evict()
    {
        while (_chunks.Count > _mostChunks && !_redrawing)
        {
            Draw(_chunks.Dequeue(), _curve, _leaving ??= Another(), null);
            Frozen += ChunkPoints;
        }
    }

    private void Show(LocalizationRenderer spare, int chunks, int inLast, DriftCurve curve)
    {
        int c = 0;
        foreach (KeptPoint[] chunk in _chunks)
        {
            c++;
            int end = c == _chunks.Count ? _inNewest : ChunkPoints;
            if (c >= chunks)
            {
                Draw(chunk.AsSpan(c == chunks ? inLast : 0, end - (c == chunks ? inLast : 0)), curve, spare, null);
            }
        }

        if (_leaving?.Drawn > 0)
        {
            Array.Resize(ref _settled, Grid.PixelCount);
            Array.Resize(ref _copied, Grid.PixelCount);
            _leaving.CopyTo(_copied);
            for (int i = 0; i < _settled.Length; i++)
            {
                _settled[i] += _copied[i];
            }

            _leaving.Clear();
        }

        (_shown, _spare, _curve) = (spare, _shown, curve);
    }

    private LocalizationRenderer Another()
    {
        LocalizationRenderer another = _make();
        return another.Grid == Grid && another != _shown && another != _spare
            ? another
            : throw new InvalidOperationException("Renderers of their own for one grid are needed.");
    }

    private void Draw(ReadOnlySpan<KeptPoint> points, DriftCurve curve, LocalizationRenderer renderer, WorkPace? pace)
    {
        // Small batches where there are rests between them.
        Span<Localization> room = _redrawn.AsSpan(0, pace is null ? ChunkPoints : 1024);
        while (!points.IsEmpty)
        {
            Span<Localization> batch = room[..Math.Min(points.Length, room.Length)];
            for (int i = 0; i < batch.Length; i++)
            {
                batch[i] = points[i].At(curve);
            }

            renderer.Add(batch);
            pace?.Breathe();
            points = points[batch.Length..];
        }
    }
}
