using System.Buffers;
using Google.Protobuf;
using Grpc.Core;

namespace MicroscopeStream.Contract.Wire;

/// <summary>Marshallers for the contract's messages whose faults are the sender's: INVALID_ARGUMENT, where the engine would say UNKNOWN.</summary>
public static class ProtobufMarshaller
{
    /// <summary>A marshaller for a generated message.</summary>
    /// <param name="parser">The message's parser.</param>
    /// <typeparam name="T">The message.</typeparam>
    public static Marshaller<T> For<T>(MessageParser<T> parser)
        where T : class, IMessage<T> =>
        new(Serialize, context => Deserialize(context, parser));

    /// <summary>
    /// The marshaller of the up direction of Stream. Writing copies pixels once, into the transport's buffer. Reading gives them
    /// an array of their own; the service itself reads the request's body instead, straight into its sessions' slots.
    /// </summary>
    public static Marshaller<WireStreamRequest> StreamRequest { get; } = new(SerializeStreamRequest, DeserializeStreamRequest);

    private static void Serialize<T>(T message, SerializationContext context)
        where T : class, IMessage<T>
    {
        context.SetPayloadLength(message.CalculateSize());
        message.WriteTo(context.GetBufferWriter());
        context.Complete();
    }

    private static T Deserialize<T>(DeserializationContext context, MessageParser<T> parser)
        where T : class, IMessage<T>
    {
        try
        {
            return parser.ParseFrom(context.PayloadAsReadOnlySequence());
        }
        catch (InvalidProtocolBufferException e)
        {
            throw Malformed(typeof(T).Name, e.Message);
        }
    }

    private static void SerializeStreamRequest(WireStreamRequest message, SerializationContext context)
    {
        context.SetPayloadLength(StreamRequestWire.Measure(message));
        StreamRequestWire.Write(message, context.GetBufferWriter());
        context.Complete();
    }

    private static WireStreamRequest DeserializeStreamRequest(DeserializationContext context)
    {
        var message = new WireStreamRequest();
        try
        {
            ReadOnlySequence<byte> bytes = context.PayloadAsReadOnlySequence();
            StreamRequestWire.Read(bytes, message, sink: null);
            return message;
        }
        catch (MalformedMessageException e)
        {
            throw Malformed(nameof(StreamRequest), e.Message);
        }
    }

    private static RpcException Malformed(string message, string why) =>
        new(new Status(StatusCode.InvalidArgument, $"The bytes received are no {message}: {why}"));
}
