using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
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
    private readonly LocalizationRenderer _leaving;
    private readonly Queue<Point[]> _chunks = new();
    private readonly int _mostChunks;
    private readonly Localization[] _batch = new Localization[ChunkPoints];
    private readonly Localization[] _redrawn = new Localization[ChunkPoints];
    private readonly float[] _settled;
    private readonly float[] _copied;
    private LocalizationRenderer _shown;
    private LocalizationRenderer _spare;
    private DriftCurve _curve = DriftCurve.None;
    private Point[] _newest = [];
    private int _inNewest = ChunkPoints;
    private bool _redrawing;

    /// <summary>Makes an empty image.</summary>
    /// <param name="make">Makes a renderer; called three times, always for the same grid.</param>
    /// <param name="mostLocalizations">Localizations that can be drawn again, ≥ 8192, in steps of 8192. Default 16 million: 305 MiB.</param>
    /// <exception cref="ArgumentException">The renderers' grids differ.</exception>
    public DriftCorrectedRenderer(Func<LocalizationRenderer> make, int mostLocalizations = 16_000_000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mostLocalizations, ChunkPoints);
        (_shown, _spare, _leaving) = (make(), make(), make());
        if (_shown.Grid != _spare.Grid || _shown.Grid != _leaving.Grid || ReferenceEquals(_shown, _spare))
        {
            throw new ArgumentException("Three renderers of their own for one grid are needed.", nameof(make));
        }

        _mostChunks = mostLocalizations / ChunkPoints;
        _settled = new float[Grid.PixelCount];
        _copied = new float[Grid.PixelCount];
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

                var point = new Point(localization);
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
    /// <param name="cancellationToken">Gives up; the image shown stays as it was.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public void Apply(DriftCurve curve, CancellationToken cancellationToken = default)
    {
        lock (_applying)
        {
            Point[][] chunks;
            int inNewest;
            lock (_lock)
            {
                (chunks, inNewest, _redrawing) = ([.. _chunks], _inNewest, true);
            }

            try
            {
                _spare.Clear();
                for (int c = 0; c < chunks.Length; c++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Draw(chunks[c].AsSpan(0, c == chunks.Length - 1 ? inNewest : ChunkPoints), curve, _spare);
                }

                lock (_lock)
                {
                    Show(chunks.Length, inNewest, curve);
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
            if (Frozen > 0)
            {
                for (int i = 0; i < _settled.Length; i++)
                {
                    destination[i] += _settled[i];
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

    /// <summary>The image as it is now, in memory of its own.</summary>
    public SuperResolvedImage Snapshot()
    {
        var image = new SuperResolvedImage(Grid);
        CopyTo(image.Pixels);
        return image;
    }

    private void Grow()
    {
        _newest = new Point[ChunkPoints];
        _chunks.Enqueue(_newest);
        _inNewest = 0;
        Evict();
    }

    // What leaves is in the image shown, and stays in it until that is drawn again. While that happens nothing leaves.
    private void Evict()
    {
        while (_chunks.Count > _mostChunks && !_redrawing)
        {
            Draw(_chunks.Dequeue(), _curve, _leaving);
            Frozen += ChunkPoints;
        }
    }

    private void Show(int chunks, int inLast, DriftCurve curve)
    {
        int c = 0;
        foreach (Point[] chunk in _chunks)
        {
            c++;
            int end = c == _chunks.Count ? _inNewest : ChunkPoints;
            if (c >= chunks)
            {
                Draw(chunk.AsSpan(c == chunks ? inLast : 0, end - (c == chunks ? inLast : 0)), curve, _spare);
            }
        }

        if (_leaving.Drawn > 0)
        {
            _leaving.CopyTo(_copied);
            for (int i = 0; i < _settled.Length; i++)
            {
                _settled[i] += _copied[i];
            }

            _leaving.Clear();
        }

        (_shown, _spare, _curve) = (_spare, _shown, curve);
    }

    private void Draw(ReadOnlySpan<Point> points, DriftCurve curve, LocalizationRenderer renderer)
    {
        while (!points.IsEmpty)
        {
            Span<Localization> batch = _redrawn.AsSpan(0, Math.Min(points.Length, _redrawn.Length));
            for (int i = 0; i < batch.Length; i++)
            {
                batch[i] = points[i].At(curve);
            }

            renderer.Add(batch);
            points = points[batch.Length..];
        }
    }

    private readonly struct Point(in Localization l)
    {
        private readonly float _x = (float)l.X;
        private readonly float _y = (float)l.Y;
        private readonly float _z = (float)l.Z;
        private readonly int _frame = checked((int)l.Frame);
        private readonly Half _sigmaX = (Half)l.SigmaX;
        private readonly Half _sigmaY = (Half)l.SigmaY;

        public Localization At(DriftCurve curve)
        {
            (double x, double y) = curve.At(_frame);
            return new Localization
            {
                Frame = _frame,
                X = _x - x,
                Y = _y - y,
                Z = _z,
                SigmaX = (float)_sigmaX,
                SigmaY = (float)_sigmaY,
            };
        }
    }
}
