using Grpc.Core;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Contract.Wire;
using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Client;

/// <summary>One Stream call: from its StreamStart until it ends or breaks.</summary>
/// <remarks>One writer and one reader at a time.</remarks>
internal sealed class StreamConnection : IDisposable
{
    private readonly AsyncDuplexStreamingCall<WireStreamRequest, StreamResponse> _call;

    // A write has been put into the transport's buffer when WriteAsync returns, so one message serves the whole stream.
    private readonly WireStreamRequest _message = new();
    private long _writtenThrough = -1;
    private bool _endWritten;

    private StreamConnection(AsyncDuplexStreamingCall<WireStreamRequest, StreamResponse> call) => _call = call;

    /// <summary>The service's answer to StreamStart.</summary>
    internal StreamStarted Started { get; private set; } = new();

    /// <summary>The message read last.</summary>
    internal StreamResponse Current => _call.ResponseStream.Current;

    /// <summary>Connects and waits for the service's first word.</summary>
    /// <exception cref="RpcException">The service refused, or the connection broke.</exception>
    internal static async Task<StreamConnection> OpenAsync(SessionCalls calls, SessionTicket ticket, CancellationToken cancellationToken)
    {
        var connection = new StreamConnection(calls.OpenStream(cancellationToken));
        try
        {
            await connection.StartAsync(ticket, cancellationToken);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Writes a frame, unless it was written to this connection before (resending may have been faster).</summary>
    internal Task WriteAsync(FrameHeader header, ReadOnlyMemory<byte> pixels)
    {
        if (header.Sequence <= _writtenThrough)
        {
            return Task.CompletedTask;
        }

        _writtenThrough = header.Sequence;
        return _call.RequestStream.WriteAsync(_message.SetFrame(ToWire(header), pixels));
    }

    /// <summary>Says that no more frames will come; once per connection.</summary>
    internal async Task WriteEndAsync()
    {
        if (!_endWritten)
        {
            _endWritten = true;
            await _call.RequestStream.WriteAsync(_message.SetEnd());
            await _call.RequestStream.CompleteAsync();
        }
    }

    internal Task<bool> ReadAsync(CancellationToken cancellationToken) => _call.ResponseStream.MoveNext(cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _call.Dispose();

    private async Task StartAsync(SessionTicket ticket, CancellationToken cancellationToken)
    {
        try
        {
            await _call.RequestStream.WriteAsync(_message.SetStart(ticket.SessionId, ticket.ResumeToken), cancellationToken);
        }
        catch (InvalidOperationException)
        {
            // The call is over already; reading says why.
        }

        if (!await ReadAsync(cancellationToken) || Current.BodyCase != StreamResponse.BodyOneofCase.Started)
        {
            throw new RpcException(new Status(StatusCode.Internal, "The service did not begin its stream with StreamStarted."));
        }

        Started = Current.Started;
    }

    private static WireFrameHeader ToWire(in FrameHeader header) => new()
    {
        Sequence = (ulong)header.Sequence,
        Channel = (uint)header.Channel,
        TimeIndex = Stated(header.TimeIndex),
        SliceIndex = Stated(header.SliceIndex),
        PositionIndex = Stated(header.PositionIndex),
        AngleIndex = Stated(header.AngleIndex),
        PhaseIndex = Stated(header.PhaseIndex),
        ExposureMs = header.ExposureMs,
        RoiX = (uint)header.RoiX,
        RoiY = (uint)header.RoiY,
        CameraTimestampNs = (ulong)header.CameraTimestampNs,
        SenderTimestampNs = (ulong)header.SenderTimestampNs,
    };

    private static uint? Stated(int index) => index >= 0 ? (uint)index : null;
}
