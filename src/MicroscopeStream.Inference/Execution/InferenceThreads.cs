namespace MicroscopeStream.Inference.Execution;

/// <summary>
/// The CPU threads that all networks of this process share: a run takes as many as its network uses and waits while
/// others hold them, so that several sessions do not crowd each other out of the caches.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class InferenceThreads
{
    private readonly object _gate = new();
    private int _free;

    /// <summary>Makes a budget.</summary>
    /// <param name="total">Threads, ≥ 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Below 1.</exception>
    public InferenceThreads(int total)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(total, 1);
        Total = total;
        _free = total;
    }

    /// <summary>A budget for this machine: all of two processors, all but one of more (the other stages need it).</summary>
    public static InferenceThreads ForThisMachine() =>
        new(Environment.ProcessorCount <= 2 ? Environment.ProcessorCount : Environment.ProcessorCount - 1);

    /// <summary>Threads in the budget.</summary>
    public int Total { get; }

    /// <summary>Threads for one run: the whole budget up to 8, beyond which frames of a microscope no longer divide well.</summary>
    public int PerRun => Math.Min(Total, 8);

    /// <summary>Takes threads, waiting until they are free.</summary>
    internal void Enter(int threads)
    {
        lock (_gate)
        {
            while (_free < threads)
            {
                Monitor.Wait(_gate);
            }

            _free -= threads;
        }
    }

    /// <summary>Gives threads back.</summary>
    internal void Exit(int threads)
    {
        lock (_gate)
        {
            _free += threads;
            Monitor.PulseAll(_gate);
        }
    }
}
