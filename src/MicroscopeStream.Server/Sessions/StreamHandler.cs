using Grpc.Core;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Contract.Wire;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Server.Errors;

namespace MicroscopeStream.Server.Sessions;

/// <summary>One Stream call: frames up, acknowledgements and results down, until the summary or the end of the connection.</summary>
internal sealed class StreamHandler : IDisposable
{
    private readonly StreamConnection _connection;
    private readonly Session _session;
    private readonly StreamRequestReader _requests;
    private readonly StreamWriter _writer;
    private readonly StreamFrameSink _sink;
    private readonly StreamAcknowledger _acknowledger = new();

    public StreamHandler(StreamConnection connection, StreamRequestReader requests, IServerStreamWriter<StreamResponse> responses, TimeProvider time)
    {
        _connection = connection;
        _session = connection.Session;
        _requests = requests;
        _writer = new StreamWriter(responses);
        _sink = new StreamFrameSink(_session, time);
        requests.Sink = _sink;
    }

    /// <summary>Runs the call.</summary>
    /// <param name="draining">Set when the service shuts down: no more frames are read, what is held is worked off.</param>
    /// <param name="cancellationToken">The call's own: the client is gone, or its deadline has passed.</param>
    public async Task RunAsync(CancellationToken draining, CancellationToken cancellationToken)
    {
        var started = new StreamStarted { NextSequence = (ulong)_session.NextSequence, Credits = (uint)_session.Credits };
        _acknowledger.Begin((long)started.NextSequence, _session.GetProgress().Frames.Received, (int)started.Credits);
        await _writer.WriteAsync(new StreamResponse { Started = started }, cancellationToken).ConfigureAwait(false);

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(ending.Token, draining);
        Task acknowledging = _acknowledger.RunAsync(_writer, ending.Token);
        Task updating = WriteUpdatesAsync(ending.Token);
        Task receiving = ReceiveAsync(reading.Token, draining, ending.Token);
        try
        {
            // Whoever ends first decides: the summary was written (the session is over), or reading or writing failed.
            await (await Task.WhenAny(updating, receiving, acknowledging).ConfigureAwait(false)).ConfigureAwait(false);
            await updating.ConfigureAwait(false);
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(acknowledging, updating, receiving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        draining.ThrowIfCancellationRequested();
    }

    public void Dispose()
    {
        _sink.Dispose();
        _writer.Dispose();
    }

    private async Task ReceiveAsync(CancellationToken reading, CancellationToken draining, CancellationToken cancellationToken)
    {
        try
        {
            await ReadFramesAsync(reading).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (draining.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // No more frames: the session works off what it holds, as if the client had said so.
        }

        _acknowledger.Complete();
        await _session.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task ReadFramesAsync(CancellationToken cancellationToken)
    {
        bool lossless = _session.Specification.Policy == FramePolicy.Lossless;
        while (true)
        {
            if (lossless)
            {
                // Backpressure: while no slot is free, nothing is read, and HTTP/2's flow control reaches the sender.
                if (!await _session.WaitForBufferAsync(cancellationToken).ConfigureAwait(false))
                {
                    return;
                }

                if (_acknowledger.Starved)
                {
                    _acknowledger.Renew(_session.Credits);
                }
            }

            if (!await _requests.ReadAsync(cancellationToken).ConfigureAwait(false) || !Take(_requests.Message))
            {
                return;
            }
        }
    }

    private bool Take(WireStreamRequest message)
    {
        switch (message.Body)
        {
            case StreamRequest.BodyOneofCase.Frame:
                _acknowledger.Acknowledge(_sink.Result);
                return true;
            case StreamRequest.BodyOneofCase.End:
                return false;
            case StreamRequest.BodyOneofCase.Start:
                throw RpcErrors.Make(
                    StatusCode.InvalidArgument,
                    new Fault(FaultCodes.SecondStart, "start", "a second start", "frames, then end", "Send start once; open another stream for another session."));
            default:
                throw RpcErrors.Make(
                    StatusCode.InvalidArgument,
                    new Fault(FaultCodes.EmptyMessage, "body", "a message with none of the known bodies", "start, frame or end", "Set one of them."));
        }
    }

    private async Task WriteUpdatesAsync(CancellationToken cancellationToken)
    {
        var response = new StreamResponse();
        var messages = new UpdateMessages(_session, new PreviewView());
        UpdateSubscription updates = _connection.Updates;
        while (await updates.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (updates.TryRead(out SessionUpdate update))
            {
                try
                {
                    response.Update = messages.ToMessage(update);
                    await _writer.WriteAsync(response, cancellationToken).ConfigureAwait(false);
                }
                catch
                {
                    // The connection is gone, the session is not: its next connection begins with this one.
                    updates.PutBack(update);
                    throw;
                }

                update.Release();
            }
        }
    }
}
