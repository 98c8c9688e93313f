using System.Buffers;
using Google.Protobuf;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Contract.Wire;

namespace MicroscopeStream.Contract.Tests.Wire;

public sealed class FrameSinkTests
{
    [Test]
    public void A_sink_gets_the_pixels_in_place_and_the_message_holds_the_header()
    {
        byte[] bytes = new StreamRequest { Frame = new Frame { Sequence = 7, Pixels = ByteString.CopyFrom(1, 2, 3) } }.ToByteArray();
        var sink = new Sink(3);
        StreamRequestWire.Read(new ReadOnlySequence<byte>(bytes), sink.Message, sink);
        Assert.Multiple(() =>
        {
            Assert.That(sink.Slot, Is.EqualTo(new byte[] { 1, 2, 3 }));
            Assert.That(sink.Message.Header.Sequence, Is.EqualTo(7));
            Assert.That(sink.Message.Pixels.IsEmpty);
        });
    }

    [Test]
    public void Reading_a_frame_into_a_sink_allocates_nothing()
    {
        const int size = 2 * 1024 * 1024;
        byte[] bytes = new StreamRequest { Frame = new Frame { Sequence = 7, Width = 1024, Pixels = ByteString.CopyFrom(new byte[size]) } }.ToByteArray();
        var sink = new Sink(size);
        StreamRequestWire.Read(new ReadOnlySequence<byte>(bytes), sink.Message, sink);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
        {
            StreamRequestWire.Read(new ReadOnlySequence<byte>(bytes), sink.Message, sink);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public async Task A_sink_is_seen_by_what_its_own_flow_awaits_and_by_no_other()
    {
        var mine = new Sink(1);
        IFrameSink? seenInside = null;
        await Task.Run(async () =>
        {
            FrameSink.Use(mine);
            await Task.Yield();
            seenInside = await Task.Run(() => FrameSink.Current);
        });
        Assert.Multiple(() =>
        {
            Assert.That(seenInside, Is.SameAs(mine));
            Assert.That(FrameSink.Current, Is.Null);
        });
    }

    private sealed class Sink(int size) : IFrameSink
    {
        public byte[] Slot { get; } = new byte[size];

        public WireStreamRequest Message { get; } = new();

        public void Receive(in WireFrameHeader header, in ReadOnlySequence<byte> pixels) => pixels.CopyTo(Slot);
    }
}
