using Grpc.Core;
using MicroscopeStream.Contract.Wire;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Ingest;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Server.Errors;

namespace MicroscopeStream.Server.Sessions;

/// <summary>Gives each frame a slot of its session to arrive in, and hands the slot over when the last byte is there.</summary>
/// <remarks>Called by the one reader of a stream, so never two at a time.</remarks>
internal sealed class StreamFrameSink(Session session, TimeProvider time) : IFrameSink, IDisposable
{
    /// <summary>Beyond any acquisition, and far from overflow where the pipeline adds one.</summary>
    private const ulong LargestSequence = 1UL << 62;

    private readonly AcquisitionSpecification _agreed = session.Specification.Acquisition;
    private readonly int _frameBytes = session.Specification.Acquisition.FrameBytes;
    private FrameHeader _header;
    private FrameLease _lease;
    private int _pixelBytes;
    private DropCause _refusal;
    private string _why = "";

    /// <summary>What became of the last frame.</summary>
    public IngestResult Result { get; private set; }

    public Memory<byte> Begin(in WireFrameHeader header, int pixelBytes)
    {
        _header = ToFrameHeader(header);
        _pixelBytes = pixelBytes;
        if ((header.Width != 0 && header.Width != _agreed.Width) || (header.Height != 0 && header.Height != _agreed.Height))
        {
            return Refuse(DropCause.Invalid, $"it says {header.Width} × {header.Height} px; agreed in Open were {_agreed.Width} × {_agreed.Height}. Send that, or open a new session.");
        }

        if (pixelBytes != _frameBytes)
        {
            return Refuse(
                DropCause.Invalid,
                $"it holds {pixelBytes} bytes; {_agreed.Width} × {_agreed.Height} px of {_agreed.PixelType} are {_frameBytes}. Send whole frames of the agreed size.");
        }

        if (!TryRent(out _lease))
        {
            return Refuse(DropCause.BuffersFull, "no buffer was free.");
        }

        _lease.Frame.LengthBytes = _frameBytes;
        return _lease.Frame.Memory;
    }

    public void Complete()
    {
        FrameHeader header = _header with { ReceivedTimestamp = time.GetTimestamp() };
        if (!_lease.IsSome)
        {
            Result = session.Refuse(header, _pixelBytes, _refusal, _why);
            return;
        }

        FrameLease lease = _lease;
        _lease = default;
        lease.Frame.Header = header;
        Result = session.Offer(lease);
    }

    /// <summary>Returns the slot of a frame that did not arrive whole.</summary>
    public void Dispose()
    {
        if (_lease.IsSome)
        {
            _lease.Dispose();
            _lease = default;
        }
    }

    // Lossless: the handler has waited for a free slot, and nobody else rents. Live: the wait completes at once, by giving up
    // the oldest waiting frame, now that a newer one is there.
    private bool TryRent(out FrameLease lease)
    {
        if (session.Pool.TryRent(out lease))
        {
            return true;
        }

        if (session.Specification.Policy != FramePolicy.Live)
        {
            return false;
        }

        ValueTask<bool> room = session.WaitForBufferAsync(CancellationToken.None);
        return room.IsCompletedSuccessfully && session.Pool.TryRent(out lease);
    }

    private Memory<byte> Refuse(DropCause cause, string why)
    {
        (_refusal, _why) = (cause, why);
        return default;
    }

    private static FrameHeader ToFrameHeader(in WireFrameHeader header)
    {
        if (header.Sequence > LargestSequence)
        {
            throw RpcErrors.Make(
                StatusCode.InvalidArgument,
                new Fault(FaultCodes.InvalidValue, "frame.sequence", $"{header.Sequence}", "at most 2^62", "Number frames from 0, rising by 1."));
        }

        return new FrameHeader
        {
            Sequence = (long)header.Sequence,
            Channel = Index(header.Channel),
            TimeIndex = Index(header.TimeIndex),
            SliceIndex = Index(header.SliceIndex),
            PositionIndex = Index(header.PositionIndex),
            AngleIndex = Index(header.AngleIndex),
            PhaseIndex = Index(header.PhaseIndex),
            ExposureMs = header.ExposureMs,
            RoiX = Index(header.RoiX),
            RoiY = Index(header.RoiY),
            CameraTimestampNs = unchecked((long)header.CameraTimestampNs),
            SenderTimestampNs = unchecked((long)header.SenderTimestampNs),
        };
    }

    private static int Index(uint? value) => value is { } stated ? (int)Math.Min(stated, int.MaxValue) : -1;
}
