using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;

namespace MicroscopeStream.Inference.Windows;

/// <summary>
/// An opened image model. When its provider fails, the CPU takes over for the same window, without a result lost, and stays: groups
/// are few beside frames, and a second change in a session would be one more thing to explain.
/// </summary>
internal sealed class ImageNetwork : IImageNetwork
{
    private const long Nothing = -1;

    private readonly Func<ImageWindow, ExecutionProvider, CancellationToken, Task<ImageEngine>> _open;
    private readonly ImageWindow _window;
    private ImageEngine _engine;
    private long _ready = Nothing;
    private bool _disposed;

    private ImageNetwork(
        ModelPackage model, int height, int width, ImageWindow window, ImageEngine engine, ProviderDecision decision,
        Func<ImageWindow, ExecutionProvider, CancellationToken, Task<ImageEngine>> open)
    {
        (Model, Height, Width, _window, _engine, Provider, _open) = (model, height, width, window, engine, decision, open);
    }

    /// <inheritdoc/>
    public ModelPackage Model { get; }

    /// <inheritdoc/>
    public int Frames => _window.Count;

    /// <inheritdoc/>
    public int Height { get; }

    /// <inheritdoc/>
    public int Width { get; }

    /// <inheritdoc/>
    public ProviderDecision Provider { get; private set; }

    /// <inheritdoc/>
    public int Tiles => _engine.Tiles;

    /// <inheritdoc/>
    public double MillisecondsPerRun => _engine.Milliseconds;

    /// <inheritdoc/>
    public long HeldBytes => _engine.HeldBytes + _window.Bytes;

    /// <inheritdoc/>
    public NetworkMaps Maps
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _ready != Nothing ? _engine.Maps(_ready) : throw new InvalidOperationException("Nothing has run, or the last run failed.");
        }
    }

    /// <summary>Opens a model on the provider decided upon, or on the next one that works.</summary>
    public static async Task<ImageNetwork> OpenAsync(
        ModelPackage model, int height, int width, ProviderDecision decision,
        Func<ImageWindow, ExecutionProvider, CancellationToken, Task<ImageEngine>> open, CancellationToken cancellationToken)
    {
        ModelInput input = model.Manifest.Input;
        while (true)
        {
            var window = new ImageWindow(input.Normalization, input.Frames, height, width);
            try
            {
                ImageEngine engine = await open(window, decision.Used, cancellationToken).ConfigureAwait(false);
                return new ImageNetwork(model, height, width, window, engine, decision, open);
            }
            catch (ProviderFailedException failure) when (decision.Used != ExecutionProvider.Cpu)
            {
                decision = decision.MoveTo(decision.Used.Chain()[1], failure.Message);
            }
        }
    }

    /// <inheritdoc/>
    public Span<float> Frame(int index)
    {
        ThrowIfOutside(index);
        return _window[index];
    }

    /// <inheritdoc/>
    public void MarkMissing(int index)
    {
        ThrowIfOutside(index);
        _window.MarkMissing(index);
    }

    /// <inheritdoc/>
    public async ValueTask RunAsync(long sequence, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sequence);
        ObjectDisposedException.ThrowIf(_disposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        _ready = Nothing;
        try
        {
            await _engine.RunAsync().ConfigureAwait(false);
        }
        catch (ProviderFailedException failure) when (_engine.Provider != ExecutionProvider.Cpu)
        {
            ImageEngine replacement = await _open(_window, ExecutionProvider.Cpu, cancellationToken).ConfigureAwait(false);
            _engine.Dispose();
            _engine = replacement;
            Provider = Provider.MoveTo(ExecutionProvider.Cpu, $"{failure.Message} The CPU took over.");
            await _engine.RunAsync().ConfigureAwait(false);
        }

        _ready = sequence;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _engine.Dispose();
        }
    }

    private void ThrowIfOutside(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _window.Count);
        ObjectDisposedException.ThrowIf(_disposed, this);
    }
}
