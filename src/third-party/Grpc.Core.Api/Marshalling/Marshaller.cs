using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>
/// Turns messages of one type into bytes and back. Immutable; thread-safe where the functions given to it are.
/// </summary>
/// <typeparam name="T">The message type.</typeparam>
public class Marshaller<T>
{
    /// <summary>Creates a marshaller from functions on arrays.</summary>
    /// <param name="serializer">Message to bytes.</param>
    /// <param name="deserializer">Bytes to message.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public Marshaller(Func<T, byte[]> serializer, Func<byte[], T> deserializer)
    {
        Serializer = GrpcPreconditions.CheckNotNull(serializer, nameof(serializer));
        Deserializer = GrpcPreconditions.CheckNotNull(deserializer, nameof(deserializer));
        ContextualSerializer = (message, context) => context.Complete(serializer(message));
        ContextualDeserializer = context => deserializer(context.PayloadAsNewBuffer());
    }

    /// <summary>Creates a marshaller that works on the engine's buffers.</summary>
    /// <param name="serializer">Writes a message into a context and completes it.</param>
    /// <param name="deserializer">Reads a message from a context.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public Marshaller(Action<T, SerializationContext> serializer, Func<DeserializationContext, T> deserializer)
    {
        ContextualSerializer = GrpcPreconditions.CheckNotNull(serializer, nameof(serializer));
        ContextualDeserializer = GrpcPreconditions.CheckNotNull(deserializer, nameof(deserializer));
        // The contract does not ask for the way back from the engine's buffers to arrays, and the engine never takes it.
        Serializer = _ => throw new NotImplementedException();
        Deserializer = _ => throw new NotImplementedException();
    }

    /// <summary>Message to a new array. Of a marshaller made for the engine's buffers: throws <see cref="NotImplementedException"/>.</summary>
    public Func<T, byte[]> Serializer { get; }

    /// <summary>Array to message. Of a marshaller made for the engine's buffers: throws <see cref="NotImplementedException"/>.</summary>
    public Func<byte[], T> Deserializer { get; }

    /// <summary>Message into the engine's buffers.</summary>
    public Action<T, SerializationContext> ContextualSerializer { get; }

    /// <summary>The engine's buffers to message.</summary>
    public Func<DeserializationContext, T> ContextualDeserializer { get; }
}
