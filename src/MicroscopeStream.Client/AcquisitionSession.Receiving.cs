using System.Threading.Channels;
using Grpc.Core;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Core.Frames;
using Polly;
using Polly.Retry;
using Frame = MicroscopeStream.Core.Frames.Frame;

namespace MicroscopeStream.Client;

// The receiving half: one task per session reads, hands out, and mends the connection.
public sealed partial class AcquisitionSession
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan SlowestRetry = TimeSpan.FromSeconds(2);

    private readonly ResiliencePipeline _reconnecting;
    private long _brokenSince;

    // Last frame whose results are here, and whether the connection has broken since.
    private long _resultsThrough = -1;
    private bool _mended;

    private bool Resumable => Ticket.ReconnectFor > TimeSpan.Zero;

    internal async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            // The stream outlives the token of the call that opened it.
            _connection = await StreamConnection.OpenAsync(_calls, Ticket, _stop.Token).WaitAsync(cancellationToken);
        }
        catch (RpcException e)
        {
            throw RpcErrors.Translate(e, _calls.Address);
        }

        NextSequence = (long)_connection.Started.NextSequence;
        long credits = _connection.Started.Credits;

        // A session that is taken up while it is full has no credits now, and as many as its buffers later.
        long unacknowledged = Math.Max(credits, (long)Plan.BufferFrames);
        _resend = Resumable ? new ResendBuffer($"session {Ticket.SessionId}", Ticket.FrameBytes, Ticket.ResendBufferBytes, unacknowledged) : null;
        _credits.Set(NextSequence - 1 + credits);
        _run = RunAsync();
    }

    private async Task<SessionSummary> RunAsync()
    {
        Exception? failure = null;
        try
        {
            while (true)
            {
                try
                {
                    SessionSummary? summary = await ReceiveAsync(_connection!);
                    return summary ?? await _calls.CloseAsync(Ticket, abort: false, _stop.Token);
                }
                catch (Exception e) when (Resumable && !_stop.IsCancellationRequested && RpcErrors.IsBrokenConnection(e))
                {
                    await ReconnectAsync();
                }
            }
        }
        catch (RpcException e)
        {
            failure = RpcErrors.Translate(e, _calls.Address);
            throw failure;
        }
        catch (Exception e)
        {
            failure = e;
            throw;
        }
        finally
        {
            _credits.Close(failure ?? new MicroscopeStreamException(
                "The service has ended the session. What it had received was worked off; open another session for further frames."));
            _resend?.Close();
            lock (_readers)
            {
                _readers.ForEach(reader => reader.TryComplete(failure));
            }
        }
    }

    /// <summary>Reads until the service ends the stream.</summary>
    /// <returns>The account, or null when the stream ended without one.</returns>
    private async Task<SessionSummary?> ReceiveAsync(StreamConnection connection)
    {
        SessionSummary? summary = null;
        while (await MoreAsync(connection, summary is not null))
        {
            StreamResponse response = connection.Current;
            switch (response.BodyCase)
            {
                case StreamResponse.BodyOneofCase.Acknowledgement:
                    // Before the first frame there is no highest one: the field's 0 then means none, not frame 0. And what came
                    // over an earlier connection stays received, whatever this one knows of it.
                    long through = Math.Max(
                        response.Acknowledgement.Received > 0 ? (long)response.Acknowledgement.ReceivedThrough : -1,
                        (long)connection.Started.NextSequence - 1);
                    _resend?.ReleaseThrough(through);
                    _credits.Set(through + response.Acknowledgement.Credits);
                    break;
                case StreamResponse.BodyOneofCase.Update:
                    summary = response.Update.Summary ?? summary;
                    if (UpdateMapping.FromContract(response.Update, _time.GetTimestamp()) is { } update && !CameBefore(update))
                    {
                        if (ResultsLostBefore(update) is { } lost)
                        {
                            await HandOutAsync(lost);
                        }

                        await HandOutAsync(update);
                    }

                    break;
                default:
                    break;
            }
        }

        return summary;
    }

    private async Task<bool> MoreAsync(StreamConnection connection, bool accounted)
    {
        try
        {
            return await connection.ReadAsync(_stop.Token);
        }
        catch (RpcException) when (accounted && !_stop.IsCancellationRequested)
        {
            // The account is the last word of a session: how the connection ended after it (a service shutting down) is no news.
            return false;
        }
    }

    /// <summary>
    /// What the service was writing when the connection broke comes again, first, and may have arrived all the same.
    /// </summary>
    private bool CameBefore(SessionUpdate update) => _mended && update is LocalizationsUpdate && update.LastFrame <= _resultsThrough;

    /// <summary>
    /// Frames are acknowledged, results are not: those that were on their way when a connection broke do not come again.
    /// The first results after it show the hole, and nobody shall have to find it himself.
    /// </summary>
    private NoticeUpdate? ResultsLostBefore(SessionUpdate update)
    {
        if (update is not LocalizationsUpdate)
        {
            return null;
        }

        long first = _resultsThrough + 1;
        bool lost = _mended && update.FirstFrame > first;
        _mended = false;
        _resultsThrough = Math.Max(_resultsThrough, update.LastFrame);
        return !lost ? null : new NoticeUpdate
        {
            FirstFrame = first,
            LastFrame = update.FirstFrame - 1,
            ReceivedTimestamp = update.ReceivedTimestamp,
            Notice = new Notice
            {
                Severity = Severity.Warning,
                Code = ResultsLost,
                Message = $"The connection broke while results of frames {first} to {update.FirstFrame - 1} were on their way: they are not here. The frames themselves were received and worked on.",
            },
        };
    }

    private async ValueTask HandOutAsync(SessionUpdate update)
    {
        UpdateReceived?.Invoke(update);
        switch (update)
        {
            case LocalizationsUpdate localizations:
                LocalizationsReceived?.Invoke(localizations);
                break;
            case PreviewUpdate preview:
                PreviewReceived?.Invoke(preview);
                break;
            case NoticeUpdate notice:
                NoticeReceived?.Invoke(notice);
                break;
            case ProgressUpdate progress:
                ProgressReceived?.Invoke(progress);
                break;
            default:
                break;
        }

        ChannelWriter<SessionUpdate>[] readers;
        lock (_readers)
        {
            if (_readers.Count == 0)
            {
                return;
            }

            readers = [.. _readers];
        }

        foreach (ChannelWriter<SessionUpdate> reader in readers)
        {
            while (!reader.TryWrite(update) && update is not PreviewUpdate && await reader.WaitToWriteAsync(_stop.Token))
            {
            }
        }
    }

    private async Task ReconnectAsync()
    {
        _brokenSince = _time.GetTimestamp();
        await _wire.WaitAsync(_stop.Token);
        bool handedOn = false;
        try
        {
            _connection!.Dispose();
            await _reconnecting.ExecuteAsync(static async (self, _) => await self.TakeUpAgainAsync(), this, _stop.Token);

            // The wire goes straight to resending, so that no newer frame overtakes the older ones. It runs beside the
            // receiving: a service that cannot hand over its results would in the end take no frames either.
            handedOn = true;
            _ = ResendAsync(_connection);
        }
        finally
        {
            if (!handedOn)
            {
                _wire.Release();
            }
        }
    }

    /// <summary>Tries again ever more slowly, for as long as the ticket says, unless the service says that it is in vain.</summary>
    private ResiliencePipeline Reconnecting() => new ResiliencePipelineBuilder { TimeProvider = _time }
        .AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            Delay = FirstRetry,
            MaxDelay = SlowestRetry,
            ShouldHandle = arguments => ValueTask.FromResult(
                arguments.Outcome.Exception is RpcException e && MayHealLater(e) && _time.GetElapsedTime(_brokenSince) < Ticket.ReconnectFor),
        })
        .Build();

    private async Task TakeUpAgainAsync()
    {
        await _calls.ResumeAsync(Ticket, _stop.Token);
        StreamConnection connection = await StreamConnection.OpenAsync(_calls, Ticket, _stop.Token);
        long next = (long)connection.Started.NextSequence;
        _resend!.ReleaseThrough(next - 1);
        _connection = connection;
        Reconnects++;
        _mended = true;
        _credits.Set(next - 1 + connection.Started.Credits);
    }

    /// <summary>Sends what is not acknowledged once more; the caller holds the wire, this releases it.</summary>
    private async Task ResendAsync(StreamConnection connection)
    {
        try
        {
            foreach (Frame frame in _resend!.Snapshot())
            {
                await connection.WriteAsync(frame.Header, frame.Memory);
            }

            if (_ended)
            {
                await connection.WriteEndAsync();
            }
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException or IOException)
        {
            // Broken again: the receiving task sees it too, and starts over.
        }
        finally
        {
            _wire.Release();
        }
    }

    private async Task WriteAsync(FrameHeader header, ReadOnlyMemory<byte> pixels)
    {
        await _wire.WaitAsync(_stop.Token);
        try
        {
            await _connection!.WriteAsync(header, pixels);
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException or IOException)
        {
            // The receiving task knows why the stream is over. A resumable session has the frame in its buffer and goes on.
            if (!Resumable)
            {
                await _run!.WaitAsync(_stop.Token);
                throw;
            }
        }
        finally
        {
            _wire.Release();
        }
    }

    private async Task WriteEndAsync()
    {
        await _wire.WaitAsync(_stop.Token);
        try
        {
            await _connection!.WriteEndAsync();
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException or IOException)
        {
            // The receiving task knows why, and says it to who waits for the summary.
        }
        finally
        {
            _wire.Release();
        }
    }

    // Besides broken connections: the service may not have noticed yet that the old stream is gone.
    private static bool MayHealLater(RpcException exception) =>
        RpcErrors.IsBrokenConnection(exception)
        || exception.StatusCode is StatusCode.FailedPrecondition or StatusCode.Aborted or StatusCode.AlreadyExists;
}
