using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;

namespace MicroscopeStream.Inference.Windows;

/// <summary>
/// Runs a frame in tiles of one shape and joins their maps to those of the whole frame. Each tile has an executor of its own, which
/// keeps that tile's features; all parts of a tile's frame are one piece of work for the lanes.
/// </summary>
internal sealed class TiledExecutor : WindowExecutor, IPartedWork
{
    private readonly WindowExecutor[] _executors;
    private readonly (TileSpan Rows, TileSpan Columns)[] _tiles;
    private readonly WorkLanes _lanes;
    private readonly float[] _input;
    private readonly int _width;
    private readonly int _tileHeight;
    private readonly int _tileWidth;
    private readonly int _upscale;
    private bool _pushes;
    private bool _runs;

    /// <param name="plan">The tiles.</param>
    /// <param name="make">Makes the executor of one tile.</param>
    /// <param name="lanes">What runs them.</param>
    /// <param name="output">What the maps mean.</param>
    /// <param name="owned">What goes with the executor.</param>
    public TiledExecutor(TilePlan plan, Func<WindowExecutor> make, WorkLanes lanes, ModelOutput output, Stack<IDisposable> owned)
        : base(owned)
    {
        _lanes = lanes;
        _width = plan.Columns.Padded;
        (_tileHeight, _tileWidth) = (plan.Rows.Tile, plan.Columns.Tile);
        _upscale = output.Upscale;
        _tiles = [.. from rows in plan.Rows.Spans from columns in plan.Columns.Spans select (rows, columns)];
        _executors = [.. _tiles.Select(_ => Own(make()))];
        _input = new float[plan.Rows.Padded * _width];
        Maps = Own(new PinnedTensor([1, output.Channels.Count, plan.Rows.Padded * _upscale, _width * _upscale]));
    }

    /// <inheritdoc/>
    public override Span<float> Input => _input;

    /// <inheritdoc/>
    public override PinnedTensor Maps { get; }

    /// <inheritdoc/>
    public override long OwnElements => _input.Length + Maps.Length + _executors.Sum(executor => executor.OwnElements);

    /// <inheritdoc/>
    public override long SharedElements => _executors[0].SharedElements;

    /// <inheritdoc/>
    public override void PushFrame() => Run(pushes: true, runs: false);

    /// <inheritdoc/>
    public override void PushMissing() => Array.ForEach(_executors, static executor => executor.PushMissing());

    /// <inheritdoc/>
    public override void RunTarget() => Run(pushes: false, runs: true);

    /// <inheritdoc/>
    public override void PushFrameAndRunTarget() => Run(pushes: true, runs: true);

    /// <inheritdoc/>
    void IPartedWork.Do(int part)
    {
        WindowExecutor executor = _executors[part];
        (TileSpan rows, TileSpan columns) = _tiles[part];
        if (_pushes)
        {
            Span<float> input = executor.Input;
            for (int y = 0; y < _tileHeight; y++)
            {
                _input.AsSpan(((rows.Start + y) * _width) + columns.Start, _tileWidth).CopyTo(input[(y * _tileWidth)..]);
            }

            executor.PushFrame();
        }

        if (_runs)
        {
            executor.RunTarget();
            Join(executor.Maps, rows, columns);
        }
    }

    private void Run(bool pushes, bool runs)
    {
        (_pushes, _runs) = (pushes, runs);
        _lanes.Run(this, _executors.Length);
    }

    private void Join(PinnedTensor maps, TileSpan rows, TileSpan columns)
    {
        ReadOnlySpan<float> from = maps.Span;
        Span<float> to = Maps.Span;
        int fromWidth = (int)maps.Shape[3], toWidth = (int)Maps.Shape[3];
        int fromPlane = (int)maps.Shape[2] * fromWidth, toPlane = (int)Maps.Shape[2] * toWidth;
        int kept = (columns.KeepEnd - columns.KeepStart) * _upscale;
        int fromX = (columns.KeepStart - columns.Start) * _upscale, toX = columns.KeepStart * _upscale;
        for (int channel = 0; channel < (int)Maps.Shape[1]; channel++)
        {
            for (int y = rows.KeepStart * _upscale; y < rows.KeepEnd * _upscale; y++)
            {
                int fromRow = (channel * fromPlane) + ((y - (rows.Start * _upscale)) * fromWidth);
                from.Slice(fromRow + fromX, kept).CopyTo(to[((channel * toPlane) + (y * toWidth) + toX)..]);
            }
        }
    }
}
