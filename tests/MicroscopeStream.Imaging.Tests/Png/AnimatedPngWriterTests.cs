using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using MicroscopeStream.Imaging.Colour;
using MicroscopeStream.Imaging.Png;

namespace MicroscopeStream.Imaging.Tests.Png;

/// <summary>Animations against the chunks that the PNG specification (third edition) asks for.</summary>
public class AnimatedPngWriterTests
{
    [Test]
    public void Every_frame_comes_back_in_order_with_its_time()
    {
        var random = new Random(3);
        byte[][] frames = [.. Enumerable.Range(0, 4).Select(_ => Enumerable.Range(0, 7 * 5).Select(_ => (byte)random.Next(256)).ToArray())];
        byte[] file = Write(7, 5, frames, 80);
        var chunks = Chunks(file).ToList();
        Assert.That(
            chunks.Select(chunk => chunk.Type),
            Is.EqualTo(new[] { "IHDR", "acTL", "PLTE", "fcTL", "IDAT", "fcTL", "fdAT", "fcTL", "fdAT", "fcTL", "fdAT", "IEND" }));
        Assert.That(BinaryPrimitives.ReadInt32BigEndian(chunks[1].Body), Is.EqualTo(4));
        Assert.That(chunks[2].Body.Take(6), Is.EqualTo(Level(0).Concat(Level(1))));

        int[] sequence = [.. chunks.Where(chunk => chunk.Type is "fcTL" or "fdAT").Select(chunk => BinaryPrimitives.ReadInt32BigEndian(chunk.Body))];
        Assert.That(sequence, Is.EqualTo(Enumerable.Range(0, 7)));
        foreach ((string _, byte[] body) in chunks.Where(chunk => chunk.Type == "fcTL"))
        {
            Assert.That((BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(4)), BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(8))), Is.EqualTo((7, 5)));
            Assert.That((BinaryPrimitives.ReadUInt16BigEndian(body.AsSpan(20)), BinaryPrimitives.ReadUInt16BigEndian(body.AsSpan(22))), Is.EqualTo(((ushort)80, (ushort)1000)));
        }

        byte[][] read = [.. chunks.Where(chunk => chunk.Type is "IDAT" or "fdAT").Select(chunk => Rows(chunk.Type == "IDAT" ? chunk.Body : chunk.Body[4..], 7))];
        Assert.That(read, Is.EqualTo(frames));
        Assert.That(PngDecoder.Decode(file).Pixels, Is.EqualTo(frames[0]), "what knows no animation shows the first frame");
    }

    [Test]
    public void Impossible_animations_are_refused()
    {
        Assert.That(() => Write(7, 5, [], 80), Throws.ArgumentException);
        Assert.That(() => Write(7, 5, [new byte[34]], 80), Throws.ArgumentException);
        Assert.That(() => Write(7, 5, [new byte[35]], 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Write(0, 5, [new byte[35]], 10), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static byte[] Level(byte level) => [ColourMap.Fire[level].Red, ColourMap.Fire[level].Green, ColourMap.Fire[level].Blue];

    private static byte[] Write(int width, int height, byte[][] frames, int frameMs)
    {
        using var stream = new MemoryStream();
        AnimatedPngWriter.Write(stream, width, height, frames, ColourMap.Fire, frameMs);
        return stream.ToArray();
    }

    private static IEnumerable<(string Type, byte[] Body)> Chunks(byte[] file)
    {
        for (int at = 8; at < file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            yield return (Encoding.ASCII.GetString(file, at + 4, 4), file[(at + 8)..(at + 8 + length)]);
            at += 12 + length;
        }
    }

    private static byte[] Rows(byte[] packed, int width)
    {
        using var zlib = new ZLibStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var rows = new MemoryStream();
        zlib.CopyTo(rows);
        byte[] all = rows.ToArray();
        Assert.That(all.Where((_, i) => i % (width + 1) == 0), Is.All.Zero);
        return [.. all.Where((_, i) => i % (width + 1) != 0)];
    }
}
