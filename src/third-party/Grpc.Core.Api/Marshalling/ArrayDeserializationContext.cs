using System.Buffers;

namespace Grpc.Core;

/// <summary>Gives out one message from an array, so that a contextual deserializer also works as a plain function.</summary>
/// <param name="payload">The serialized message.</param>
internal sealed class ArrayDeserializationContext(byte[] payload) : DeserializationContext
{
    /// <inheritdoc/>
    public override int PayloadLength => payload.Length;

    /// <inheritdoc/>
    public override byte[] PayloadAsNewBuffer() => (byte[])payload.Clone();

    /// <inheritdoc/>
    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => new(payload);
}
