using System.Buffers;
using Google.Protobuf;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Contract.Wire;
using MicroscopeStream.Pipeline.Methods;
using MicroscopeStream.Server.Tests.Support;

namespace MicroscopeStream.Server.Tests.Ingest;

/// <summary>What a frame costs the service at the gRPC boundary; the client here allocates nothing.</summary>
[NonParallelizable]
public sealed class IngestCostTests
{
    [TestCase(64)]
    [TestCase(1024)]
    public async Task A_frame_allocates_at_most_1_KiB_whatever_its_size(int edge)
    {
        await using TestService service = await TestService.StartAsync();
        (double bytes, double rate) = await MeasureAsync(service, edge, warmUp: 300, frames: 500);
        TestContext.Out.WriteLine($"{edge} × {edge} px: {bytes:F0} bytes allocated per frame, {rate:F0} MB/s");
        Assert.That(bytes, Is.LessThanOrEqualTo(1024));
    }

    private static async Task<(double BytesPerFrame, double MegabytesPerSecond)> MeasureAsync(TestService service, int edge, int warmUp, int frames)
    {
        OpenResponse opened = await service.Sessions.OpenAsync(TestService.GoodRequest(r =>
        {
            (r.Acquisition.Width, r.Acquisition.Height) = ((uint)edge, (uint)edge);
            r.Method = new Method { Id = WidefieldMean.Id };
        }));
        using var raw = new RawStream(service.Server.GrpcAddress);
        raw.SendMessage(new StreamRequest { Start = new StreamStart { SessionId = opened.SessionId, ResumeToken = opened.ResumeToken } }.ToByteArray());
        byte[] pixels = new byte[edge * edge * 2];
        var message = new WireStreamRequest();
        var bytes = new ArrayBufferWriter<byte>(pixels.Length + 64);
        long allocated = 0, started = 0;
        for (int i = 0; i < warmUp + frames; i++)
        {
            if (i == warmUp)
            {
                allocated = GC.GetTotalAllocatedBytes(precise: true);
                started = TimeProvider.System.GetTimestamp();
            }

            bytes.ResetWrittenCount();
            StreamRequestWire.Write(message.SetFrame(new WireFrameHeader { Sequence = (ulong)i }, pixels), bytes);
            raw.SendMessage(bytes.WrittenSpan);
        }

        raw.End();
        Assert.That(raw.WaitForEnd(TimeSpan.FromSeconds(60)));
        double seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        return ((GC.GetTotalAllocatedBytes(precise: true) - allocated) / (double)frames, frames * (double)pixels.Length / seconds / 1e6);
    }
}
