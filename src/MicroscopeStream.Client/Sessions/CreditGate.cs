namespace MicroscopeStream.Client;

/// <summary>Flow control: holds a sender back until the service has said that the frame may come.</summary>
/// <remarks>Thread-safe. Allocates only when someone has to wait.</remarks>
internal sealed class CreditGate
{
    private readonly Lock _lock = new();
    private long _limit = -1;
    private TaskCompletionSource? _changed;
    private Exception? _closed;

    /// <summary>Highest sequence number that may be sent now; −1 when none.</summary>
    internal long Limit
    {
        get
        {
            lock (_lock)
            {
                return _limit;
            }
        }
    }

    /// <summary>Sets the highest sequence number that may be sent.</summary>
    internal void Set(long limit)
    {
        TaskCompletionSource? waiters;
        lock (_lock)
        {
            _limit = limit;
            waiters = _changed;
            _changed = null;
        }

        waiters?.TrySetResult();
    }

    /// <summary>No more frames may be sent, and why.</summary>
    internal void Close(Exception reason)
    {
        TaskCompletionSource? waiters;
        lock (_lock)
        {
            _closed ??= reason;
            waiters = _changed;
            _changed = null;
        }

        waiters?.TrySetResult();
    }

    /// <summary>Waits until the frame may be sent.</summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    /// <exception cref="MicroscopeStreamException">The session failed or has ended.</exception>
    /// <exception cref="InvalidOperationException">A handler of its updates threw, or it was disposed.</exception>
    internal async ValueTask WaitAsync(long sequence, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                ThrowIfClosed();

                if (sequence <= _limit)
                {
                    return;
                }

                _changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <exception cref="MicroscopeStreamException">The session failed or has ended.</exception>
    /// <exception cref="InvalidOperationException">A handler of its updates threw, or it was disposed.</exception>
    internal void ThrowIfClosed()
    {
        // A new exception each time: one that is thrown twice would carry the wrong stack.
        switch (_closed)
        {
            case null:
                return;
            case MicroscopeStreamException e:
                throw new MicroscopeStreamException(e.Message, e.Status, e.Faults, e);
            default:
                throw new InvalidOperationException(_closed.Message, _closed);
        }
    }
}
