using System.IO.Compression;

namespace Grpc.Net.Compression;

/// <summary>Compresses and decompresses messages one way. Implementations are thread-safe.</summary>
public interface ICompressionProvider
{
    /// <summary>The name on the wire, in <c>grpc-encoding</c> and <c>grpc-accept-encoding</c>.</summary>
    string EncodingName { get; }

    /// <summary>Makes a stream that compresses what is written to it. Disposing it ends the compressed data.</summary>
    /// <param name="stream">Where the compressed bytes go; it stays open.</param>
    /// <param name="compressionLevel">How hard to try; null for the provider's default.</param>
    /// <returns>The compressing stream.</returns>
    Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel);

    /// <summary>Makes a stream that decompresses what it is given.</summary>
    /// <param name="stream">Where the compressed bytes come from; it stays open.</param>
    /// <returns>The stream to read from.</returns>
    Stream CreateDecompressionStream(Stream stream);
}
