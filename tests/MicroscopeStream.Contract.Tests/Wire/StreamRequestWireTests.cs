using System.Buffers;
using Google.Protobuf;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Contract.Wire;

namespace MicroscopeStream.Contract.Tests.Wire;

/// <summary>The hand-written marshalling against the generated one: the same bytes out, the same values in.</summary>
public sealed class StreamRequestWireTests
{
    [Test]
    public void Writes_the_bytes_of_the_generated_class()
    {
        var random = new Random(1);
        var message = new WireStreamRequest();
        for (int i = 0; i < 2000; i++)
        {
            StreamRequest expected = RandomRequests.Next(random);
            Set(message, expected);
            var output = new ArrayBufferWriter<byte>();
            StreamRequestWire.Write(message, output);
            Assert.Multiple(() =>
            {
                Assert.That(output.WrittenSpan.SequenceEqual(expected.ToByteArray()), $"message {i}: {expected}");
                Assert.That(StreamRequestWire.Measure(message), Is.EqualTo(output.WrittenCount));
            });
        }
    }

    [Test]
    public void Reads_what_the_generated_class_wrote_however_the_transport_cut_it()
    {
        var random = new Random(2);
        var message = new WireStreamRequest();
        for (int i = 0; i < 2000; i++)
        {
            StreamRequest expected = RandomRequests.Next(random);
            StreamRequestWire.Read(Bytes.InPieces(expected.ToByteArray(), random), message, sink: null);
            Assert.That(RandomRequests.ToGenerated(message), Is.EqualTo(expected));
        }
    }

    [Test]
    public void Accepts_fields_in_any_order_and_skips_unknown_ones()
    {
        byte[] bytes = Hex("12 16" // frame, 22 bytes
            + "7A 02 AA BB" // pixels first
            + "A0 06 07" // field 100, varint
            + "A5 06 01 02 03 04" // field 100, fixed32
            + "AB 06 08 01 AC 06" // field 101, a group that holds field 1
            + "08 2A" // sequence 42
            + "10"); // channel: its value follows
        bytes = [.. bytes, 5];
        bytes[1] = (byte)(bytes.Length - 2);
        var message = new WireStreamRequest();
        StreamRequestWire.Read(new ReadOnlySequence<byte>(bytes), message, sink: null);
        Assert.Multiple(() =>
        {
            Assert.That(message.Header.Sequence, Is.EqualTo(42));
            Assert.That(message.Header.Channel, Is.EqualTo(5));
            Assert.That(message.Pixels.ToArray(), Is.EqualTo(new byte[] { 0xAA, 0xBB }));
        });
    }

    [TestCase("12 02 08 05 12 02 10 07", TestName = "Two frames in one message are merged")]
    [TestCase("12 02 08 05 1A 00 12 02 10 07", TestName = "A frame after another body starts afresh")]
    [TestCase("0A 03 0A 01 61 0A 03 12 01 62", TestName = "Two starts in one message are merged")]
    [TestCase("0A 03 0A 01 61 12 00 0A 03 12 01 62", TestName = "A start after another body starts afresh")]
    [TestCase("12 04 7A 00 08 01", TestName = "Empty pixels are no pixels")]
    [TestCase("08 01 12 00", TestName = "A known number with another wire type is an unknown field")]
    public void Merges_as_the_generated_parser_does(string hex)
    {
        byte[] bytes = Hex(hex);
        var message = new WireStreamRequest();
        StreamRequestWire.Read(new ReadOnlySequence<byte>(bytes), message, sink: null);
        StreamRequest expected = StreamRequest.Parser.WithDiscardUnknownFields(true).ParseFrom(bytes);
        Assert.That(RandomRequests.ToGenerated(message), Is.EqualTo(expected));
    }

    [TestCase("12 05 08 01", TestName = "Length beyond the end")]
    [TestCase("12 FF FF FF FF 0F", TestName = "Negative length")]
    [TestCase("12 02 08 FF", TestName = "Varint cut off")]
    [TestCase("12 0C 08 FF FF FF FF FF FF FF FF FF FF 01", TestName = "Varint of 11 bytes")]
    [TestCase("12 03 41 00 00", TestName = "Double cut off")]
    [TestCase("00", TestName = "Field number 0")]
    [TestCase("0C", TestName = "Group end without a beginning")]
    [TestCase("23 2C", TestName = "Group ended by another number")]
    [TestCase("23 08 01", TestName = "Group never ended")]
    [TestCase("26 00", TestName = "Wire type 6")]
    [TestCase("0A 02 0A 05", TestName = "Start's string cut off")]
    public void Refuses_malformed_bytes(string hex)
    {
        byte[] bytes = Hex(hex);
        Assert.Multiple(() =>
        {
            Assert.That(() => StreamRequestWire.Read(new ReadOnlySequence<byte>(bytes), new WireStreamRequest(), null), Throws.TypeOf<MalformedMessageException>());
            Assert.That(() => StreamRequest.Parser.ParseFrom(bytes), Throws.TypeOf<InvalidProtocolBufferException>(), "the generated parser refuses it too");
        });
    }

    [Test]
    public void A_million_nested_groups_are_an_error_and_no_stack_overflow()
    {
        byte[] bytes = new byte[1_000_000];
        bytes.AsSpan().Fill(0x23);
        Assert.That(
            () => StreamRequestWire.Read(new ReadOnlySequence<byte>(bytes), new WireStreamRequest(), null),
            Throws.TypeOf<MalformedMessageException>().With.Message.Contains("nested"));
    }

    private static void Set(WireStreamRequest message, StreamRequest from)
    {
        switch (from.BodyCase)
        {
            case StreamRequest.BodyOneofCase.Start: message.SetStart(from.Start.SessionId, from.Start.ResumeToken); break;
            case StreamRequest.BodyOneofCase.Frame: message.SetFrame(RandomRequests.HeaderOf(from.Frame), from.Frame.Pixels.Memory); break;
            case StreamRequest.BodyOneofCase.End: message.SetEnd(); break;
            default: message.Clear(); break;
        }
    }

    private static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
