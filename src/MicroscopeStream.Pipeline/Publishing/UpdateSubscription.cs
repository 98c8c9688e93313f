using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace MicroscopeStream.Pipeline.Publishing;

/// <summary>
/// One reader's view of a session's updates, in the order of publishing. Previews are latest-wins; localizations of
/// consecutive frames that wait behind each other are merged when read. A watcher that is slow misses updates and is told how
/// many. The session's own stream misses no result: the session waits for it; and when hundreds of messages wait there, those
/// of a kind are joined. The summary always comes.
/// </summary>
/// <remarks>Made for one reader at a time; <see cref="Dispose"/> may come from any thread.</remarks>
public sealed class UpdateSubscription : IDisposable
{
    /// <summary>Batches are merged up to this many localizations: a message of some 150 kB, after which larger ones gain nothing.</summary>
    private const int MergeLimit = 2048;

    private readonly UpdateQueue _queue;
    private readonly LocalizationBatchPool _merged;
    private readonly TimeProvider _time;
    private readonly Action<UpdateSubscription>? _onDispose;
    private readonly Channel<byte> _arrived = Channel.CreateBounded<byte>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly Channel<byte> _taken = Channel.CreateBounded<byte>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true, SingleWriter = true });
    private int _disposed;

    internal UpdateSubscription(
        SubscriptionOptions options, bool everything, LocalizationBatchPool merged, TimeProvider time, Action<UpdateSubscription>? onDispose)
    {
        Options = options;
        _merged = merged;
        _time = time;
        _onDispose = onDispose;
        _queue = new UpdateQueue(options, everything, time);
    }

    /// <summary>What was asked for.</summary>
    public SubscriptionOptions Options { get; }

    /// <summary>Updates that this reader missed because it was slow, so far. A preview replaced by a newer one counts.</summary>
    public long Missed => _queue.Missed;

    /// <summary>Batches of localizations among them.</summary>
    internal long MissedResults => _queue.MissedResults;

    /// <summary>Waits for an update.</summary>
    /// <returns>False when no more will come: the last one was the session's summary.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!_queue.IsEmpty)
            {
                return true;
            }

            if (_queue.IsCompleted)
            {
                return !_queue.IsEmpty;
            }

            await _arrived.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Takes the next update; call <see cref="SessionUpdate.Release"/> when it has gone where it should, or
    /// <see cref="PutBack"/> when it has not.
    /// </summary>
    /// <returns>Whether there was one.</returns>
    public bool TryRead(out SessionUpdate update)
    {
        if (_queue.TryTakeReturned(out update))
        {
            return true;
        }

        if (!_queue.TryTake(out update))
        {
            return false;
        }

        if (update.Body is LocalizationBatch first && _queue.NextBatchFollows(update.Range.Last))
        {
            update = Merge(update, first);
        }

        _taken.Writer.TryWrite(0);
        long queued = (long)_time.GetElapsedTime(update.PublishedTimestamp).TotalNanoseconds;
        if (update.Timings != default)
        {
            update = update with { Timings = update.Timings with { PublishNs = update.Timings.PublishNs + queued } };
        }

        return true;
    }

    /// <summary>
    /// Gives the update back that was read last and not released: its connection broke while it was being written. Whoever
    /// reads next gets it first, so that it comes at least once.
    /// </summary>
    public void PutBack(in SessionUpdate update)
    {
        _queue.PutBack(update);
        if (Volatile.Read(ref _disposed) != 0)
        {
            _queue.Clear();
        }

        _arrived.Writer.TryWrite(0);
    }

    /// <summary>Reads to the end.</summary>
    /// <param name="cancellationToken">Stops reading.</param>
    public async IAsyncEnumerable<SessionUpdate> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (TryRead(out SessionUpdate update))
            {
                yield return update;
            }
        }
    }

    /// <summary>Stops following. Idempotent.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _onDispose?.Invoke(this);
            Complete();
            _queue.Clear();
            _taken.Writer.TryWrite(0);
        }
    }

    /// <summary>Queues without waiting; what does not fit is missed.</summary>
    internal void Offer(in SessionUpdate update)
    {
        if (_queue.TryPut(update, mayMiss: true))
        {
            _arrived.Writer.TryWrite(0);
        }
    }

    /// <summary>Queues a result, waiting for room until the reader has taken something.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    internal async ValueTask PutAsync(SessionUpdate update)
    {
        while (!_queue.TryPut(update, mayMiss: false))
        {
            // No token: whoever ends the session calls NeverWait or Discard.
            await _taken.Reader.ReadAsync(CancellationToken.None).ConfigureAwait(false);
        }

        _arrived.Writer.TryWrite(0);
    }

    /// <summary>Whether nothing waits for its reader any more.</summary>
    internal bool IsGivenUp { get; private set; }

    /// <summary>Nobody may be reading any more: what does not fit from now on is missed instead of waited for.</summary>
    internal void NeverWait()
    {
        IsGivenUp = true;
        _queue.NeverWait();
        _taken.Writer.TryWrite(0);
    }

    /// <summary>Nobody wants what waits.</summary>
    internal void Discard()
    {
        _queue.Clear();
        NeverWait();
    }

    internal void Complete()
    {
        _queue.Complete();
        _arrived.Writer.TryWrite(0);
    }

    private SessionUpdate Merge(SessionUpdate update, LocalizationBatch first)
    {
        LocalizationBatch merged = _merged.Rent();
        merged.Append(first.Rows);
        first.Release();
        SequenceRange range = update.Range;
        while (merged.Count < MergeLimit && _queue.TryTakeBatchAfter(range.Last, out SessionUpdate next))
        {
            var batch = (LocalizationBatch)next.Body;
            merged.Append(batch.Rows);
            batch.Release();
            range = range.Union(next.Range);
            update = next;
        }

        return update with { Range = range, Body = merged };
    }
}
