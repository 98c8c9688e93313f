using System.Runtime.ExceptionServices;

namespace MicroscopeStream.Inference.Execution;

/// <summary>Work in parts that do not depend on each other.</summary>
internal interface IPartedWork
{
    /// <summary>Does a part; on any thread, several at a time, each part once.</summary>
    void Do(int part);
}

/// <summary>
/// Threads that do the parts of a work side by side, the caller's among them: whoever is free takes the next part, so that a
/// thread that the machine keeps waiting delays no more than its own. Nothing is allocated per work.
/// </summary>
/// <remarks>One caller at a time.</remarks>
internal sealed class WorkLanes : IDisposable
{
    private readonly object _gate = new();
    private readonly Thread[] _threads;
    private IPartedWork? _work;
    private int _parts;
    private int _next;
    private int _outstanding;
    private ExceptionDispatchInfo? _failure;
    private bool _stopped;

    /// <param name="count">Threads, the caller's included, ≥ 1.</param>
    /// <param name="name">Of the threads.</param>
    public WorkLanes(int count, string name)
    {
        _threads = [.. Enumerable.Range(1, count - 1).Select(i => new Thread(Wait) { IsBackground = true, Name = $"{name} {i}" })];
        Array.ForEach(_threads, thread => thread.Start());
    }

    /// <summary>Threads, the caller's included.</summary>
    public int Count => _threads.Length + 1;

    /// <summary>Does all parts. The first failure is thrown after the parts in progress ended; those not begun are left.</summary>
    public void Run(IPartedWork work, int parts)
    {
        lock (_gate)
        {
            (_work, _parts, _next, _failure) = (work, parts, 0, null);
            Monitor.PulseAll(_gate);
        }

        while (TryTake(out int part))
        {
            Do(work, part);
        }

        ExceptionDispatchInfo? failure;
        lock (_gate)
        {
            while (_outstanding > 0)
            {
                Monitor.Wait(_gate);
            }

            _work = null;
            failure = _failure;
        }

        failure?.Throw();
    }

    /// <summary>Ends the threads; no work may be in progress.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.PulseAll(_gate);
        }

        Array.ForEach(_threads, thread => thread.Join());
    }

    private bool TryTake(out int part)
    {
        lock (_gate)
        {
            part = _next;
            if (_next >= _parts)
            {
                return false;
            }

            _next++;
            _outstanding++;
            return true;
        }
    }

    private void Do(IPartedWork work, int part)
    {
        ExceptionDispatchInfo? failure = null;
        try
        {
            work.Do(part);
        }
        catch (Exception thrown)
        {
            failure = ExceptionDispatchInfo.Capture(thrown);
        }

        lock (_gate)
        {
            if (failure is not null)
            {
                _failure ??= failure;
                _next = _parts;
            }

            if (--_outstanding == 0)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    private void Wait()
    {
        while (true)
        {
            IPartedWork work;
            int part;
            lock (_gate)
            {
                while (_next >= _parts && !_stopped)
                {
                    Monitor.Wait(_gate);
                }

                if (_stopped)
                {
                    return;
                }

                (work, part) = (_work!, _next++);
                _outstanding++;
            }

            Do(work, part);
        }
    }
}
