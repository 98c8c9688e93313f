using System.Buffers;
using Google.Protobuf;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Contract.Wire;

namespace MicroscopeStream.Contract.Tests.Wire;

/// <summary>Mutated payloads: the verdict and the value of the generated parser, or an error of the one allowed kind.</summary>
public sealed class StreamRequestFuzzTests
{
    // Discarding parsers accept the wire types 6 and 7, which do not exist; so the verdict is the plain parser's and only the
    // value, without the unknown fields that we do not keep, is the discarding one's.
    private static readonly MessageParser<StreamRequest> Verdict = StreamRequest.Parser;
    private static readonly MessageParser<StreamRequest> Value = StreamRequest.Parser.WithDiscardUnknownFields(true);

    [TestCase(11)]
    [TestCase(12)]
    [TestCase(13)]
    public void Mutated_messages_give_the_generated_parsers_verdict(int seed)
    {
        var random = new Random(seed);
        var message = new WireStreamRequest();
        int accepted = 0;
        const int rounds = 10_000;
        for (int i = 0; i < rounds; i++)
        {
            byte[] bytes = Mutate(RandomRequests.Next(random).ToByteArray(), random);
            StreamRequest? expected = Parse(bytes);
            StreamRequest? actual = Read(Bytes.InPieces(bytes, random), message);
            Assert.That(actual, Is.EqualTo(expected), Convert.ToHexString(bytes));
            accepted += expected is null ? 0 : 1;
        }

        Assert.That(accepted, Is.InRange(rounds / 20, rounds * 19 / 20), "the mutations must leave both kinds");
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        for (int n = random.Next(1, 4); n > 0; n--)
        {
            bytes = Mutation(bytes, random);
        }

        return bytes;
    }

    private static byte[] Mutation(byte[] bytes, Random random)
    {
        // Headers are where the structure is, so half of the blows land in the first bytes.
        int at = bytes.Length == 0 ? 0 : random.Next(random.Next(2) == 0 ? Math.Min(bytes.Length, 32) : bytes.Length);
        byte[] noise = new byte[random.Next(1, 12)];
        random.NextBytes(noise);
        switch (random.Next(5))
        {
            case 0:
                return bytes[..at];
            case 1 when bytes.Length > 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 2:
                return [.. bytes[..at], .. noise, .. bytes[at..]];
            case 3:
                return [.. bytes, .. bytes[at..]];
            default:
                return noise;
        }
    }

    private static StreamRequest? Parse(byte[] bytes)
    {
        try
        {
            Verdict.ParseFrom(bytes);
            return Value.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static StreamRequest? Read(ReadOnlySequence<byte> bytes, WireStreamRequest message)
    {
        try
        {
            StreamRequestWire.Read(bytes, message, sink: null);
            return RandomRequests.ToGenerated(message);
        }
        catch (MalformedMessageException)
        {
            return null;
        }
    }
}
