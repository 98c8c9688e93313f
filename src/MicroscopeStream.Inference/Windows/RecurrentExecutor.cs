using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;

namespace MicroscopeStream.Inference.Windows;

/// <summary>
/// A network that takes one frame and its own state, and puts out maps and the state for the next frame. The state is kept for the
/// whole field; a tile reads its part of it, overlap included, and writes back what is its own, so that every tile meets the same
/// state as the undivided frame and there are no seams in time either. A frame that is missing starts the state anew.
/// </summary>
/// <remarks>
/// The state travels through our memory each time: 1.6 MB for a 256² frame and 50 channels at a quarter, a hundredth of the time
/// of the run. So a session's state outlives whatever ran the frame.
/// </remarks>
internal sealed class RecurrentExecutor : WindowExecutor, IPartedWork
{
    private readonly string _inputName;
    private readonly Tile[] _tiles;
    private readonly WorkLanes _lanes;
    private readonly float[] _input;
    private readonly int _width;
    private readonly int _upscale;
    private readonly StatePlane[] _states;

    /// <param name="plan">How the network works.</param>
    /// <param name="sessions">The network.</param>
    /// <param name="shapes">What it puts out for one tile.</param>
    /// <param name="tiles">The tiles, one or more.</param>
    /// <param name="lanes">What runs them.</param>
    /// <param name="owned">What goes with the executor.</param>
    public RecurrentExecutor(
        NetworkPlan plan, IReadOnlyDictionary<string, GraphSession> sessions, NetworkShapes shapes, TilePlan tiles, WorkLanes lanes, Stack<IDisposable> owned)
        : base(owned)
    {
        _inputName = plan.Input;
        _lanes = lanes;
        _width = tiles.Columns.Padded;
        _upscale = plan.Model.Manifest.Output.Upscale;
        _input = new float[tiles.Rows.Padded * _width];
        Maps = Own(new PinnedTensor(
            [1, plan.Model.Manifest.Output.Channels.Count, tiles.Rows.Padded * _upscale, _width * _upscale]));
        _states = [.. plan.States.Select(state => new StatePlane(state, tiles.Rows.Padded, _width))];
        GraphSession session = sessions[plan.MapsGraph];
        _tiles = [.. from rows in tiles.Rows.Spans from columns in tiles.Columns.Spans select MakeTile(plan, session, shapes, rows, columns)];
    }

    /// <inheritdoc/>
    public override Span<float> Input => _input;

    /// <inheritdoc/>
    public override PinnedTensor Maps { get; }

    /// <inheritdoc/>
    public override long OwnElements =>
        _input.Length + Maps.Length + _states.Sum(state => 2L * state.Now.Length) + _tiles.Sum(tile => tile.Elements);

    /// <inheritdoc/>
    public override void PushFrame()
    {
        // The frame stands in Input until it is run: a window of one frame has no past to keep.
    }

    /// <inheritdoc/>
    public override void PushMissing() => Array.ForEach(_states, static state => Array.Clear(state.Now));

    /// <inheritdoc/>
    public override void RunTarget()
    {
        _lanes.Run(this, _tiles.Length);

        // Only now: until the last tile has read it, the old state is every tile's.
        Array.ForEach(_states, static state => state.Advance());
    }

    /// <inheritdoc/>
    void IPartedWork.Do(int part)
    {
        Tile tile = _tiles[part];
        (int height, int width) = ((int)tile.Frame.Shape[2], (int)tile.Frame.Shape[3]);
        Plane(_input, _width).Copy(tile.Rows.Start, tile.Columns.Start, new Plane(tile.Frame.Span, width), 0, 0, height, width);
        for (int i = 0; i < _states.Length; i++)
        {
            _states[i].Read(tile.Rows.Start, tile.Columns.Start, tile.Before[i]);
        }

        tile.Run(_inputName, _states);
        CopyMaps(tile);
        for (int i = 0; i < _states.Length; i++)
        {
            _states[i].Write(tile.Rows, tile.Columns, tile.After[i]);
        }
    }

    private static Plane Plane(Span<float> values, int width) => new(values, width);

    private void CopyMaps(Tile tile)
    {
        (int fromHeight, int fromWidth) = ((int)tile.Maps.Shape[2], (int)tile.Maps.Shape[3]);
        (int toHeight, int toWidth) = ((int)Maps.Shape[2], (int)Maps.Shape[3]);
        for (int channel = 0; channel < (int)Maps.Shape[1]; channel++)
        {
            Plane(tile.Maps.Span.Slice(channel * fromHeight * fromWidth, fromHeight * fromWidth), fromWidth).Copy(
                (tile.Rows.KeepStart - tile.Rows.Start) * _upscale,
                (tile.Columns.KeepStart - tile.Columns.Start) * _upscale,
                Plane(Maps.Span.Slice(channel * toHeight * toWidth, toHeight * toWidth), toWidth),
                tile.Rows.KeepStart * _upscale,
                tile.Columns.KeepStart * _upscale,
                (tile.Rows.KeepEnd - tile.Rows.KeepStart) * _upscale,
                (tile.Columns.KeepEnd - tile.Columns.KeepStart) * _upscale);
        }
    }

    private Tile MakeTile(NetworkPlan plan, GraphSession session, NetworkShapes shapes, TileSpan rows, TileSpan columns)
    {
        PinnedTensor[] States() => [.. plan.States.Select(state => Own(new PinnedTensor(NetworkShapes.StateShape(state, shapes.Height, shapes.Width))))];
        var tile = new Tile(
            rows, columns, Own(new PinnedTensor([1, 1, shapes.Height, shapes.Width])), States(), States(), Own(new PinnedTensor(shapes.Maps)),
            Own(session.Bind()), session.HasOwnMemory);
        tile.Binding.BindInput(plan.Input, tile.Frame.Value);
        tile.Binding.BindOutput(plan.MapsOutput, tile.Maps.Value);
        for (int i = 0; i < plan.States.Length; i++)
        {
            tile.Binding.BindInput(plan.States[i].Name, tile.Before[i].Value);
            tile.Binding.BindOutput(plan.States[i].From!, tile.After[i].Value);
        }

        return tile;
    }

    /// <summary>A part of the field with the tensors of its run.</summary>
    private sealed record Tile(
        TileSpan Rows, TileSpan Columns, PinnedTensor Frame, PinnedTensor[] Before, PinnedTensor[] After, PinnedTensor Maps, GraphBinding Binding, bool HasOwnMemory)
    {
        public long Elements => Frame.Length + Maps.Length + Before.Sum(one => (long)one.Length) + After.Sum(one => (long)one.Length);

        public void Run(string input, StatePlane[] states)
        {
            if (HasOwnMemory)
            {
                Binding.BindInput(input, Frame.Value);
                for (int i = 0; i < states.Length; i++)
                {
                    Binding.BindInput(states[i].Name, Before[i].Value);
                }
            }

            Binding.Run();
        }
    }

    /// <summary>One state of the whole field, [channels, y, x]: as it is, and as it becomes.</summary>
    private sealed class StatePlane(GraphInput state, int height, int width)
    {
        private readonly int _height = height / state.Stride;
        private readonly int _width = width / state.Stride;
        private float[] _next = new float[state.Channels * (height / state.Stride) * (width / state.Stride)];

        public string Name => state.Name;

        public float[] Now { get; private set; } = new float[state.Channels * (height / state.Stride) * (width / state.Stride)];

        public void Advance() => (Now, _next) = (_next, Now);

        public void Read(int row, int column, PinnedTensor to)
        {
            (int tileHeight, int tileWidth) = ((int)to.Shape[2], (int)to.Shape[3]);
            for (int channel = 0; channel < state.Channels; channel++)
            {
                Channel(Now, channel).Copy(
                    row / state.Stride, column / state.Stride,
                    new Plane(to.Span.Slice(channel * tileHeight * tileWidth, tileHeight * tileWidth), tileWidth), 0, 0, tileHeight, tileWidth);
            }
        }

        public void Write(TileSpan rows, TileSpan columns, PinnedTensor from)
        {
            (int tileHeight, int tileWidth) = ((int)from.Shape[2], (int)from.Shape[3]);
            (int top, int left) = (rows.KeepStart / state.Stride, columns.KeepStart / state.Stride);
            for (int channel = 0; channel < state.Channels; channel++)
            {
                new Plane(from.Span.Slice(channel * tileHeight * tileWidth, tileHeight * tileWidth), tileWidth).Copy(
                    top - (rows.Start / state.Stride), left - (columns.Start / state.Stride), Channel(_next, channel), top, left,
                    (rows.KeepEnd / state.Stride) - top, (columns.KeepEnd / state.Stride) - left);
            }
        }

        private Plane Channel(float[] values, int channel) => new(values.AsSpan(channel * _height * _width, _height * _width), _width);
    }
}

/// <summary>One plane, row-major (y, x).</summary>
internal readonly ref struct Plane(Span<float> values, int width)
{
    private readonly Span<float> _values = values;
    private readonly int _width = width;

    /// <summary>Copies a rectangle to another plane.</summary>
    public void Copy(int row, int column, Plane to, int toRow, int toColumn, int height, int width)
    {
        for (int y = 0; y < height; y++)
        {
            _values.Slice(((row + y) * _width) + column, width).CopyTo(to._values[(((toRow + y) * to._width) + toColumn)..]);
        }
    }
}
