using System.Text.Json;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Tiff;

namespace MicroscopeStream.Imaging.Tests.Tiff;

/// <summary>Files that we write, read by tifffile.</summary>
[TestFixture]
public class TifffileReadsOursTests
{
    [TestCase(PixelType.UInt8, TiffCompression.None, TiffSize.Auto, "uint8")]
    [TestCase(PixelType.UInt16, TiffCompression.None, TiffSize.Auto, "uint16")]
    [TestCase(PixelType.Float32, TiffCompression.None, TiffSize.Auto, "float32")]
    [TestCase(PixelType.UInt16, TiffCompression.None, TiffSize.BigTiff, "uint16")]
    [TestCase(PixelType.Float32, TiffCompression.Deflate, TiffSize.Auto, "float32")]
    [TestCase(PixelType.UInt8, TiffCompression.Deflate, TiffSize.BigTiff, "uint8")]
    public async Task Tifffile_finds_pixels_axes_and_resolution(PixelType type, TiffCompression compression, TiffSize size, string numpy)
    {
        var options = new TiffWriterOptions
        {
            Width = 21,
            Height = 13,
            PixelType = type,
            Compression = compression,
            Size = size,
            PixelSizeNm = 12.5,
            Channels = 2,
            Slices = 3,
            ExpectedPages = 24,
        };
        byte[][] pages = [.. Enumerable.Range(0, 24).Select(i => Smooth(options, i))];
        JsonElement found = await WriteAndAskAsync(options, pages);

        Assert.That(found.GetProperty("axes").GetString(), Is.EqualTo("TZCYX"));
        Assert.That(found.GetProperty("shape").EnumerateArray().Select(e => e.GetInt32()), Is.EqualTo(new[] { 4, 3, 2, 13, 21 }));
        Assert.That(found.GetProperty("type").GetString(), Is.EqualTo(numpy));
        Assert.That(found.GetProperty("pages").GetInt32(), Is.EqualTo(24));
        Assert.That(found.GetProperty("imagej").GetBoolean(), Is.True);
        Assert.That(found.GetProperty("big").GetBoolean(), Is.EqualTo(size == TiffSize.BigTiff));
        Assert.That(found.GetProperty("resolution").GetDouble(), Is.EqualTo(80));
        Assert.That(found.GetProperty("unit").GetString(), Is.EqualTo("\\u00B5m").Or.EqualTo("µm"));
        Assert.That(found.GetProperty("compression").GetInt32(), Is.EqualTo((int)compression));
        Assert.That(found.GetProperty("crc").GetUInt32(), Is.EqualTo(Crc(pages)));
    }

    [TestCase(PixelType.UInt8, 2)]
    [TestCase(PixelType.Float32, 1)]
    public async Task Tifffile_reads_our_ome_tiff_as_one(PixelType type, int channels)
    {
        var options = new TiffWriterOptions
        {
            Width = 21,
            Height = 13,
            PixelType = type,
            Compression = TiffCompression.Deflate,
            PixelSizeNm = 25,
            Channels = channels,
            FrameIntervalMs = 100,
            Ome = true,
        };
        byte[][] pages = [.. Enumerable.Range(0, 6).Select(i => Smooth(options, i))];
        JsonElement found = await WriteAndAskAsync(options, pages);
        Assert.That(found.GetProperty("axes").GetString(), Is.EqualTo(channels == 1 ? "TYX" : "TCYX"));
        Assert.That(found.GetProperty("imagej").GetBoolean(), Is.False);
        Assert.That(found.GetProperty("crc").GetUInt32(), Is.EqualTo(Crc(pages)));
    }

    [Test]
    public async Task Tifffile_reads_a_file_that_was_never_finished()
    {
        var options = new TiffWriterOptions { Width = 21, Height = 13, PixelType = PixelType.UInt16 };
        byte[][] pages = [.. Enumerable.Range(0, 6).Select(i => Smooth(options, i))];
        JsonElement found = await WriteAndAskAsync(options, pages, finish: false);

        Assert.That(found.GetProperty("shape").EnumerateArray().Select(e => e.GetInt32()), Is.EqualTo(new[] { 6, 13, 21 }));
        Assert.That(found.GetProperty("pages").GetInt32(), Is.EqualTo(1), "one directory for all");
        Assert.That(found.GetProperty("crc").GetUInt32(), Is.EqualTo(Crc(pages)));
    }

    private static async Task<JsonElement> WriteAndAskAsync(TiffWriterOptions options, byte[][] pages, bool finish = true)
    {
        string path = Path.Combine(Path.GetTempPath(), $"mstream-{Guid.NewGuid():n}.tif");
        try
        {
            using var stream = new MemoryStream();
            var writer = new TiffWriter(stream, options, leaveOpen: true);
            foreach (byte[] page in pages)
            {
                writer.WritePage<byte>(page);
            }

            writer.Flush();
            byte[] unfinished = stream.ToArray();
            writer.Dispose();
            await File.WriteAllBytesAsync(path, finish ? stream.ToArray() : unfinished);
            return JsonDocument.Parse(await Python.RunAsync(["numpy", "tifffile"], "read_tiff.py", path)).RootElement;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static byte[] Smooth(TiffWriterOptions options, int page)
    {
        int count = options.Width * options.Height;
        return options.PixelType switch
        {
            PixelType.Float32 => [.. Enumerable.Range(0, count).SelectMany(i => BitConverter.GetBytes((i * 0.25f) - page))],
            PixelType.UInt16 => [.. Enumerable.Range(0, count).SelectMany(i => BitConverter.GetBytes((ushort)((i * 131) + page)))],
            _ => [.. Enumerable.Range(0, count).Select(i => (byte)(i + page))],
        };
    }

    /// <summary>CRC-32 as zlib's, bit by bit.</summary>
    private static uint Crc(byte[][] pages)
    {
        uint state = uint.MaxValue;
        foreach (byte b in pages.SelectMany(p => p))
        {
            state ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                state = (state & 1) != 0 ? 0xEDB88320 ^ (state >> 1) : state >> 1;
            }
        }

        return ~state;
    }
}
