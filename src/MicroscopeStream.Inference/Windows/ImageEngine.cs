using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;

namespace MicroscopeStream.Inference.Windows;

/// <summary>A model opened on one provider for groups of frames of one size: a whole run is one job in the host's queue.</summary>
internal sealed class ImageEngine : HostJob, IDisposable
{
    private readonly ExecutionHost _host;
    private readonly FairQueue<HostJob>.Client _client;
    private readonly NetworkPlan _plan;
    private readonly TilePlan _tiles;
    private readonly ImageWindow _window;
    private readonly FramePreparation _preparation;
    private readonly ModelChannel[] _channels;
    private readonly int _height;
    private readonly int _width;
    private readonly int _target;
    private WindowExecutor? _executor;
    private bool _opened;
    private bool _disposed;

    private ImageEngine(ExecutionHost host, NetworkPlan plan, TilePlan tiles, ImageWindow window, int height, int width, ExecutionProvider provider)
    {
        (_host, _plan, _tiles, _window, _height, _width, Provider) = (host, plan, tiles, window, height, width, provider);
        ModelManifest manifest = plan.Model.Manifest;
        _preparation = new FramePreparation(manifest.Input, height, width, tiles.Rows.Padded, tiles.Columns.Padded);
        _channels = [.. manifest.Output.Channels];
        _target = manifest.Input.Target;
        _client = host.Register();
    }

    /// <summary>What runs it.</summary>
    public ExecutionProvider Provider { get; }

    /// <summary>In how many tiles a frame runs.</summary>
    public int Tiles => _tiles.Count;

    /// <summary>Time of one run, ms.</summary>
    public double Milliseconds { get; private set; }

    /// <summary>Bytes held beside the window.</summary>
    public long HeldBytes => _executor is { } executor ? (executor.OwnElements + executor.SharedElements) * sizeof(float) : 0;

    internal override double CostMs => Milliseconds;

    /// <summary>Opens a model: allocates, binds, warms up, and measures a run.</summary>
    /// <exception cref="ModelPackageException">The networks do not fit together as the manifest says.</exception>
    /// <exception cref="ProviderFailedException">The provider cannot run the model at that size.</exception>
    public static async Task<ImageEngine> OpenAsync(
        ExecutionHost host, ModelPackage model, ImageWindow window, int height, int width, ExecutionProvider provider, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TilePlan tiles = TilePlan.For(model.Manifest, height, width, host.Tiling, host.TileLanes);
        var engine = new ImageEngine(host, NetworkPlan.For(model, images: true), tiles, window, height, width, provider);
        try
        {
            await host.RunAsync(engine._client, engine).ConfigureAwait(false);
            return engine;
        }
        catch
        {
            engine.Dispose();
            throw;
        }
    }

    /// <summary>Runs the network over the window.</summary>
    public ValueTask<bool> RunAsync()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _host.RunAsync(_client, this);
    }

    /// <summary>The maps of the last run.</summary>
    public NetworkMaps Maps(long sequence)
    {
        PinnedTensor maps = _executor!.Maps;
        int upscale = _plan.Model.Manifest.Output.Upscale;
        int rowStride = (int)maps.Shape[3];
        return new NetworkMaps(
            sequence, maps.Span, (int)maps.Shape[1], _height * upscale, _width * upscale, rowStride, rowStride * (int)maps.Shape[2]);
    }

    /// <summary>Closes it; a run in progress ends first.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _host.Cancel(_client);
            lock (_preparation)
            {
                _executor?.Dispose();
                _executor = null;
            }

            _host.Unregister(_client);
        }
    }

    /// <inheritdoc/>
    protected override bool Run()
    {
        // The lock is never contended while the owner keeps to the rules; it holds off a Dispose in the middle of a run.
        lock (_preparation)
        {
            if (_disposed)
            {
                throw new OperationCanceledException("The network was closed.");
            }

            if (_opened)
            {
                double took = Timed();
                Milliseconds += (took - Milliseconds) / 16;
                return true;
            }

            _executor = _tiles.Count == 1
                ? WindowExecutor.Create(_plan, _host.Sessions, _tiles.Rows.Tile, _tiles.Columns.Tile)
                : WindowExecutor.Create(_plan, _host.OpenTileSessions(), _tiles, _host.OpenTileLanes());

            // Every run leaves the ring where it found it, so one warms up all there is; the next tells what a run costs.
            _ = Timed();
            Milliseconds = Math.Min(Timed(), Timed());
            _opened = true;
            return true;
        }
    }

    private double Timed()
    {
        long start = _host.Time.GetTimestamp();
        Affine? target = null;
        _window.Measure();
        for (int i = 0; i < _window.Count; i++)
        {
            target = Push(i, last: i == _window.Count - 1) is { } numbers && i == _target ? numbers : target;
        }

        Rescale(_executor!.Maps, target);
        return _host.Time.GetElapsedTime(start).TotalMilliseconds;
    }

    private Affine? Push(int index, bool last)
    {
        if (_window.IsMissing(index))
        {
            _executor!.PushMissing();
            if (last)
            {
                _executor.RunTarget();
            }

            return null;
        }

        Affine? numbers = _window.NumbersOf(index);
        Span<float> input = _executor!.Input;
        ReadOnlySpan<float> frame = _window.Raw(index);
        for (int y = 0; y < _height; y++)
        {
            frame.Slice(y * _width, _width).CopyTo(input[(y * _tiles.Columns.Padded)..]);
        }

        if (numbers is { } own)
        {
            _preparation.Apply(input, own);
        }
        else
        {
            _preparation.Apply(input);
        }

        if (last)
        {
            _executor.PushFrameAndRunTarget();
        }
        else
        {
            _executor.PushFrame();
        }

        return numbers;
    }

    /// <summary>Into the channels' units: what was taken from the frames is put back where photons are promised.</summary>
    private void Rescale(PinnedTensor maps, Affine? taken)
    {
        int plane = (int)(maps.Shape[2] * maps.Shape[3]);
        for (int channel = 0; channel < _channels.Length; channel++)
        {
            ModelChannel said = _channels[channel];
            var back = new Affine((float)said.Scale, 0);
            if (taken is { } numbers && said.Unit == "photons")
            {
                Affine inverse = numbers.Inverse;
                back = new Affine(inverse.Factor * (float)said.Scale, inverse.Summand);
            }

            back.Apply(maps.Span.Slice(channel * plane, plane));
        }
    }
}
