using System.Buffers;
using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>Collects one message into an array, so that a contextual serializer also works as a plain function.</summary>
internal sealed class ArraySerializationContext : SerializationContext
{
    private ArrayBufferWriter<byte>? _writer;
    private byte[]? _payload;

    /// <summary>Takes the finished message.</summary>
    /// <returns>The message.</returns>
    /// <exception cref="InvalidOperationException">The serializer did not complete the message.</exception>
    public byte[] TakePayload()
    {
        GrpcPreconditions.CheckState(_payload is not null, "The serializer did not complete the message.");
        return _payload;
    }

    /// <inheritdoc/>
    public override void Complete(byte[] payload)
    {
        GrpcPreconditions.CheckNotNull(payload, nameof(payload));
        CheckOpen();
        _payload = payload;
    }

    /// <inheritdoc/>
    public override void Complete()
    {
        CheckOpen();
        _payload = _writer is null ? [] : _writer.WrittenSpan.ToArray();
    }

    /// <inheritdoc/>
    public override void SetPayloadLength(int payloadLength)
    {
        CheckOpen();
        GrpcPreconditions.CheckState(_writer is null, "The length is announced before the first write.");
        GrpcPreconditions.CheckArgument(payloadLength >= 0, "A length is not negative.");
        _writer = payloadLength == 0 ? new ArrayBufferWriter<byte>() : new ArrayBufferWriter<byte>(payloadLength);
    }

    /// <inheritdoc/>
    public override IBufferWriter<byte> GetBufferWriter()
    {
        CheckOpen();
        return _writer ??= new ArrayBufferWriter<byte>();
    }

    private void CheckOpen() => GrpcPreconditions.CheckState(_payload is null, "The message is complete already.");
}
