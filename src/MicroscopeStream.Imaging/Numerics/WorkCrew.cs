namespace MicroscopeStream.Imaging.Numerics;

/// <summary>
/// A few threads of one owner that work on the parts of a job together, the caller among them. Starting a job allocates nothing, which
/// <see cref="Parallel"/> cannot say; parts are taken one by one, so that a busy core takes fewer.
/// </summary>
/// <remarks>One job at a time: not thread-safe. A crew of one has no threads of its own.</remarks>
public sealed class WorkCrew : IDisposable
{
    private readonly Thread[] _threads;
    private readonly SemaphoreSlim[] _starts;
    private readonly CountdownEvent? _finished;
    private Action<int, int>? _work;
    private Exception? _fault;
    private int _parts;
    private int _next;
    private bool _disposed;

    /// <summary>Starts the threads.</summary>
    /// <param name="workers">How many work together, the caller included, 1…64.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is outside its range.</exception>
    public WorkCrew(int workers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(workers, 64);
        Workers = workers;
        _finished = workers > 1 ? new CountdownEvent(workers - 1) : null;
        _starts = new SemaphoreSlim[workers - 1];
        _threads = new Thread[workers - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            int worker = i + 1;
            _starts[i] = new SemaphoreSlim(0);
            _threads[i] = new Thread(() => Serve(worker)) { IsBackground = true, Name = $"work crew {worker}" };
            _threads[i].Start();
        }
    }

    /// <summary>How many work together, the caller included.</summary>
    public int Workers { get; }

    /// <summary>Calls the work for every part, in no particular order, and returns when all are done.</summary>
    /// <param name="parts">Number of parts, ≥ 0.</param>
    /// <param name="work">Gets the part (0…parts − 1) and the worker (0…<see cref="Workers"/> − 1) that does it.</param>
    /// <exception cref="AggregateException">Work on another thread than the caller's failed; the other parts may not have been done.</exception>
    public void Run(int parts, Action<int, int> work)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Workers == 1 || parts <= 1)
        {
            for (int part = 0; part < parts; part++)
            {
                work(part, 0);
            }

            return;
        }

        (_work, _parts, _next, _fault) = (work, parts, 0, null);
        _finished!.Reset();
        foreach (SemaphoreSlim start in _starts)
        {
            start.Release();
        }

        try
        {
            TakeParts(0);
        }
        finally
        {
            _next = parts;
            _finished.Wait();
            _work = null;
        }

        if (_fault is not null)
        {
            throw new AggregateException(_fault);
        }
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _work = null;
        foreach (SemaphoreSlim start in _starts)
        {
            start.Release();
        }

        foreach (Thread thread in _threads)
        {
            thread.Join();
        }

        foreach (SemaphoreSlim start in _starts)
        {
            start.Dispose();
        }

        _finished?.Dispose();
    }

    private void Serve(int worker)
    {
        while (true)
        {
            _starts[worker - 1].Wait();
            if (_disposed)
            {
                return;
            }

            try
            {
                TakeParts(worker);
            }
#pragma warning disable CA1031 // Whatever fails here must reach the caller's thread instead of ending the process.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                _fault = fault;
                _next = _parts;
            }

            _finished!.Signal();
        }
    }

    private void TakeParts(int worker)
    {
        Action<int, int> work = _work!;
        for (int part = Interlocked.Increment(ref _next) - 1; part < _parts; part = Interlocked.Increment(ref _next) - 1)
        {
            work(part, worker);
        }
    }
}
