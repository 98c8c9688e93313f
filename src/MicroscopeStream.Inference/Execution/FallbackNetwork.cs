using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;
using MicroscopeStream.Inference.Windows;
using Polly;
using Polly.Fallback;

namespace MicroscopeStream.Inference.Execution;

/// <summary>
/// A network whose provider may fail: then the CPU takes over from the same frame, without a result lost, and the provider is
/// tried again later. It keeps the raw frames of one window, from which another provider's state can be built.
/// </summary>
internal sealed class FallbackNetwork : ITemporalNetwork
{
    private readonly Func<ExecutionProvider, CancellationToken, Task<ITemporalNetwork>> _open;
    private readonly TimeProvider _time;
    private readonly FallbackOptions _options;
    private readonly FrameHistory _history;
    private readonly ResiliencePipeline<bool> _pipeline;
    private readonly ExecutionProvider _preferred;
    private ITemporalNetwork _current;
    private Call _call;
    private long _lastDelivered = -1;
    private long _firstWanted;
    private bool _replaced;
    private Task<ITemporalNetwork>? _reopening;
    private CancellationTokenSource? _closing = new();
    private long _failedAt;
    private TimeSpan _retryAfter;

    /// <param name="first">The network to begin with, on a provider that may fail.</param>
    /// <param name="open">Opens the same model at the same size on the provider named, and on no other.</param>
    /// <param name="time">The clock.</param>
    /// <param name="options">When to try again.</param>
    public FallbackNetwork(
        ITemporalNetwork first,
        Func<ExecutionProvider, CancellationToken, Task<ITemporalNetwork>> open,
        TimeProvider time,
        FallbackOptions options)
    {
        (_current, _open, _time, _options) = (first, open, time, options);
        _preferred = first.Provider.Used;
        _retryAfter = options.RetryAfter;
        Provider = first.Provider;
        _history = new FrameHistory(first.Model.Manifest.Input.Frames, first.Height, first.Width);
        _pipeline = new ResiliencePipelineBuilder<bool>()
            .AddFallback(new FallbackStrategyOptions<bool>
            {
                ShouldHandle = new PredicateBuilder<bool>().Handle<ProviderFailedException>(
                    failure => failure.Provider != ExecutionProvider.Cpu),
                FallbackAction = async arguments =>
                {
                    var failure = (ProviderFailedException)arguments.Outcome.Exception!;
                    return Outcome.FromResult(await FallBackAsync(failure, arguments.Context.CancellationToken).ConfigureAwait(false));
                },
            })
            .Build();
    }

    private enum Operation
    {
        Submit,
        PassGap,
        Flush,
    }

    /// <inheritdoc/>
    public ModelPackage Model => _current.Model;

    /// <inheritdoc/>
    public int Height => _current.Height;

    /// <inheritdoc/>
    public int Width => _current.Width;

    /// <inheritdoc/>
    public int FramesAfterTarget => _current.FramesAfterTarget;

    /// <inheritdoc/>
    public ProviderDecision Provider { get; private set; }

    /// <inheritdoc/>
    public int Tiles => _current.Tiles;

    /// <inheritdoc/>
    public double MillisecondsPerFrame => _current.MillisecondsPerFrame;

    /// <inheritdoc/>
    public long HeldBytes => _current.HeldBytes + _history.Bytes;

    /// <inheritdoc/>
    public long FirstWanted
    {
        get => _firstWanted;
        set => _current.FirstWanted = _firstWanted = value;
    }

    /// <inheritdoc/>
    public NetworkMaps Maps => _current.Maps;

    /// <inheritdoc/>
    public Span<float> InputRow(int y) => _history.NextRow(y);

    /// <inheritdoc/>
    public ValueTask<bool> SubmitAsync(long sequence, CancellationToken cancellationToken) =>
        ExecuteAsync(new Call(Operation.Submit, sequence), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> PassGapAsync(long nextSequence, CancellationToken cancellationToken) =>
        ExecuteAsync(new Call(Operation.PassGap, nextSequence), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> FlushAsync(CancellationToken cancellationToken) => ExecuteAsync(new Call(Operation.Flush, 0), cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        CancellationTokenSource? closing = Interlocked.Exchange(ref _closing, null);
        if (closing is not null)
        {
            closing.Cancel();
            closing.Dispose();
            _current.Dispose();
            _ = _reopening?.ContinueWith(
                static task => task.Result.Dispose(),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion,
                TaskScheduler.Default);
        }
    }

    private async ValueTask<bool> ExecuteAsync(Call call, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_closing is null, this);
        if (Provider.Used != _preferred)
        {
            await TryReturnAsync(cancellationToken).ConfigureAwait(false);
        }

        _call = call;
        bool ready = await _pipeline
            .ExecuteAsync(static (self, token) => self.RunAsync(token), this, cancellationToken)
            .ConfigureAwait(false);
        if (call.Operation == Operation.Submit)
        {
            _history.Keep(call.Sequence);
        }

        if (ready)
        {
            _lastDelivered = _current.Maps.Sequence;
        }
        else if (call.Operation == Operation.Flush)
        {
            _history.Clear();
            _lastDelivered = -1;
        }

        return ready;
    }

    private async ValueTask<bool> RunAsync(CancellationToken cancellationToken)
    {
        if (_call.Operation == Operation.Submit)
        {
            // The old network had been taken over the gap before this frame, and had delivered what that completed.
            while (_replaced && await _current.PassGapAsync(_call.Sequence, cancellationToken).ConfigureAwait(false))
            {
            }

            _replaced = false;
            _current.WriteFrame(_history.Next);
            return await _current.SubmitAsync(_call.Sequence, cancellationToken).ConfigureAwait(false);
        }

        // After a change of provider the window is built anew, and what was delivered before must not come twice.
        bool ready;
        do
        {
            ready = _call.Operation == Operation.PassGap
                ? await _current.PassGapAsync(_call.Sequence, cancellationToken).ConfigureAwait(false)
                : await _current.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        while (ready && _current.Maps.Sequence <= _lastDelivered);

        return ready;
    }

    private async ValueTask<bool> FallBackAsync(ProviderFailedException failure, CancellationToken cancellationToken)
    {
        ITemporalNetwork replacement = await _open(ExecutionProvider.Cpu, cancellationToken).ConfigureAwait(false);
        await ReplaceAsync(replacement, cancellationToken).ConfigureAwait(false);
        Provider = Provider.MoveTo(ExecutionProvider.Cpu, $"{failure.Message} The CPU took over.");
        _failedAt = _time.GetTimestamp();
        return await RunAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask TryReturnAsync(CancellationToken cancellationToken)
    {
        if (_reopening is null)
        {
            if (_time.GetElapsedTime(_failedAt) >= _retryAfter)
            {
                // Opening takes seconds; frames go on being served by the CPU meanwhile.
                CancellationToken closing = _closing!.Token;
                _reopening = Task.Run(() => _open(_preferred, closing), closing);
            }

            return;
        }

        if (!_reopening.IsCompleted)
        {
            return;
        }

        Task<ITemporalNetwork> opened = _reopening;
        _reopening = null;
        try
        {
            await ReplaceAsync(await opened.ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            Provider = Provider.MoveTo(_preferred, $"{_preferred.Name()} works again and took over.");
        }
#pragma warning disable CA1031 // Whatever the return fails with, the CPU is still there and goes on serving.
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            // The reason is replaced, not added to: a device that stays away for days must not fill the report.
            string reason = $"{_preferred.Name()} could not take over again: {failure.Message}";
            Provider = Provider with { Reasons = [.. Provider.Reasons.Where(one => !one.StartsWith($"{_preferred.Name()} could not take over again", StringComparison.Ordinal)), reason] };
        }
        finally
        {
            // In every case, or the next frame would open the provider once more, and so would each one after it.
            _failedAt = _time.GetTimestamp();
            _retryAfter = Longer(_retryAfter);
        }
    }

    private static TimeSpan Longer(TimeSpan wait) => wait * 2 < TimeSpan.FromHours(1) ? wait * 2 : TimeSpan.FromHours(1);

    private async ValueTask ReplaceAsync(ITemporalNetwork replacement, CancellationToken cancellationToken)
    {
        try
        {
            await _history.ReplayAsync(replacement, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            replacement.Dispose();
            throw;
        }

        _current.Dispose();
        _current = replacement;
        _current.FirstWanted = _firstWanted;
        _replaced = true;
    }

    private readonly record struct Call(Operation Operation, long Sequence);
}
