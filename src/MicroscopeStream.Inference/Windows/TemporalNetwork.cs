using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;

namespace MicroscopeStream.Inference.Windows;

/// <summary>A model opened on one provider for one frame size: the work of a frame is one job in the host's queue.</summary>
internal sealed class TemporalNetwork : HostJob, ITemporalNetwork
{
    private const long Missing = -1;

    private readonly ExecutionHost _host;
    private readonly FairQueue<HostJob>.Client _client;
    private readonly NetworkPlan _plan;
    private readonly TilePlan _tiles;
    private readonly FramePreparation _preparation;
    private readonly float[]? _scales;
    private readonly int _paddedWidth;
    private readonly long[] _window;
    private WindowExecutor? _executor;
    private Step _step = Step.Open;
    private long _sequence;
    private long _expected = Missing;
    private long _ready = Missing;
    private bool _disposed;

    private TemporalNetwork(ExecutionHost host, NetworkPlan plan, TilePlan tiles, int height, int width, ProviderDecision decision)
    {
        _host = host;
        _plan = plan;
        _tiles = tiles;
        Height = height;
        Width = width;
        Provider = decision;
        ModelManifest manifest = plan.Model.Manifest;
        _paddedWidth = tiles.Columns.Padded;
        _preparation = new FramePreparation(manifest.Input, height, width, tiles.Rows.Padded, _paddedWidth);
        float[] scales = [.. manifest.Output.Channels.Select(channel => (float)channel.Scale)];
        _scales = Array.TrueForAll(scales, scale => scale == 1) ? null : scales;
        _window = new long[manifest.Input.Frames];
        Array.Fill(_window, Missing);
        _client = host.Register();
    }

    private enum Step
    {
        Open,
        Submit,
        Gap,
        Close,
    }

    /// <inheritdoc/>
    public ModelPackage Model => _plan.Model;

    /// <inheritdoc/>
    public int Height { get; }

    /// <inheritdoc/>
    public int Width { get; }

    /// <inheritdoc/>
    public int FramesAfterTarget => Model.Manifest.Input.FramesAfterTarget;

    /// <inheritdoc/>
    public ProviderDecision Provider { get; }

    /// <inheritdoc/>
    public int Tiles => _tiles.Count;

    /// <inheritdoc/>
    public double MillisecondsPerFrame { get; private set; }

    /// <inheritdoc/>
    public long FirstWanted { get; set; }

    /// <inheritdoc/>
    public NetworkMaps Maps
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_ready == Missing)
            {
                throw new InvalidOperationException("The last call completed no frame.");
            }

            PinnedTensor maps = _executor!.Maps;
            int upscale = Model.Manifest.Output.Upscale;
            int rowStride = (int)maps.Shape[3];
            return new NetworkMaps(
                _ready, maps.Span, (int)maps.Shape[1], Height * upscale, Width * upscale, rowStride, rowStride * (int)maps.Shape[2]);
        }
    }

    /// <inheritdoc/>
    public long HeldBytes => _executor is { } executor ? (executor.OwnElements + executor.SharedElements) * sizeof(float) : 0;

    internal override double CostMs => MillisecondsPerFrame;

    /// <summary>Opens a model: allocates, binds, and runs every binding once, so that the first frame is as quick as the next.</summary>
    /// <exception cref="ModelPackageException">The networks do not fit together as the manifest says.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The model does not take frames of that size.</exception>
    /// <exception cref="ProviderFailedException">The provider cannot run the model at that size.</exception>
    public static async Task<TemporalNetwork> OpenAsync(
        ExecutionHost host, ModelPackage model, int height, int width, ProviderDecision decision, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TilePlan tiles = TilePlan.For(model.Manifest, height, width, host.Tiling, host.TileLanes);
        var network = new TemporalNetwork(host, NetworkPlan.For(model), tiles, height, width, decision);
        try
        {
            await host.RunAsync(network._client, network).ConfigureAwait(false);
            host.NoteCost(height, width, network.MillisecondsPerFrame);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Span<float> InputRow(int y)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(y);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(y, Height);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _executor!.Input.Slice(y * _paddedWidth, Width);
    }

    /// <inheritdoc/>
    public ValueTask<bool> SubmitAsync(long sequence, CancellationToken cancellationToken)
    {
        ThrowIfBusy();
        ArgumentOutOfRangeException.ThrowIfNegative(sequence);
        if (_expected != Missing && sequence != _expected)
        {
            throw new ArgumentOutOfRangeException(nameof(sequence), sequence, $"Frame {_expected} is expected next; pass the gap first.");
        }

        return HandIn(Step.Submit, sequence, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<bool> PassGapAsync(long nextSequence, CancellationToken cancellationToken)
    {
        ThrowIfBusy();
        ArgumentOutOfRangeException.ThrowIfLessThan(nextSequence, Math.Max(_expected, 0));
        return _expected == Missing || _expected == nextSequence
            ? new ValueTask<bool>(NothingReady())
            : HandIn(Step.Gap, nextSequence, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<bool> FlushAsync(CancellationToken cancellationToken)
    {
        ThrowIfBusy();
        return _expected == Missing ? new ValueTask<bool>(NothingReady()) : HandIn(Step.Gap, long.MaxValue, cancellationToken);
    }

    /// <summary>Closes the network; a call in progress ends first.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _host.Cancel(_client);
            lock (_window)
            {
                _step = Step.Close;
                _executor?.Dispose();
            }

            _host.Unregister(_client);
        }
    }

    /// <inheritdoc/>
    protected override bool Run()
    {
        // The lock is never contended while the owner keeps to the rules; it holds off a Dispose in the middle of a run.
        lock (_window)
        {
            _ready = Missing;
            switch (_step)
            {
                case Step.Open:
                    Open();
                    return false;
                case Step.Submit:
                    return Timed(gap: false);
                case Step.Gap:
                    return Timed(gap: true);
                default:
                    throw new OperationCanceledException("The network was closed.");
            }
        }
    }

    private void ThrowIfBusy()
    {
        if (IsOutstanding)
        {
            throw new InvalidOperationException("The previous call has not been awaited to its end; a network takes one frame at a time.");
        }
    }

    private bool NothingReady()
    {
        _ready = Missing;
        return false;
    }

    private ValueTask<bool> HandIn(Step step, long sequence, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        _step = step;
        _sequence = sequence;
        return _host.RunAsync(_client, this);
    }

    private bool Timed(bool gap)
    {
        long start = _host.Time.GetTimestamp();
        bool ready = gap ? PassGap() : Submit();
        if (!gap && ready)
        {
            double milliseconds = _host.Time.GetElapsedTime(start).TotalMilliseconds;
            MillisecondsPerFrame += (milliseconds - MillisecondsPerFrame) / 16;
            _host.NoteCost(Height, Width, MillisecondsPerFrame);
        }

        return ready;
    }

    private bool Submit()
    {
        _preparation.Apply(_executor!.Input);
        _expected = _sequence + 1;
        long target = MoveOn(_sequence);
        if (!IsWanted(target))
        {
            _executor.PushFrame();
            return false;
        }

        _executor.PushFrameAndRunTarget();
        return Finish(target);
    }

    private bool PassGap()
    {
        while (_expected < _sequence && Array.Exists(_window, static frame => frame != Missing))
        {
            _executor!.PushMissing();
            _expected++;
            long target = MoveOn(Missing);
            if (IsWanted(target))
            {
                _executor.RunTarget();
                return Finish(target);
            }
        }

        _expected = _sequence == long.MaxValue ? Missing : _sequence;
        return false;
    }

    private bool IsWanted(long target) => target != Missing && target >= FirstWanted;

    /// <summary>Moves the window on; the number of its target.</summary>
    private long MoveOn(long newest)
    {
        Array.Copy(_window, 1, _window, 0, _window.Length - 1);
        _window[^1] = newest;
        return _window[Model.Manifest.Input.Target];
    }

    private bool Finish(long target)
    {
        Rescale(_executor!.Maps);
        _ready = target;
        return true;
    }

    private void Rescale(PinnedTensor maps)
    {
        int plane = (int)(maps.Shape[2] * maps.Shape[3]);
        for (int channel = 0; _scales is not null && channel < _scales.Length; channel++)
        {
            float scale = _scales[channel];
            foreach (ref float value in maps.Span.Slice(channel * plane, plane))
            {
                value *= scale;
            }
        }
    }

    private void Open()
    {
        _executor = _tiles.Count == 1 && _plan.States.Length == 0
            ? WindowExecutor.Create(_plan, _host.Sessions, _tiles.Rows.Tile, _tiles.Columns.Tile)
            : WindowExecutor.Create(_plan, _tiles.Count == 1 ? _host.Sessions : _host.OpenTileSessions(), _tiles, _host.OpenTileLanes());
        double fastest = double.MaxValue;

        // Once around the ring warms up every binding; the two runs after that are what a frame costs.
        for (int i = 0; i < _window.Length + 2; i++)
        {
            long start = _host.Time.GetTimestamp();
            _executor.PushFrameAndRunTarget();
            fastest = i < _window.Length ? fastest : Math.Min(fastest, _host.Time.GetElapsedTime(start).TotalMilliseconds);
        }

        MillisecondsPerFrame = fastest;
        for (int i = 0; i < _window.Length; i++)
        {
            _executor.PushMissing();
        }
    }
}
