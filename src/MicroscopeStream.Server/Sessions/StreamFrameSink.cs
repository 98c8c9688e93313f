using System.Buffers;
using Grpc.Core;
using MicroscopeStream.Contract.Wire;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Ingest;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Server.Errors;

namespace MicroscopeStream.Server.Sessions;

/// <summary>Copies the pixels of each frame from the transport's buffers into a slot of its session, once, and hands the slot over.</summary>
/// <remarks>Called by the deserializer, inside the read that the stream handler awaits; so never two at a time.</remarks>
internal sealed class StreamFrameSink(Session session, TimeProvider time) : IFrameSink
{
    /// <summary>Beyond any acquisition, and far from overflow where the pipeline adds one.</summary>
    private const ulong LargestSequence = 1UL << 62;

    private readonly AcquisitionSpecification _agreed = session.Specification.Acquisition;
    private readonly int _frameBytes = session.Specification.Acquisition.FrameBytes;

    public WireStreamRequest Message { get; } = new();

    /// <summary>What became of the last frame.</summary>
    public IngestResult Result { get; private set; }

    public void Receive(in WireFrameHeader header, in ReadOnlySequence<byte> pixels)
    {
        FrameHeader frame = ToFrameHeader(header);
        if ((header.Width != 0 && header.Width != _agreed.Width) || (header.Height != 0 && header.Height != _agreed.Height))
        {
            Refuse(frame, pixels.Length, DropCause.Invalid, $"it says {header.Width} × {header.Height} px; agreed in Open were {_agreed.Width} × {_agreed.Height}. Send that, or open a new session.");
        }
        else if (pixels.Length != _frameBytes)
        {
            Refuse(
                frame,
                pixels.Length,
                DropCause.Invalid,
                $"it holds {pixels.Length} bytes; {_agreed.Width} × {_agreed.Height} px of {_agreed.PixelType} are {_frameBytes}. Send whole frames of the agreed size.");
        }
        else if (!TryRent(out FrameLease lease))
        {
            Refuse(frame, pixels.Length, DropCause.BuffersFull, "no buffer was free.");
        }
        else
        {
            lease.Frame.LengthBytes = _frameBytes;
            pixels.CopyTo(lease.Frame.Bytes);
            lease.Frame.Header = frame;
            Result = session.Offer(lease);
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

    private void Refuse(in FrameHeader frame, long bytes, DropCause cause, string why) => Result = session.Refuse(frame, (int)bytes, cause, why);

    private FrameHeader ToFrameHeader(in WireFrameHeader header)
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
            ReceivedTimestamp = time.GetTimestamp(),
        };
    }

    private static int Index(uint? value) => value is { } stated ? (int)Math.Min(stated, int.MaxValue) : -1;
}
