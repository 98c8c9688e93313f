using System.Buffers;

namespace Grpc.Core;

/// <summary>
/// One received message, for a deserializer. For one thread; the deserializer must not keep it, nor the sequence it gives.
/// </summary>
public abstract class DeserializationContext
{
    /// <summary>The length of the message in bytes.</summary>
    public abstract int PayloadLength { get; }

    /// <summary>Copies the message into a new array that the caller owns.</summary>
    /// <returns>The whole message.</returns>
    /// <exception cref="NotImplementedException">The engine does not support this way.</exception>
    public virtual byte[] PayloadAsNewBuffer() => throw new NotImplementedException();

    /// <summary>Gets the message where the engine received it, without a copy where the engine can.</summary>
    /// <returns>The whole message, valid only until the deserializer returns.</returns>
    /// <exception cref="NotImplementedException">The engine does not support this way.</exception>
    public virtual ReadOnlySequence<byte> PayloadAsReadOnlySequence() => throw new NotImplementedException();
}
