using System.Collections.Concurrent;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;

namespace MicroscopeStream.Inference.Execution;

/// <summary>
/// One model on one provider, shared by all sessions that use it: its networks are loaded once, one thread runs them, and
/// sessions take turns by the time they cost.
/// </summary>
/// <remarks>Thread-safe. A GPU's session is one stream and the CPU's threads are one budget, so one run at a time loses nothing.</remarks>
internal sealed class ExecutionHost : IDisposable
{
    /// <summary>More sessions than this on one model are refused.</summary>
    public const int MaximumClients = 64;

    private readonly FairQueue<HostJob> _queue = new();
    private readonly object _gate = new();
    private readonly InferenceThreads _budget;
    private readonly int _threads;
    private readonly Thread _worker;
    private readonly ConcurrentDictionary<(int Height, int Width), double> _costs = new();
    private readonly Func<int, Dictionary<string, GraphSession>> _load;
    private Dictionary<string, GraphSession>? _tileSessions;
    private WorkLanes? _tileLanes;
    private bool _stopped;

    /// <summary>Loads the model's networks.</summary>
    /// <exception cref="ProviderFailedException">A network cannot be loaded on the provider.</exception>
    /// <exception cref="ModelPackageException">A file changed since the package was checked.</exception>
    public ExecutionHost(ModelPackage model, ExecutionProvider provider, InferenceThreads budget, TimeProvider time, TilingOptions tiling)
    {
        Id = model.Id;
        Time = time;
        Tiling = tiling;
        _budget = budget;
        _threads = provider == ExecutionProvider.Cpu ? budget.PerRun : 1;
        TileLanes = tiling.SideBySide ? _threads : 1;
        _load = threads => Load(model, provider, threads);
        Sessions = _load(_threads);
        _worker = new Thread(Work) { IsBackground = true, Name = $"inference {model.Id} {provider.Name()}" };
        _worker.Start();
    }

    /// <summary>The model's id, for messages.</summary>
    public string Id { get; }

    /// <summary>The clock that runs are timed with.</summary>
    public TimeProvider Time { get; }

    /// <summary>The networks by the manifest's names.</summary>
    public IReadOnlyDictionary<string, GraphSession> Sessions { get; }

    /// <summary>When and how large frames run in tiles.</summary>
    public TilingOptions Tiling { get; }

    /// <summary>How many tiles run side by side.</summary>
    public int TileLanes { get; }

    /// <summary>Adds a session.</summary>
    /// <exception cref="InvalidOperationException">There are <see cref="MaximumClients"/> already.</exception>
    /// <exception cref="ObjectDisposedException">The host was disposed.</exception>
    public FairQueue<HostJob>.Client Register()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopped, this);
            return _queue.Count < MaximumClients
                ? _queue.Add()
                : throw new InvalidOperationException($"{MaximumClients} sessions use the model '{Id}' already; close one first.");
        }
    }

    /// <summary>Cancels the work that a session has waiting.</summary>
    public void Cancel(FairQueue<HostJob>.Client client)
    {
        HostJob? waiting;
        lock (_gate)
        {
            waiting = _queue.Withdraw(client);
        }

        waiting?.Refuse(new OperationCanceledException("The session was closed."));
    }

    /// <summary>Removes a session, after it disposed whatever it had of the networks.</summary>
    public void Unregister(FairQueue<HostJob>.Client client)
    {
        bool last;
        lock (_gate)
        {
            _queue.Remove(client);
            last = _stopped && _queue.Count == 0;
        }

        if (last)
        {
            DisposeSessions();
        }
    }

    /// <summary>Hands in a job; it is done when the task is.</summary>
    public ValueTask<bool> RunAsync(FairQueue<HostJob>.Client client, HostJob job)
    {
        ValueTask<bool> task = job.Begin();
        lock (_gate)
        {
            if (!_stopped)
            {
                _queue.Enqueue(client, job, Math.Max(job.CostMs, 1e-3));
                Monitor.Pulse(_gate);
                return task;
            }
        }

        job.Refuse(new ObjectDisposedException(nameof(ExecutionHost)));
        return task;
    }

    /// <summary>The networks for tiles that run side by side: on one thread each, the caller's. Only for the host's own thread.</summary>
    /// <exception cref="ProviderFailedException">A network cannot be loaded.</exception>
    /// <exception cref="ModelPackageException">A file changed since the package was checked.</exception>
    public IReadOnlyDictionary<string, GraphSession> OpenTileSessions() => TileLanes == 1 ? Sessions : _tileSessions ??= _load(1);

    /// <summary>
    /// What runs tiles side by side, within the threads that the host takes from the budget. Only for the host's own thread.
    /// </summary>
    public WorkLanes OpenTileLanes() => _tileLanes ??= new WorkLanes(TileLanes, $"tiles {Id}");

    /// <summary>Notes what a frame of that size cost, ms.</summary>
    public void NoteCost(int height, int width, double milliseconds) => _costs[(height, width)] = milliseconds;

    /// <summary>What a frame of that size cost when last measured, ms; null when it never was.</summary>
    public double? KnownCost(int height, int width) => _costs.TryGetValue((height, width), out double cost) ? cost : null;

    /// <summary>Stops after the job in progress; jobs waiting are refused. The networks go with the last session that has a part of them.</summary>
    public void Dispose()
    {
        bool last;
        lock (_gate)
        {
            if (_stopped)
            {
                return;
            }

            _stopped = true;
            last = _queue.Count == 0;
            Monitor.PulseAll(_gate);
        }

        _worker.Join();
        _tileLanes?.Dispose();
        while (TakeWaiting() is HostJob waiting)
        {
            waiting.Refuse(new ObjectDisposedException(nameof(ExecutionHost)));
        }

        if (last)
        {
            DisposeSessions();
        }
    }

    private static void DisposeAll(IReadOnlyDictionary<string, GraphSession> sessions)
    {
        foreach (GraphSession session in sessions.Values)
        {
            session.Dispose();
        }
    }

    private static Dictionary<string, GraphSession> Load(ModelPackage model, ExecutionProvider provider, int threads)
    {
        var sessions = new Dictionary<string, GraphSession>();
        try
        {
            foreach (string name in model.Manifest.Graphs.Keys)
            {
                sessions[name] = new GraphSession(model.FileOf(name), model.ReadGraph(name), provider, threads);
            }

            return sessions;
        }
        catch
        {
            DisposeAll(sessions);
            throw;
        }
    }

    private void DisposeSessions()
    {
        DisposeAll(Sessions);
        if (_tileSessions is not null)
        {
            DisposeAll(_tileSessions);
        }
    }

    private HostJob? TakeWaiting()
    {
        lock (_gate)
        {
            return _queue.Dequeue();
        }
    }

    private void Work()
    {
        while (Next() is HostJob job)
        {
            _budget.Enter(_threads);
            try
            {
                job.Complete();
            }
            finally
            {
                _budget.Exit(_threads);
            }
        }
    }

    private HostJob? Next()
    {
        lock (_gate)
        {
            while (true)
            {
                if (_stopped)
                {
                    return null;
                }

                if (_queue.Dequeue() is HostJob job)
                {
                    return job;
                }

                Monitor.Wait(_gate);
            }
        }
    }
}
