using System.Buffers;

namespace MicroscopeStream.Contract.Tests.Wire;

/// <summary>Byte sequences as transports make them: in pieces, with other bytes before and after.</summary>
internal static class Bytes
{
    /// <summary>The bytes in random pieces, each surrounded by 0x08 bytes (valid tags) that must not be read.</summary>
    public static ReadOnlySequence<byte> InPieces(byte[] bytes, Random random)
    {
        var first = new Piece(ReadOnlyMemory<byte>.Empty, null);
        Piece last = first;
        for (int at = 0; at < bytes.Length;)
        {
            int length = Math.Min(random.Next(1, 40), bytes.Length - at);
            byte[] room = new byte[length + 8];
            room.AsSpan().Fill(8);
            bytes.AsSpan(at, length).CopyTo(room.AsSpan(4));
            last = new Piece(room.AsMemory(4, length), last);
            at += length;
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, Piece? previous)
        {
            Memory = memory;
            if (previous is not null)
            {
                RunningIndex = previous.RunningIndex + previous.Memory.Length;
                previous.Next = this;
            }
        }
    }
}
