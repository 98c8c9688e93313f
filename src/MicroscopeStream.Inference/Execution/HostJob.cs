using System.Runtime.ExceptionServices;
using System.Threading.Tasks.Sources;

namespace MicroscopeStream.Inference.Execution;

/// <summary>
/// A piece of work that a client hands to a host again and again: it is its own task, its own queue entry and its own
/// thread-pool item, so that nothing is allocated per run.
/// </summary>
internal abstract class HostJob : IValueTaskSource<bool>, IThreadPoolWorkItem
{
    private ManualResetValueTaskSourceCore<bool> _core;
    private ExceptionDispatchInfo? _failure;
    private bool _result;
    private int _outstanding;

    /// <summary>Expected time of the next run, ms: its weight in the queue.</summary>
    internal abstract double CostMs { get; }

    /// <summary>The work; runs on the host's thread.</summary>
    protected abstract bool Run();

    /// <summary>Whether the last run has not been awaited to its end.</summary>
    internal bool IsOutstanding => Volatile.Read(ref _outstanding) != 0;

    /// <summary>Marks the job as handed in.</summary>
    /// <exception cref="InvalidOperationException">The last run has not been awaited.</exception>
    internal ValueTask<bool> Begin()
    {
        if (Interlocked.Exchange(ref _outstanding, 1) != 0)
        {
            throw new InvalidOperationException("The last run has not been awaited.");
        }

        _core.Reset();
        return new ValueTask<bool>(this, _core.Version);
    }

    /// <summary>Does the work and completes the task.</summary>
    internal void Complete()
    {
        try
        {
            _result = Run();
        }
        catch (Exception failure)
        {
            _failure = ExceptionDispatchInfo.Capture(failure);
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Completes the task without doing the work.</summary>
    internal void Refuse(Exception reason)
    {
        _failure = ExceptionDispatchInfo.Capture(reason);
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Wakes whoever awaits, on a thread of the pool: the host's own thread must not run their code.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        ExceptionDispatchInfo? failure = _failure;
        _failure = null;
        if (failure is null)
        {
            _core.SetResult(_result);
        }
        else
        {
            _core.SetException(failure.SourceException);
        }
    }

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            Volatile.Write(ref _outstanding, 0);
        }
    }

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
