using System.Buffers;
using Google.Protobuf;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Contract.Wire;

namespace MicroscopeStream.Contract.Tests.Wire;

/// <summary>The quick look at a message's beginning: right, or it says that it does not know.</summary>
public sealed class HeadTests
{
    [Test]
    public void The_head_of_a_generated_frame_is_read_and_the_rest_is_its_pixels()
    {
        var random = new Random(21);
        for (int i = 0; i < 1000; i++)
        {
            Frame frame = RandomRequests.Frame(random);
            if (frame.Pixels.IsEmpty)
            {
                continue;
            }

            byte[] bytes = new StreamRequest { Frame = frame }.ToByteArray();
            byte[] start = bytes[..Math.Min(bytes.Length, StreamRequestWire.MaxHeadBytes)];
            bool known = StreamRequestWire.TryReadHead(Bytes.InPieces(start, random), bytes.Length, out WireFrameHeader header, out int length);
            Assert.Multiple(() =>
            {
                Assert.That(known);
                Assert.That(header, Is.EqualTo(RandomRequests.HeaderOf(frame)));
                Assert.That(bytes[length..], Is.EqualTo(frame.Pixels.ToByteArray()));
            });
        }
    }

    [TestCase(31)]
    [TestCase(32)]
    public void Whatever_the_quick_look_accepts_the_general_reader_reads_alike(int seed)
    {
        var random = new Random(seed);
        var message = new WireStreamRequest();
        int accepted = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = new StreamRequest { Frame = RandomRequests.Frame(random) }.ToByteArray();
            for (int n = random.Next(0, 3); n > 0 && bytes.Length > 0; n--)
            {
                bytes[random.Next(Math.Min(bytes.Length, 40))] ^= (byte)(1 << random.Next(8));
            }

            if (!StreamRequestWire.TryReadHead(Bytes.InPieces(bytes, random), bytes.Length, out WireFrameHeader header, out int length))
            {
                continue;
            }

            accepted++;
            StreamRequestWire.Read(new ReadOnlySequence<byte>(bytes), message, sink: null);
            Assert.Multiple(() =>
            {
                Assert.That(message.Header, Is.EqualTo(header), Convert.ToHexString(bytes));
                Assert.That(message.Pixels.ToArray(), Is.EqualTo(bytes[length..]));
            });
        }

        Assert.That(accepted, Is.InRange(2000, 19_000));
    }

    [TestCase("", TestName = "An empty message")]
    [TestCase("1A 00", TestName = "Another body")]
    [TestCase("12 00", TestName = "A frame without fields")]
    [TestCase("12 06 7A 02 01 02 08 01", TestName = "A field after the pixels")]
    [TestCase("12 04 7A 02 01 02 1A 00", TestName = "A body after the frame")]
    [TestCase("12 07 A0 06 01 7A 02 01 02", TestName = "An unknown field")]
    [TestCase("12 04 7A FF FF FF", TestName = "A length that is cut off")]
    [TestCase("00 00", TestName = "Malformed bytes")]
    public void What_is_not_ordinary_is_left_to_the_general_reader(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        Assert.That(StreamRequestWire.TryReadHead(new ReadOnlySequence<byte>(bytes), bytes.Length, out _, out _), Is.False);
    }
}
