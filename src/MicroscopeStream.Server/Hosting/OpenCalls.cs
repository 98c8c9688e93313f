using Microsoft.AspNetCore.Http;

namespace MicroscopeStream.Server.Hosting;

/// <summary>Counts calls until the last byte of their response is out, so that a shutdown closes no connection before.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class OpenCalls
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _none;
    private int _count;

    /// <summary>Counts a call until its response has been sent.</summary>
    public void Enter(HttpContext call)
    {
        lock (_lock)
        {
            _count++;
        }

        call.Response.OnCompleted(static state =>
        {
            ((OpenCalls)state).Leave();
            return Task.CompletedTask;
        }, this);
    }

    /// <summary>Completes when no counted call is open.</summary>
    public Task WhenNone()
    {
        lock (_lock)
        {
            if (_count == 0)
            {
                return Task.CompletedTask;
            }

            _none ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _none.Task;
        }
    }

    private void Leave()
    {
        lock (_lock)
        {
            if (--_count == 0)
            {
                _none?.TrySetResult();
                _none = null;
            }
        }
    }
}
