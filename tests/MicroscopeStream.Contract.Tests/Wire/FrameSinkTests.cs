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
            Assert.That(sink.Completed, Is.EqualTo(1));
        });
    }

    [Test]
    public void Reading_a_frame_into_a_sink_allocates_nothing()
    {
        const int size = 2 * 1024 * 1024;
        byte[] bytes = new StreamRequest { Frame = new Frame { Sequence = 7, Width = 1024, Pixels = ByteString.CopyFrom(new byte[size]) } }.ToByteArray();
        var sink = new Sink(size);

        // The least of several batches: the runtime itself allocates now and then while it recompiles a hot method.
        long least = long.MaxValue;
        for (int batch = 0; batch < 8; batch++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 10; i++)
            {
                StreamRequestWire.Read(new ReadOnlySequence<byte>(bytes), sink.Message, sink);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.That(least, Is.Zero);
    }

    private sealed class Sink(int size) : IFrameSink
    {
        public byte[] Slot { get; } = new byte[size];

        public WireStreamRequest Message { get; } = new();

        public int Completed { get; private set; }

        public Memory<byte> Begin(in WireFrameHeader header, int pixelBytes) => Slot.AsMemory(0, pixelBytes);

        public void Complete() => Completed++;
    }
}
