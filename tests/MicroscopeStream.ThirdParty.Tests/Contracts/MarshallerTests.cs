using System.Buffers;
using System.Text;
using Grpc.Core;

namespace MicroscopeStream.ThirdParty.Tests.Contracts;

public sealed class MarshallerTests
{
    private static readonly Marshaller<string> Simple = Marshallers.Create(Encoding.UTF8.GetBytes, Encoding.UTF8.GetString);

    private static readonly Marshaller<string> Contextual = Marshallers.Create<string>(
        (text, context) =>
        {
            context.SetPayloadLength(Encoding.UTF8.GetByteCount(text));
            Encoding.UTF8.GetBytes(text, context.GetBufferWriter());
            context.Complete();
        },
        context => Encoding.UTF8.GetString(context.PayloadAsReadOnlySequence()));

    [Test]
    public void Contextual_marshaller_works_on_contexts_only()
    {
        var written = new RecordingContext();
        Contextual.ContextualSerializer("µm — 光", written);

        Assert.That(written.Payload, Is.EqualTo("µm — 光"u8.ToArray()));
        Assert.That(Contextual.ContextualDeserializer(new ArrayContext("µm"u8.ToArray())), Is.EqualTo("µm"));
        Assert.That(() => Contextual.Serializer("x"), Throws.TypeOf<NotImplementedException>());
        Assert.That(() => Contextual.Deserializer([65]), Throws.TypeOf<NotImplementedException>());
    }

    [Test]
    public void Array_marshaller_also_works_on_contexts()
    {
        var written = new RecordingContext();
        Simple.ContextualSerializer("µm", written);

        Assert.That(written.Payload, Is.EqualTo("µm"u8.ToArray()));
        Assert.That(Simple.ContextualDeserializer(new ArrayContext("µm"u8.ToArray())), Is.EqualTo("µm"));
    }

    [Test]
    public void String_marshaller_is_utf8()
        => Assert.That(Marshallers.StringMarshaller.Serializer("é"), Is.EqualTo(new byte[] { 0xC3, 0xA9 }));

    [Test]
    public void Base_contexts_say_what_they_lack()
    {
        SerializationContext context = new BareContext();

        Assert.That(() => context.Complete([]), Throws.TypeOf<NotImplementedException>());
        Assert.That(context.GetBufferWriter, Throws.TypeOf<NotImplementedException>());
        Assert.That(context.Complete, Throws.TypeOf<NotImplementedException>());
        Assert.That(() => context.SetPayloadLength(3), Throws.Nothing, "a hint");
        Assert.That(new BareSource().PayloadAsNewBuffer, Throws.TypeOf<NotImplementedException>());
        Assert.That(() => new BareSource().PayloadAsReadOnlySequence(), Throws.TypeOf<NotImplementedException>());
    }

    [Test]
    public void Method_puts_its_path_together()
    {
        var method = new Method<string, string>(MethodType.DuplexStreaming, "a.b.Service", "Run", Simple, Contextual);

        Assert.That(method.FullName, Is.EqualTo("/a.b.Service/Run"));
        Assert.That(method.Type, Is.EqualTo(MethodType.DuplexStreaming));
        Assert.That(method.RequestMarshaller, Is.SameAs(Simple));
        Assert.That(method.ResponseMarshaller, Is.SameAs(Contextual));
    }

    private sealed class BareContext : SerializationContext;

    private sealed class BareSource : DeserializationContext
    {
        public override int PayloadLength => 0;
    }

    private sealed class RecordingContext : SerializationContext
    {
        private readonly ArrayBufferWriter<byte> _writer = new();

        public byte[]? Payload { get; private set; }

        public override IBufferWriter<byte> GetBufferWriter() => _writer;

        public override void Complete(byte[] payload) => Payload = payload;

        public override void Complete() => Payload = _writer.WrittenSpan.ToArray();
    }

    private sealed class ArrayContext(byte[] payload) : DeserializationContext
    {
        public override int PayloadLength => payload.Length;

        public override byte[] PayloadAsNewBuffer() => payload;

        public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => new(payload);
    }
}
