using System.Runtime.CompilerServices;
using System.Threading.Channels;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Calibration;
using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Pipeline.Assembly;

/// <summary>Gathers for every frame the neighbours that the method needs.</summary>
internal sealed class AssembleStage
{
    private readonly SessionContext _context;
    private readonly ChannelReader<PhotonFrame> _input;
    private readonly ChannelReader<AssembledWindow> _free;
    private readonly ChannelWriter<AssembledWindow> _output;
    private readonly IFrameGathering _window;
    private int _run;

    public AssembleStage(
        SessionContext context, ChannelReader<PhotonFrame> input, ChannelReader<AssembledWindow> free, ChannelWriter<AssembledWindow> output, IFrameGathering window)
    {
        _context = context;
        _input = input;
        _free = free;
        _output = output;
        _window = window;
    }

    public async Task RunAsync()
    {
        while (await _input.TakeAsync().ConfigureAwait(false) is { IsSome: true } taken)
        {
            if (_context.Aborted.IsCancellationRequested)
            {
                if (!taken.Item.ContextOnly)
                {
                    _context.Frames.CountDropped(DropCause.Aborted, taken.Item.Lease.Frame.Header.Sequence);
                }

                taken.Item.Lease.Dispose();
                continue;
            }

            if (taken.Item.Run != _run)
            {
                _run = taken.Item.Run;
                await GiveUpPendingAsync(_window is FrameGroup ? DropCause.IncompleteGroup : DropCause.Stale).ConfigureAwait(false);
            }

            if (_window.IsBrokenBy(taken.Item))
            {
                await GiveUpPendingAsync(DropCause.IncompleteGroup).ConfigureAwait(false);
            }

            // When it was received, not when it got here: a neighbour that waited in our own queues is our delay, not the camera's.
            long arrived = taken.Item.Lease.Frame.Header.ReceivedTimestamp;
            _window.Push(taken.Item);
            await EmitAsync(arrived, nothingMore: false).ConfigureAwait(false);
            await GiveUpHopelessAsync(nothingMore: false).ConfigureAwait(false);
        }

        await EmitAsync(_context.Time.GetTimestamp(), nothingMore: true).ConfigureAwait(false);
        await GiveUpHopelessAsync(nothingMore: true).ConfigureAwait(false);
    }

    /// <summary>After every stage has ended: gives back what no window took along.</summary>
    public void ReturnHeldFrames()
    {
        var held = new List<FrameLease>();
        int pending = _window.Pending;
        _window.Drain(held);
        foreach (FrameLease lease in held.TakeLast(pending))
        {
            _context.Frames.CountDropped(DropCause.Aborted, lease.Frame.Header.Sequence);
        }

        held.ForEach(lease => lease.Dispose());
    }

    private ValueTask GiveUpHopelessAsync(bool nothingMore) =>
        _window.IsHopeless(nothingMore) && !_context.Aborted.IsCancellationRequested ? GiveUpPendingAsync(DropCause.IncompleteGroup) : default;

    /// <summary>
    /// A new run begins, or a frame is missing: what waits for neighbours waits in vain. Its frames go the way of all others, since windows ahead
    /// may still hold them.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask GiveUpPendingAsync(DropCause cause)
    {
        if (_window.Held > 0)
        {
            for (int i = 0; i < _window.Pending; i++)
            {
                _context.Frames.CountDropped(cause, _window.PendingSequence(i));
            }

            AssembledWindow none = await _free.ReadAsync(CancellationToken.None).ConfigureAwait(false);
            none.OnlyReturns = true;
            _window.Drain(none.Returned);
            await _output.WriteAsync(none, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Sends on every window that is ready; <paramref name="arrived"/> is when the frame came that completed it.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask EmitAsync(long arrived, bool nothingMore)
    {
        while (_window.IsReady(nothingMore) && !_context.Aborted.IsCancellationRequested)
        {
            AssembledWindow next = await _free.ReadAsync(CancellationToken.None).ConfigureAwait(false);
            _window.Take(next, nothingMore);

            // The target was there from its own conversion on; until its last neighbour was received it waited for others.
            // A group's first frame waited for all the others.
            long complete = Math.Max(arrived, next.Target.ConvertedTimestamp);
            long waiting = next.FirstConvertedTimestamp != 0 ? next.FirstConvertedTimestamp : next.Target.ConvertedTimestamp;
            next.CompletedTimestamp = arrived;
            next.WindowWaitNs = _context.Nanoseconds(waiting, complete);
            next.AssembledTimestamp = _context.Time.GetTimestamp();
            next.AssembleNs = _context.Nanoseconds(complete, next.AssembledTimestamp);
            await _output.WriteAsync(next, CancellationToken.None).ConfigureAwait(false);
        }
    }
}
