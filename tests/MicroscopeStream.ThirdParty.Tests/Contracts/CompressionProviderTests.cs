using System.IO.Compression;
using Grpc.Net.Compression;

namespace MicroscopeStream.ThirdParty.Tests.Contracts;

[TestFixture(typeof(GzipCompressionProvider), "gzip", 0x1F)]
[TestFixture(typeof(DeflateCompressionProvider), "deflate", 0x78)]
public sealed class CompressionProviderTests(Type type, string name, int firstByte)
{
    private readonly ICompressionProvider _provider = (ICompressionProvider)Activator.CreateInstance(type, CompressionLevel.Fastest)!;

    [Test]
    public void Name_is_the_one_on_the_wire() => Assert.That(_provider.EncodingName, Is.EqualTo(name));

    [TestCase(null)]
    [TestCase(CompressionLevel.SmallestSize)]
    [TestCase(CompressionLevel.NoCompression)]
    public void Round_trip_restores_the_message_and_leaves_the_streams_open(CompressionLevel? level)
    {
        byte[] message = [.. Enumerable.Range(0, 50_000).Select(i => (byte)(i / 100))];
        using var compressed = new MemoryStream();

        using (Stream compressing = _provider.CreateCompressionStream(compressed, level))
        {
            compressing.Write(message);
        }

        // The first byte tells gzip (RFC 1952) and zlib (RFC 1950, 32 KiB window) from bare deflate data.
        Assert.That(compressed.GetBuffer()[0], Is.EqualTo(firstByte));
        Assert.That(compressed.Length, level == CompressionLevel.NoCompression ? Is.GreaterThan(50_000) : Is.LessThan(5_000));
        compressed.Position = 0;
        using var restored = new MemoryStream();
        using (Stream decompressing = _provider.CreateDecompressionStream(compressed))
        {
            decompressing.CopyTo(restored);
        }

        Assert.That(restored.ToArray(), Is.EqualTo(message));
        Assert.That(compressed.CanRead, Is.True);
    }

    [Test]
    public void Level_of_the_call_overrides_the_default()
    {
        var provider = (ICompressionProvider)Activator.CreateInstance(type, CompressionLevel.NoCompression)!;

        Assert.That(CompressedLength(provider, null), Is.GreaterThan(10_000));
        Assert.That(CompressedLength(provider, CompressionLevel.Fastest), Is.LessThan(1_000));
    }

    private static long CompressedLength(ICompressionProvider provider, CompressionLevel? level)
    {
        using var compressed = new MemoryStream();
        using (Stream compressing = provider.CreateCompressionStream(compressed, level))
        {
            compressing.Write(new byte[10_000]);
        }

        return compressed.Length;
    }
}
