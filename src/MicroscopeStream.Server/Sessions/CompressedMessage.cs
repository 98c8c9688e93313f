using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using Grpc.Core;

namespace MicroscopeStream.Server.Sessions;

/// <summary>Messages that their sender packed. Rare for frames, which are noise and do not pack; so plain, not fast.</summary>
internal static class CompressedMessage
{
    /// <summary>Unpacks a message.</summary>
    /// <param name="packed">What came.</param>
    /// <param name="encoding">The call's grpc-encoding.</param>
    /// <param name="limit">Longest message when unpacked, so that a small one cannot fill the memory.</param>
    /// <exception cref="RpcException">The encoding is unknown, the bytes are not of it, or the message is too long.</exception>
    public static byte[] Unpack(in ReadOnlySequence<byte> packed, string? encoding, int limit)
    {
        using Stream source = PipeReader.Create(packed).AsStream();
        using Stream unpacking = encoding switch
        {
            "gzip" => new GZipStream(source, CompressionMode.Decompress),
            "deflate" => new ZLibStream(source, CompressionMode.Decompress),
            _ => throw new RpcException(new Status(
                StatusCode.Unimplemented, $"Messages packed with '{encoding ?? "identity"}' cannot be read here. Use gzip or deflate, or send them as they are.")),
        };
        using var unpacked = new MemoryStream();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(81920);
        try
        {
            for (int read; (read = unpacking.Read(buffer)) > 0;)
            {
                if (unpacked.Length + read > limit)
                {
                    throw new RpcException(new Status(StatusCode.ResourceExhausted, $"A message is longer than this service takes ({limit} bytes) when unpacked."));
                }

                unpacked.Write(buffer.AsSpan(0, read));
            }

            return unpacked.ToArray();
        }
        catch (InvalidDataException e)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"A message is not packed with {encoding}, as its call says: {e.Message}"));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
