using Google.Protobuf;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Contract.Wire;

namespace MicroscopeStream.Contract.Tests.Wire;

/// <summary>Seeded random stream requests as the generated classes hold them, with values at the edges favoured.</summary>
internal static class RandomRequests
{
    public static StreamRequest Next(Random random) => random.Next(10) switch
    {
        0 => new StreamRequest(),
        1 => new StreamRequest { End = new EndOfFrames() },
        2 => new StreamRequest { Start = new StreamStart { SessionId = Text(random), ResumeToken = Text(random) } },
        _ => new StreamRequest { Frame = Frame(random) },
    };

    public static Frame Frame(Random random)
    {
        byte[] pixels = new byte[random.Next(3) == 0 ? 0 : random.Next(1, 400)];
        random.NextBytes(pixels);
        var frame = new Frame
        {
            Sequence = Number(random),
            Channel = (uint)Number(random),
            ExposureMs = random.Next(4) switch { 0 => 0, 1 => double.NaN, 2 => double.NegativeInfinity, _ => random.NextDouble() * 100 },
            RoiX = (uint)Number(random),
            RoiY = (uint)Number(random),
            CameraTimestampNs = Number(random),
            SenderTimestampNs = Number(random),
            Width = (uint)Number(random),
            Height = (uint)Number(random),
            Pixels = ByteString.CopyFrom(pixels),
        };
        Maybe(random, v => frame.TimeIndex = v);
        Maybe(random, v => frame.SliceIndex = v);
        Maybe(random, v => frame.PositionIndex = v);
        Maybe(random, v => frame.AngleIndex = v);
        Maybe(random, v => frame.PhaseIndex = v);
        return frame;
    }

    /// <summary>The generated object that holds what a wire message holds, unknown fields left out.</summary>
    public static StreamRequest ToGenerated(WireStreamRequest message) => message.Body switch
    {
        StreamRequest.BodyOneofCase.Start => new StreamRequest { Start = new StreamStart { SessionId = message.Start!.SessionId, ResumeToken = message.Start.ResumeToken } },
        StreamRequest.BodyOneofCase.End => new StreamRequest { End = new EndOfFrames() },
        StreamRequest.BodyOneofCase.Frame => new StreamRequest { Frame = ToGenerated(message.Header, message.Pixels) },
        _ => new StreamRequest(),
    };

    public static WireFrameHeader HeaderOf(Frame frame) => new()
    {
        Sequence = frame.Sequence,
        Channel = frame.Channel,
        TimeIndex = frame.HasTimeIndex ? frame.TimeIndex : null,
        SliceIndex = frame.HasSliceIndex ? frame.SliceIndex : null,
        PositionIndex = frame.HasPositionIndex ? frame.PositionIndex : null,
        AngleIndex = frame.HasAngleIndex ? frame.AngleIndex : null,
        PhaseIndex = frame.HasPhaseIndex ? frame.PhaseIndex : null,
        ExposureMs = frame.ExposureMs,
        RoiX = frame.RoiX,
        RoiY = frame.RoiY,
        CameraTimestampNs = frame.CameraTimestampNs,
        SenderTimestampNs = frame.SenderTimestampNs,
        Width = frame.Width,
        Height = frame.Height,
    };

    private static Frame ToGenerated(in WireFrameHeader header, ReadOnlyMemory<byte> pixels)
    {
        var frame = new Frame
        {
            Sequence = header.Sequence,
            Channel = header.Channel,
            ExposureMs = header.ExposureMs,
            RoiX = header.RoiX,
            RoiY = header.RoiY,
            CameraTimestampNs = header.CameraTimestampNs,
            SenderTimestampNs = header.SenderTimestampNs,
            Width = header.Width,
            Height = header.Height,
            Pixels = ByteString.CopyFrom(pixels.Span),
        };
        Set(header.TimeIndex, v => frame.TimeIndex = v);
        Set(header.SliceIndex, v => frame.SliceIndex = v);
        Set(header.PositionIndex, v => frame.PositionIndex = v);
        Set(header.AngleIndex, v => frame.AngleIndex = v);
        Set(header.PhaseIndex, v => frame.PhaseIndex = v);
        return frame;
    }

    private static void Set(uint? value, Action<uint> set)
    {
        if (value is { } stated)
        {
            set(stated);
        }
    }

    private static void Maybe(Random random, Action<uint> set)
    {
        if (random.Next(2) == 0)
        {
            set((uint)Number(random));
        }
    }

    private static ulong Number(Random random) => random.Next(5) switch
    {
        0 => 0,
        1 => ulong.MaxValue,
        2 => (ulong)random.Next(256),
        3 => 1UL << random.Next(64),
        _ => (ulong)random.NextInt64(),
    };

    private static string Text(Random random) => random.Next(3) == 0 ? "" : new string('ä', random.Next(1, 40)) + random.Next();
}
