using System.IO.Compression;

namespace Grpc.Net.Compression;

/// <summary>
/// Compresses with encoding <c>deflate</c>, which on HTTP and in gRPC means the zlib format (RFC 1950),
/// not bare deflate data. Thread-safe.
/// </summary>
public sealed class DeflateCompressionProvider : ICompressionProvider
{
    private readonly CompressionLevel _defaultCompressionLevel;

    /// <summary>Creates the provider.</summary>
    /// <param name="defaultCompressionLevel">Used where a call names no level.</param>
    public DeflateCompressionProvider(CompressionLevel defaultCompressionLevel)
        => _defaultCompressionLevel = defaultCompressionLevel;

    /// <inheritdoc/>
    public string EncodingName => "deflate";

    /// <inheritdoc/>
    public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel)
        => new ZLibStream(stream, compressionLevel ?? _defaultCompressionLevel, leaveOpen: true);

    /// <inheritdoc/>
    public Stream CreateDecompressionStream(Stream stream)
        => new ZLibStream(stream, CompressionMode.Decompress, leaveOpen: true);
}
