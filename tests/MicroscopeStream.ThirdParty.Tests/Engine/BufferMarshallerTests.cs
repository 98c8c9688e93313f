using System.Buffers;
using Grpc.Core;

namespace MicroscopeStream.ThirdParty.Tests.Engine;

/// <summary>
/// A hand-written marshaller on the engine's own buffers, client to server: the way frames avoid protobuf's copies.
/// The server speaks protobuf, so the bytes here are those of an <see cref="EchoMessage"/> with only its data field.
/// </summary>
[TestFixture(Transport.Tcp)]
[TestFixture(Transport.UnixSocket)]
public sealed class BufferMarshallerTests(Transport transport)
{
    // Field 2, length-delimited. Source: the protobuf encoding description.
    private const byte DataTag = (2 << 3) | 2;

    private static readonly Marshaller<Pixels> Marshaller = Marshallers.Create(Write, Read);

    private static readonly Method<Pixels, Pixels> Exchange =
        new(MethodType.DuplexStreaming, "microscopestream.thirdparty.v1.Echo", "Exchange", Marshaller, Marshaller);

    [Test]
    public async Task Large_messages_pass_through_the_engines_buffers()
    {
        const int Megabyte = 1 << 20;
        await using EchoHost host = await EchoHost.StartAsync(transport);
        using AsyncDuplexStreamingCall<Pixels, Pixels> call =
            host.Channel.CreateCallInvoker().AsyncDuplexStreamingCall(Exchange, null, default);

        for (int i = 1; i <= 3; i++)
        {
            byte[] sent = new byte[i * Megabyte];
            new Random(i).NextBytes(sent);
            await call.RequestStream.WriteAsync(new Pixels(sent));
            Assert.That(await call.ResponseStream.MoveNext(), Is.True);
            Assert.That(call.ResponseStream.Current.Bytes.AsSpan().SequenceEqual(sent), Is.True);
        }

        await call.RequestStream.CompleteAsync();
        Assert.That(await call.ResponseStream.MoveNext(), Is.False);
    }

    private static void Write(Pixels pixels, SerializationContext context)
    {
        Span<byte> header = stackalloc byte[6];
        header[0] = DataTag;
        int length = 1;
        uint rest = (uint)pixels.Bytes.Length;
        for (; rest > 0x7F; rest >>= 7)
        {
            header[length++] = (byte)(rest | 0x80);
        }

        header[length++] = (byte)rest;
        context.SetPayloadLength(length + pixels.Bytes.Length);
        IBufferWriter<byte> writer = context.GetBufferWriter();
        writer.Write(header[..length]);
        writer.Write(pixels.Bytes);
        context.Complete();
    }

    private static Pixels Read(DeserializationContext context)
    {
        var reader = new SequenceReader<byte>(context.PayloadAsReadOnlySequence());
        Assert.That(reader.TryRead(out byte tag) && tag == DataTag, Is.True);
        int length = 0;
        byte part;
        for (int shift = 0; reader.TryRead(out part); shift += 7)
        {
            length |= (part & 0x7F) << shift;
            if (part < 0x80)
            {
                break;
            }
        }

        Assert.That(reader.Remaining, Is.EqualTo(length));
        return new Pixels(reader.UnreadSequence.ToArray());
    }

    private sealed record Pixels(byte[] Bytes);
}
