using System.Threading.Channels;
using Grpc.Core;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Client;

/// <summary>
/// One acquisition being streamed: frames go up with <see cref="SendAsync(ReadOnlyMemory{byte}, CancellationToken)"/>, results
/// come down as events or through <see cref="ReadUpdatesAsync"/>, <see cref="CompleteAsync"/> ends it with its account.
/// </summary>
/// <remarks>
/// One sender at a time (further callers wait their turn). Events are raised one after another on the receiving task: a handler
/// that takes long holds up the next result. A connection that breaks is mended by itself for
/// <see cref="AcquisitionRequest.ReconnectFor"/>, without losing a frame; results that were on their way are lost with it, which a
/// notice (<see cref="ResultsLost"/>) says with the range of frames.
/// </remarks>
public sealed partial class AcquisitionSession : IAsyncDisposable
{
    /// <summary>Code of the notice that results of a range of frames were lost with a broken connection.</summary>
    public const string ResultsLost = "results-lost";

    private readonly SessionCalls _calls;
    private readonly TimeProvider _time;
    private readonly CreditGate _credits = new();
    private readonly SemaphoreSlim _sender = new(1, 1);
    private readonly SemaphoreSlim _wire = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<ChannelWriter<SessionUpdate>> _readers = [];
    private StreamConnection? _connection;
    private ResendBuffer? _resend;
    private Task<SessionSummary>? _run;
    private bool _ended;
    private int _disposed;

    internal AcquisitionSession(SessionCalls calls, SessionTicket ticket, Plan plan, IReadOnlyList<Notice> warnings, TimeProvider time)
    {
        _calls = calls;
        _time = time;
        _reconnecting = Reconnecting();
        Ticket = ticket;
        Plan = plan;
        Warnings = warnings;
    }

    /// <summary>Raised for every update, before the typed events.</summary>
    public event Action<SessionUpdate>? UpdateReceived;

    /// <summary>Raised for localizations, in the order of their frames.</summary>
    public event Action<LocalizationsUpdate>? LocalizationsReceived;

    /// <summary>Raised for previews.</summary>
    public event Action<PreviewUpdate>? PreviewReceived;

    /// <summary>Raised for notices: fallbacks, estimates, frames refused.</summary>
    public event Action<NoticeUpdate>? NoticeReceived;

    /// <summary>Raised about once a second.</summary>
    public event Action<ProgressUpdate>? ProgressReceived;

    /// <summary>What the service will do.</summary>
    public Plan Plan { get; }

    /// <summary>What the service warned of on opening, for example a pixel size outside the model's domain.</summary>
    public IReadOnlyList<Notice> Warnings { get; }

    /// <summary>What another client needs to take up this session.</summary>
    public SessionTicket Ticket { get; }

    /// <summary>Sequence number that the next frame gets unless its header says another.</summary>
    public long NextSequence { get; private set; }

    /// <summary>Frames handed over so far.</summary>
    public long FramesSent { get; private set; }

    /// <summary>How often a broken connection was mended.</summary>
    public int Reconnects { get; private set; }

    /// <summary>Sends the next frame.</summary>
    /// <param name="pixels">The pixels, row-major (y, x), little-endian, of the agreed size; free again when the task completes.</param>
    /// <param name="cancellationToken">Cancels the wait for the service's permission; a frame that is on its way is not taken back.</param>
    /// <exception cref="ArgumentException">The payload has another size than agreed.</exception>
    /// <exception cref="MicroscopeStreamException">The service ended the session, or the connection could not be mended.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled; the frame was not sent.</exception>
    public Task SendAsync(ReadOnlyMemory<byte> pixels, CancellationToken cancellationToken = default) =>
        SendAsync(new FrameHeader { Sequence = NextSequence }, pixels, cancellationToken);

    /// <summary>Sends a frame with a header of one's own. Waits until the service has room for it.</summary>
    /// <param name="header">What is known of the frame. A sequence number that jumps forward is a gap, which the service counts.</param>
    /// <param name="pixels">The pixels, row-major (y, x), little-endian, of the agreed size; free again when the task completes.</param>
    /// <param name="cancellationToken">Cancels the wait for the service's permission; a frame that is on its way is not taken back.</param>
    /// <exception cref="ArgumentException">The payload has another size than agreed, or the sequence number does not rise.</exception>
    /// <exception cref="InvalidOperationException">The session was completed.</exception>
    /// <exception cref="MicroscopeStreamException">The service ended the session, or the connection could not be mended.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled; the frame was not sent.</exception>
    public async Task SendAsync(FrameHeader header, ReadOnlyMemory<byte> pixels, CancellationToken cancellationToken = default)
    {
        if (pixels.Length != Ticket.FrameBytes)
        {
            throw new ArgumentException($"The frame has {pixels.Length} bytes; agreed were {Ticket.FrameBytes}.", nameof(pixels));
        }

        await _sender.WaitAsync(cancellationToken);
        try
        {
            if (_ended)
            {
                throw new InvalidOperationException("The session was completed: open another one for further frames.");
            }

            if (header.Sequence < NextSequence)
            {
                throw new ArgumentException(
                    $"Frame {header.Sequence} after frame {NextSequence - 1}: sequence numbers must rise.", nameof(header));
            }

            await _credits.WaitAsync(header.Sequence, cancellationToken);
            FrameHeader stamped = header.SenderTimestampNs != 0 ? header : header with { SenderTimestampNs = _time.GetNanoseconds() };
            ReadOnlyMemory<byte> payload = _resend is null ? pixels : await KeepAsync(_resend, stamped, pixels, cancellationToken);
            NextSequence = header.Sequence + 1;
            FramesSent++;
            await WriteAsync(stamped, payload);
        }
        finally
        {
            _sender.Release();
        }
    }

    /// <summary>Waits until the service has room for the next frame, without sending one: the moment at which it could leave.</summary>
    /// <exception cref="MicroscopeStreamException">The service ended the session, or the connection could not be mended.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public ValueTask WaitForRoomAsync(CancellationToken cancellationToken = default) => _credits.WaitAsync(NextSequence, cancellationToken);

    /// <summary>Says that no more frames will come, waits until every result is here, and gives the account.</summary>
    /// <exception cref="MicroscopeStreamException">The service ended the session with an error, or the connection could not be
    /// mended.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled; call again to go on waiting.</exception>
    public async Task<SessionSummary> CompleteAsync(CancellationToken cancellationToken = default)
    {
        await _sender.WaitAsync(cancellationToken);
        try
        {
            if (!_ended)
            {
                _ended = true;
                await WriteEndAsync();
            }
        }
        finally
        {
            _sender.Release();
        }

        return await _run!.WaitAsync(cancellationToken);
    }

    /// <summary>Ends the session at once; what the service has not worked off is thrown away and counted as dropped.</summary>
    /// <exception cref="MicroscopeStreamException">The service could not be reached.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public async Task<SessionSummary> AbortAsync(CancellationToken cancellationToken = default)
    {
        _credits.Close(new MicroscopeStreamException("The session was aborted."));
        try
        {
            return await _calls.CloseAsync(Ticket, abort: true, cancellationToken);
        }
        catch (RpcException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw RpcErrors.Translate(e, _calls.Address);
        }
    }

    /// <summary>Reads updates as a sequence, until the session ends. Start reading before the first frame is sent.</summary>
    /// <param name="capacity">
    /// Updates that may wait to be read. When that many wait, the next preview is thrown away, and any other update makes the
    /// receiving wait, and with it, in the end, the sender: so read while sending.
    /// </param>
    /// <param name="cancellationToken">Ends the reading, not the session.</param>
    public IAsyncEnumerable<SessionUpdate> ReadUpdatesAsync(int capacity = 1024, CancellationToken cancellationToken = default)
    {
        Channel<SessionUpdate> channel = Channel.CreateBounded<SessionUpdate>(
            new BoundedChannelOptions(capacity) { SingleReader = true, SingleWriter = true, FullMode = BoundedChannelFullMode.Wait });
        lock (_readers)
        {
            if (_run?.IsCompleted == true)
            {
                channel.Writer.Complete();
            }
            else
            {
                _readers.Add(channel.Writer);
            }
        }

        return ReadAsync(channel, cancellationToken);
    }

    /// <summary>Leaves the session: completes nothing. A session that was not completed is aborted at the service.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        if (_run is { IsCompleted: false })
        {
            await AbortQuietlyAsync();
        }

        await _stop.CancelAsync();
        _credits.Close(new ObjectDisposedException(nameof(AcquisitionSession)));
        if (_run is not null)
        {
            await ((Task)_run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _connection?.Dispose();
        _resend?.Dispose();
        _stop.Dispose();
    }

    private async ValueTask<ReadOnlyMemory<byte>> KeepAsync(
        ResendBuffer buffer, FrameHeader header, ReadOnlyMemory<byte> pixels, CancellationToken cancellationToken)
    {
        try
        {
            return (await buffer.AddAsync(header, pixels, cancellationToken)).Memory;
        }
        catch (ChannelClosedException)
        {
            _credits.ThrowIfClosed();
            throw;
        }
    }

    private async Task AbortQuietlyAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2), _time);
        try
        {
            await _calls.CloseAsync(Ticket, abort: true, limit.Token);
        }
        catch (RpcException)
        {
            // The service is gone, or knows the session no more: there is nobody to tell.
        }
    }

    private async IAsyncEnumerable<SessionUpdate> ReadAsync(
        Channel<SessionUpdate> channel, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await foreach (SessionUpdate update in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return update;
            }
        }
        finally
        {
            // A reader that has left must not hold up the others.
            channel.Writer.TryComplete();
            lock (_readers)
            {
                _readers.Remove(channel.Writer);
            }
        }
    }
}
