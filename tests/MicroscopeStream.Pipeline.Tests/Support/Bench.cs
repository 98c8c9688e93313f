using System.Runtime.InteropServices;
using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Ingest;
using MicroscopeStream.Pipeline.Methods;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using Microsoft.Extensions.Logging;

namespace MicroscopeStream.Pipeline.Tests.Support;

/// <summary>A session manager with test methods, and the moves of a client.</summary>
internal sealed class Bench : IAsyncDisposable
{
    public const int Width = 32;
    public const int Height = 16;

    public Bench(TimeProvider? time = null, SessionManagerOptions? options = null, ILoggerFactory? loggers = null, params IMethodFactory[] methods)
    {
        Time = time ?? TimeProvider.System;
        var registry = new MethodRegistry();
        foreach (IMethodFactory method in methods)
        {
            registry.Register(method);
        }

        Manager = new SessionManager(registry, options ?? new SessionManagerOptions(), Time, loggers);
    }

    public TimeProvider Time { get; }

    public SessionManager Manager { get; }

    public static SessionSpecification Specification(string method = WidefieldMean.Id, FramePolicy policy = FramePolicy.Lossless) => new()
    {
        Acquisition = new AcquisitionSpecification
        {
            Width = Width,
            Height = Height,
            PixelType = PixelType.UInt16,
            PixelSizeNm = 100,
            FrameRate = 100,
            Camera = new CameraModel { BaselineAdu = 100, ElectronsPerAdu = 0.5 },
        },
        Method = new MethodRequest { Id = method },
        Policy = policy,
        Preview = new PreviewOptions { Rate = -1 },
    };

    /// <summary>Sends one frame whose pixels all hold <paramref name="adu"/>, as a reader of the wire does.</summary>
    public static async Task<IngestResult> SendAsync(Session session, long sequence, ushort adu = 120, int? bytes = null)
    {
        var header = new FrameHeader { Sequence = sequence, SenderTimestampNs = 1000 + sequence };
        if (!await session.WaitForBufferAsync(CancellationToken.None) || !session.Pool.TryRent(out FrameLease lease))
        {
            return session.Refuse(header, session.Specification.Acquisition.FrameBytes, DropCause.BuffersFull, "no buffer is free");
        }

        lease.Frame.LengthBytes = bytes ?? session.Specification.Acquisition.FrameBytes;
        MemoryMarshal.Cast<byte, ushort>(lease.Frame.Bytes).Fill(adu);
        lease.Frame.Header = header;
        return session.Offer(lease);
    }

    /// <summary>Reads everything to the end; bodies are kept, so nothing is released.</summary>
    public static async Task<List<SessionUpdate>> ReadAllAsync(UpdateSubscription updates)
    {
        var all = new List<SessionUpdate>();
        await foreach (SessionUpdate update in updates.ReadAllAsync(CancellationToken.None))
        {
            all.Add(update);
        }

        return all;
    }

    public ValueTask DisposeAsync() => Manager.DisposeAsync();
}
