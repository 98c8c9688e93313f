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

    [TestCase("")]
    [TestCase("µm — 光")]
    public void Contextual_marshaller_also_works_on_arrays(string text)
    {
        byte[] bytes = Contextual.Serializer(text);

        Assert.That(bytes, Is.EqualTo(Encoding.UTF8.GetBytes(text)));
        Assert.That(Contextual.Deserializer(bytes), Is.EqualTo(text));
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
    public void Serializer_that_never_completes_is_reported()
    {
        Marshaller<string> forgets = Marshallers.Create<string>((_, _) => { }, _ => string.Empty);
        Marshaller<string> repeats = Marshallers.Create<string>(
            (_, context) =>
            {
                context.Complete([1]);
                context.Complete([2]);
            },
            _ => string.Empty);

        Assert.That(() => forgets.Serializer("x"), Throws.InvalidOperationException);
        Assert.That(() => repeats.Serializer("x"), Throws.InvalidOperationException);
    }

    [Test]
    public void Base_contexts_say_what_they_lack()
    {
        SerializationContext context = new BareContext();

        Assert.That(() => context.Complete([]), Throws.TypeOf<NotImplementedException>());
        Assert.That(context.GetBufferWriter, Throws.TypeOf<NotImplementedException>());
        Assert.That(context.Complete, Throws.TypeOf<NotImplementedException>());
        Assert.That(new ArrayContext([1, 2]).PayloadAsReadOnlySequence().ToArray(), Is.EqualTo(new byte[] { 1, 2 }));
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

    private sealed class RecordingContext : SerializationContext
    {
        public byte[]? Payload { get; private set; }

        public override void Complete(byte[] payload) => Payload = payload;
    }

    private sealed class ArrayContext(byte[] payload) : DeserializationContext
    {
        public override int PayloadLength => payload.Length;

        public override byte[] PayloadAsNewBuffer() => payload;
    }
}
