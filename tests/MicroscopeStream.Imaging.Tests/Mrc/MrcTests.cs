using System.Buffers.Binary;
using System.Runtime.InteropServices;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Mrc;

namespace MicroscopeStream.Imaging.Tests.Mrc;

public sealed class MrcTests
{
    private static readonly PixelGrid Grid = new(5, 3, 65);

    [Test]
    public void What_is_written_is_read_again([Values] bool deltaVision, [Values] bool bigEndian, [Values(PixelType.UInt8, PixelType.UInt16, PixelType.Float32)] PixelType type)
    {
        byte[][] sections = [.. Enumerable.Range(0, 4).Select(n => Section(type, n))];
        byte[] file = Write(type, deltaVision, bigEndian, sections);
        using MrcReader reader = MrcReader.Open(new MemoryStream(file));
        Assert.That((reader.Width, reader.Height, reader.SectionCount, reader.PixelType), Is.EqualTo((5, 3, 4, type)));
        Assert.That((reader.IsDeltaVision, reader.IsBigEndian, reader.Warning), Is.EqualTo((deltaVision, bigEndian, (string?)null)));
        Assert.That(reader.PixelSizeNm, Is.EqualTo(65).Within(1e-4));
        Assert.That(reader.TimePoints, Is.EqualTo(deltaVision ? 4 : 1));
        var pixels = new byte[reader.BytesPerSection];
        foreach (int n in new[] { 3, 0, 2, 1 })
        {
            reader.ReadSection(n, pixels);
            Assert.That(pixels, Is.EqualTo(sections[n]));
        }
    }

    [TestCase(false)]
    [TestCase(true)]
    public void The_bytes_lie_where_the_format_says(bool big)
    {
        byte[] file = Write(PixelType.UInt16, false, big, Section(PixelType.UInt16, 0));
        Assert.That(Read(0), Is.EqualTo(5));
        Assert.That(Read(4), Is.EqualTo(3));
        Assert.That(Read(8), Is.EqualTo(1));
        Assert.That(Read(12), Is.EqualTo(6));
        Assert.That(BitConverter.Int32BitsToSingle(Read(40)), Is.EqualTo(5 * 650f).Within(1e-2), "cell in ångström");
        Assert.That(file[208..212], Is.EqualTo("MAP "u8.ToArray()));
        Assert.That(file, Has.Length.EqualTo(1024 + 30));
        ushort second = MemoryMarshal.Cast<byte, ushort>(Section(PixelType.UInt16, 0))[1];
        Assert.That(big ? BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(1026)) : BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(1026)), Is.EqualTo(second));

        int Read(int at) => big ? BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at)) : BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at));
    }

    [Test]
    public void An_extended_header_is_passed_over_and_signed_pixels_are_checked()
    {
        byte[] file = Write(PixelType.UInt16, true, false, Section(PixelType.UInt16, 1));
        byte[] extended = [.. file[..1024], .. new byte[64], .. file[1024..]];
        BinaryPrimitives.WriteInt32LittleEndian(extended.AsSpan(92), 64);
        BinaryPrimitives.WriteInt32LittleEndian(extended.AsSpan(12), 1);
        var pixels = new byte[30];
        using (MrcReader reader = MrcReader.Open(new MemoryStream(extended)))
        {
            reader.ReadSection(0, pixels);
            Assert.That(pixels, Is.EqualTo(Section(PixelType.UInt16, 1)));
        }

        extended[1024 + 64 + 7] = 0x80;
        using MrcReader negative = MrcReader.Open(new MemoryStream(extended));
        Assert.That(() => negative.ReadSection(0, pixels), Throws.TypeOf<MrcFormatException>().With.Message.Contains("negative"));
    }

    [Test]
    public void A_file_cut_short_opens_with_what_it_has_and_says_so()
    {
        byte[] file = Write(PixelType.UInt8, false, false, [.. Enumerable.Range(0, 4).Select(n => Section(PixelType.UInt8, n))]);
        using MrcReader reader = MrcReader.Open(new MemoryStream(file[..^20]));
        Assert.That(reader.SectionCount, Is.EqualTo(2));
        Assert.That(reader.Warning, Does.Contain("cut short"));
    }

    [Test]
    public void Damage_is_an_error_of_the_format_and_nothing_else()
    {
        byte[] file = Write(PixelType.UInt16, true, true, [.. Enumerable.Range(0, 2).Select(n => Section(PixelType.UInt16, n))]);
        var random = new Random(4);
        for (int round = 0; round < 3000; round++)
        {
            byte[] bytes = file[..(round % 5 == 0 ? random.Next(file.Length) : file.Length)];
            for (int change = 0; change < 3 && bytes.Length > 0; change++)
            {
                bytes[random.Next(Math.Min(bytes.Length, 240))] = (byte)random.Next(256);
            }

            try
            {
                using MrcReader reader = MrcReader.Open(new MemoryStream(bytes));
                reader.ReadSection(reader.SectionCount - 1, new byte[reader.BytesPerSection]);
            }
            catch (MrcFormatException)
            {
                // What it is for.
            }
        }

        Assert.That(() => MrcReader.Open(new MemoryStream([1, 2, 3])), Throws.TypeOf<MrcFormatException>().With.Message.Contains("1024"));
    }

    private static byte[] Section(PixelType type, int n) => type switch
    {
        PixelType.UInt8 => [.. Enumerable.Range(0, 15).Select(i => (byte)(i + (16 * n)))],
        PixelType.UInt16 => MemoryMarshal.AsBytes<ushort>(Enumerable.Range(0, 15).Select(i => (ushort)(300 + (i * 700) + n)).ToArray()).ToArray(),
        _ => MemoryMarshal.AsBytes<float>(Enumerable.Range(0, 15).Select(i => (i * 0.37f) - n).ToArray()).ToArray(),
    };

    private static byte[] Write(PixelType type, bool deltaVision, bool bigEndian, params byte[][] sections)
    {
        var stream = new MemoryStream();
        using (var writer = new MrcWriter(stream, Grid, type, deltaVision, bigEndian))
        {
            foreach (byte[] section in sections)
            {
                writer.WriteSection(section);
            }
        }

        return stream.ToArray();
    }
}
