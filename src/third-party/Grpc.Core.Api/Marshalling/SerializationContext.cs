using System.Buffers;

namespace Grpc.Core;

/// <summary>
/// Where a serializer puts one message: either a whole array into <see cref="Complete(byte[])"/>, or, without that array,
/// <see cref="SetPayloadLength"/>, then <see cref="GetBufferWriter"/>, then <see cref="Complete()"/>.
/// For one message and one thread; the serializer must not keep it.
/// </summary>
public abstract class SerializationContext
{
    /// <summary>Hands over the whole message. The array belongs to the call from here on.</summary>
    /// <param name="payload">The serialized message.</param>
    /// <exception cref="NotImplementedException">The engine does not support this way.</exception>
    public virtual void Complete(byte[] payload) => throw new NotImplementedException();

    /// <summary>Gets the writer to serialize into.</summary>
    /// <returns>A writer that is valid until <see cref="Complete()"/>.</returns>
    /// <exception cref="NotImplementedException">The engine does not support this way.</exception>
    public virtual IBufferWriter<byte> GetBufferWriter() => throw new NotImplementedException();

    /// <summary>
    /// Announces the length before the first write, so that the engine can write the length prefix at once instead of buffering.
    /// </summary>
    /// <param name="payloadLength">The exact number of bytes that will follow.</param>
    public virtual void SetPayloadLength(int payloadLength)
    {
        // A hint: an engine without use for it has nothing to override.
    }

    /// <summary>Ends the message that was written into the writer.</summary>
    /// <exception cref="NotImplementedException">The engine does not support this way.</exception>
    public virtual void Complete() => throw new NotImplementedException();
}
