using System.IO.Compression;

namespace Grpc.Net.Compression;

/// <summary>Compresses with gzip (RFC 1952), encoding <c>gzip</c>. Thread-safe.</summary>
public sealed class GzipCompressionProvider : ICompressionProvider
{
    private readonly CompressionLevel _defaultCompressionLevel;

    /// <summary>Creates the provider.</summary>
    /// <param name="defaultCompressionLevel">Used where a call names no level.</param>
    public GzipCompressionProvider(CompressionLevel defaultCompressionLevel)
        => _defaultCompressionLevel = defaultCompressionLevel;

    /// <inheritdoc/>
    public string EncodingName => "gzip";

    /// <inheritdoc/>
    public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel)
        => new GZipStream(stream, compressionLevel ?? _defaultCompressionLevel, leaveOpen: true);

    /// <inheritdoc/>
    public Stream CreateDecompressionStream(Stream stream)
        => new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true);
}
