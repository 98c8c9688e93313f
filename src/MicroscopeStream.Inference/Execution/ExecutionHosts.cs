using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;
using MicroscopeStream.Inference.Windows;

namespace MicroscopeStream.Inference.Execution;

/// <summary>
/// Where sessions get their networks: one host per model and provider, shared by all, with the CPU's threads budgeted over
/// all of them. Chooses the provider, falls back with a reason, and measures what a model costs.
/// </summary>
/// <remarks>Thread-safe. Close all networks before disposing it.</remarks>
public sealed class ExecutionHosts : IDisposable
{
    private readonly object _gate = new();
    private readonly Dictionary<(string Hash, ExecutionProvider Provider), Task<ExecutionHost>> _hosts = [];
    private readonly ProviderSelector _selector;
    private readonly TimeProvider _time;
    private readonly FallbackOptions _fallback;
    private bool _disposed;

    /// <summary>Makes an empty set of hosts.</summary>
    /// <param name="probe">Tries providers; null: for real.</param>
    /// <param name="threads">CPU threads; null: as many as suit this machine.</param>
    /// <param name="time">The clock; null: the system's.</param>
    /// <param name="fallback">What happens after a failure; null: the defaults.</param>
    /// <param name="tiling">When large frames run in tiles; null: the defaults.</param>
    public ExecutionHosts(
        IProviderProbe? probe = null,
        InferenceThreads? threads = null,
        TimeProvider? time = null,
        FallbackOptions? fallback = null,
        TilingOptions? tiling = null)
    {
        Tiling = tiling ?? new TilingOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(Tiling.MaximumPixels, 1, nameof(tiling));
        _selector = new ProviderSelector(probe ?? new OnnxProviderProbe());
        Threads = threads ?? InferenceThreads.ForThisMachine();
        _time = time ?? TimeProvider.System;
        _fallback = fallback ?? new FallbackOptions();
    }

    /// <summary>The CPU threads that all networks share.</summary>
    public InferenceThreads Threads { get; }

    /// <summary>When large frames run in tiles.</summary>
    public TilingOptions Tiling { get; }

    /// <summary>Checks, without loading anything, that a model takes frames of a size, in one piece or in tiles.</summary>
    /// <param name="model">The model.</param>
    /// <param name="height">Rows of a frame.</param>
    /// <param name="width">Columns of a frame.</param>
    /// <exception cref="ArgumentOutOfRangeException">It does not; the message says what it takes.</exception>
    public void ThrowIfTooLarge(ModelPackage model, int height, int width) =>
        _ = TilePlan.For(model.Manifest, height, width, Tiling, lanes: 1);

    /// <summary>
    /// Which provider would run for a request, and why not a better one. The first call for a GPU takes a second or more.
    /// </summary>
    public ProviderDecision Decide(ExecutionProvider requested) => _selector.Select(requested);

    /// <summary>Opens a model for a session, warmed up: when this returns, the first frame is as quick as the next.</summary>
    /// <param name="model">The model.</param>
    /// <param name="height">Rows of a frame.</param>
    /// <param name="width">Columns of a frame.</param>
    /// <param name="requested">
    /// What should run it; what cannot is passed over, with a reason in <see cref="ITemporalNetwork.Provider"/>.
    /// </param>
    /// <param name="cancellationToken">Looked at between steps.</param>
    /// <returns>The network; the caller disposes it.</returns>
    /// <exception cref="ModelPackageException">
    /// The package cannot be run: a graph is broken, changed, or does not fit its manifest.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The model does not take frames of that size, not even in tiles.</exception>
    /// <exception cref="InvalidOperationException">Too many sessions use the model.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<ITemporalNetwork> OpenAsync(
        ModelPackage model, int height, int width, ExecutionProvider requested, CancellationToken cancellationToken)
    {
        _ = NetworkPlan.For(model);
        ThrowIfTooLarge(model, height, width);
        ProviderDecision decision = await Task.Run(() => Decide(requested), cancellationToken).ConfigureAwait(false);
        while (true)
        {
            try
            {
                TemporalNetwork network = await OpenOnAsync(model, height, width, decision, cancellationToken).ConfigureAwait(false);
                return decision.Used == ExecutionProvider.Cpu ? network : new FallbackNetwork(network, Reopen, _time, _fallback);
            }
            catch (ProviderFailedException failure) when (decision.Used != ExecutionProvider.Cpu)
            {
                ExecutionProvider next = decision.Used.Chain()[1];
                decision = decision.MoveTo(next, failure.Message);
            }
            catch (ProviderFailedException failure)
            {
                throw Unusable(model, failure);
            }
        }

        async Task<ITemporalNetwork> Reopen(ExecutionProvider provider, CancellationToken token) =>
            await OpenOnAsync(model, height, width, new ProviderDecision(provider, provider, []), token).ConfigureAwait(false);
    }

    /// <summary>Opens a model that makes images of windows or groups of frames, warmed up.</summary>
    /// <param name="model">The model.</param>
    /// <param name="height">Rows of a frame.</param>
    /// <param name="width">Columns of a frame.</param>
    /// <param name="requested">What should run it; what cannot is passed over, with a reason in <see cref="IImageNetwork.Provider"/>.</param>
    /// <param name="cancellationToken">Looked at between steps.</param>
    /// <returns>The network; the caller disposes it.</returns>
    /// <exception cref="ModelPackageException">As for <see cref="OpenAsync"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The model does not take frames of that size, not even in tiles.</exception>
    /// <exception cref="InvalidOperationException">Too many sessions use the model.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<IImageNetwork> OpenImageAsync(
        ModelPackage model, int height, int width, ExecutionProvider requested, CancellationToken cancellationToken)
    {
        _ = NetworkPlan.For(model, images: true);
        ThrowIfTooLarge(model, height, width);
        ProviderDecision decision = await Task.Run(() => Decide(requested), cancellationToken).ConfigureAwait(false);
        try
        {
            return await ImageNetwork.OpenAsync(model, height, width, decision, OpenOn, cancellationToken).ConfigureAwait(false);
        }
        catch (ProviderFailedException failure)
        {
            throw Unusable(model, failure);
        }

        async Task<ImageEngine> OpenOn(ImageWindow window, ExecutionProvider provider, CancellationToken token)
        {
            ExecutionHost host = await HostAsync(model, provider).WaitAsync(token).ConfigureAwait(false);
            return await ImageEngine.OpenAsync(host, model, window, height, width, provider, token).ConfigureAwait(false);
        }
    }

    /// <summary>What a frame of that size costs: as last measured, else measured now by opening the model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="height">Rows of a frame.</param>
    /// <param name="width">Columns of a frame.</param>
    /// <param name="requested">What should run it.</param>
    /// <param name="cancellationToken">Looked at between steps.</param>
    /// <exception cref="ModelPackageException">As for <see cref="OpenAsync"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The model does not take frames of that size, not even in tiles.</exception>
    public async Task<CostEstimate> EstimateCostAsync(
        ModelPackage model, int height, int width, ExecutionProvider requested, CancellationToken cancellationToken)
    {
        ProviderDecision decision = await Task.Run(() => Decide(requested), cancellationToken).ConfigureAwait(false);
        Task<ExecutionHost>? known;
        lock (_gate)
        {
            _hosts.TryGetValue((model.Hash, decision.Used), out known);
        }

        if (known is { IsCompletedSuccessfully: true } && (await known.ConfigureAwait(false)).KnownCost(height, width) is double cost)
        {
            return new CostEstimate(cost, decision, Threads.PerRun);
        }

        using ITemporalNetwork network = await OpenAsync(model, height, width, requested, cancellationToken).ConfigureAwait(false);
        return new CostEstimate(network.MillisecondsPerFrame, network.Provider, Threads.PerRun);
    }

    /// <summary>Stops all hosts after the runs in progress.</summary>
    public void Dispose()
    {
        Task<ExecutionHost>[] hosts;
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            hosts = [.. _hosts.Values];
            _hosts.Clear();
        }

        foreach (Task<ExecutionHost> host in hosts)
        {
            // A host that is still loading is disposed when it has loaded.
            _ = host.ContinueWith(
                static task => task.Result.Dispose(),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
    }

    private static ModelPackageException Unusable(ModelPackage model, ProviderFailedException failure) => new(
        [new(model.Folder, "graphs", failure.Message, "Export the networks again, and check them with 'mstream models verify'.")],
        failure);

    private async Task<TemporalNetwork> OpenOnAsync(
        ModelPackage model, int height, int width, ProviderDecision decision, CancellationToken cancellationToken)
    {
        ExecutionHost host = await HostAsync(model, decision.Used).WaitAsync(cancellationToken).ConfigureAwait(false);
        return await TemporalNetwork.OpenAsync(host, model, height, width, decision, cancellationToken).ConfigureAwait(false);
    }

    private Task<ExecutionHost> HostAsync(ModelPackage model, ExecutionProvider provider)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            (string Hash, ExecutionProvider Provider) key = (model.Hash, provider);
            if (!_hosts.TryGetValue(key, out Task<ExecutionHost>? host) || host.IsFaulted || host.IsCanceled)
            {
                // What failed once may work the next time: a file copied again, a card that came back.
                host = Task.Run(() => new ExecutionHost(model, provider, Threads, _time, Tiling));
                _hosts[key] = host;
            }

            return host;
        }
    }
}
